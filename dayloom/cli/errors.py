"""One place where errors become a sentence and an exit code."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from redis.exceptions import RedisError

from dayloom.cli import STOPPED
from dayloom.cli.report import ExitCode, exit_code_of, failure_json
from dayloom.cli.terminal import Terminal, one_line, terminal
from state.errors import BadInput, DayloomError, StoreUnavailable

P = ParamSpec("P")


def report_errors(command: Callable[Concatenate[Terminal, P], ExitCode]) -> Callable[P, int]:
    """Give a command its terminal, and turn its errors into one sentence on stderr and an exit code.

    The command's own `json` argument decides how stdout is used; `thread` is named in what `--json` prints.
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> int:
        screen = terminal(json=bool(kwargs.get("json", False)))
        try:
            return int(command(screen, *args, **kwargs))
        except DayloomError as error:
            return _say_error(screen, error, kwargs.get("thread"))
        except KeyboardInterrupt:
            screen.err.print("dayloom: stopped; what was done so far is kept, and the next command goes on from there.")
            return STOPPED
        except BrokenPipeError:
            raise
        except RedisError as error:
            return _say_error(
                screen, StoreUnavailable(f"The store answered with an error: {error}"), kwargs.get("thread")
            )
        except OSError as error:
            return _say_error(screen, _unusable(error), kwargs.get("thread"))

    return run


def _say_error(screen: Terminal, error: DayloomError, thread: object) -> int:
    if screen.json:
        write_json(screen, failure_json(error, str(thread) if thread else None))
    screen.err.print(f"dayloom: {one_line(str(error))}", markup=False, soft_wrap=True)
    return int(exit_code_of(error))


def _unusable(error: OSError) -> BadInput:
    where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
    return BadInput(f"{where}{error.strerror or error}. Check the path and what you may read and write there.")


def write_json(screen: Terminal, value: object) -> None:
    """Write the one JSON object of a command; where signs could be lost, they are escaped."""
    unicode = screen.out.encoding.startswith("utf")
    screen.write(json.dumps(value, ensure_ascii=not unicode) + "\n")
