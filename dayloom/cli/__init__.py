"""The command line; `main` is the program."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

STOPPED = 130
"""What shells expect of a program that Ctrl-C ended."""


def main(words: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    sys.exit(run(sys.argv[1:] if words is None else words))


def run(words: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    from dayloom.cli.commands import app  # noqa: PLC0415 so that importing this package costs nothing

    try:
        code = app(list(words))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains at its end
        return 0
    return code if isinstance(code, int) else 0
