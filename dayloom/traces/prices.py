"""What tokens of a model cost, as the operator has written it down: nothing is guessed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter, ValidationError

from state.errors import BadInput
from state.schedule import Value
from state.usage import Usage

_EXAMPLE: Final = 'one table for each model, such as ["gpt-5"] with input = 1.25 and output = 10'
_MILLION: Final = 1_000_000

Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Price(Value):
    """What a million tokens cost that a model is shown, and that it says; in the currency of whoever wrote it down."""

    input: Amount
    output: Amount

    def of(self, usage: Usage) -> float:
        """Return what so many tokens cost."""
        return (usage.prompt_tokens * self.input + usage.completion_tokens * self.output) / _MILLION


Prices = Mapping[str, Price]
_prices: TypeAdapter[dict[str, Price]] = TypeAdapter(dict[str, Price])


def read_prices(path: Path | None) -> Prices:
    """Return the price of each model that has one in a TOML file; raises BadInput when it cannot be read so."""
    if path is None:
        return {}
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        return _prices.validate_python(found)
    except OSError as error:
        raise BadInput(f"DAYLOOM_PRICES: {path} cannot be read: {error.strerror}. Give a TOML file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"DAYLOOM_PRICES: {path} is no TOML: {error}. Give {_EXAMPLE}.") from error
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(map(str, wrong["loc"]))
        raise BadInput(f"DAYLOOM_PRICES: {path}, {where}: {wrong['msg']}. Give {_EXAMPLE}.") from error
