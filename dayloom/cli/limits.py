"""`dayloom limits`: what every plan of the person keeps to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from dayloom.calendar_sync.limits import KeptLimits, change_limits, load_limits
from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.report import ExitCode
from dayloom.cli.session import open_session
from dayloom.cli.terminal import Terminal, one_line, plain, program
from prompts.limit_words import say_limits, say_wishes
from state.errors import BadInput
from state.limits import unsaid_wishes
from state.when import Locale
from tools.limits import SaidLimits


@report_errors
def show(screen: Terminal, *, json: bool) -> ExitCode:
    """Show what is said for good, and what plans keep to of what is not."""
    with open_session(screen) as session:
        kept, locale = session.run(load_limits(session.parts.calendar)), session.settings.locale
    return _tell(screen, kept, locale or Locale.EN, json=json)


@report_errors
def change(screen: Terminal, *, said: Mapping[str, Any], json: bool) -> ExitCode:
    """Say something for good."""
    given = {name: value for name, value in said.items() if value not in (None, ())}
    if given.keys() <= {"category", "weekdays"}:
        raise BadInput(f"Say what holds, such as {program()} limits set --hours 09:00-18:00.")
    try:
        read = SaidLimits.model_validate(given)
    except ValidationError as error:
        wrong = error.errors()[0]
        option = f"--{'.'.join(map(str, wrong['loc'][:1]))}: " if wrong["loc"] else ""
        raise BadInput(f"{option}{wrong['msg'].removeprefix('Value error, ')}") from error
    with open_session(screen) as session:
        kept, locale = session.run(change_limits(session.parts.calendar, read)), session.settings.locale
    return _tell(screen, kept, locale or Locale.EN, json=json)


def _tell(screen: Terminal, kept: KeptLimits, locale: Locale, *, json: bool) -> ExitCode:
    if json:
        write_json(
            screen, {"version": kept.version, "limits": kept.limits.said(), "usual": unsaid_wishes(kept.limits).said()}
        )
        return ExitCode.DONE
    lines = [*say_limits(kept.limits, locale), *say_wishes(kept.limits, locale)]
    screen.show(*(plain(one_line(line)) for line in lines))
    return ExitCode.DONE
