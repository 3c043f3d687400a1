"""How much of the fault suite runs, and the count of it at the end of the report.

`--faults=sample`, the default, runs a sample of every case; `--faults=all` runs everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

COUNTS = ("runs", "lost", "doubled", "wrong")
"""What a fault case reports; `wrong` is any other broken promise."""
PARTS = 4
"""How many tests share a case when everything is run."""

Counted = Callable[..., None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the caller choose how much is run."""
    parser.addoption("--faults", choices=("sample", "all"), default="sample", help="how many fault cases to run")
    parser.addoption("--real", metavar="FOLDER", help="play with the real model in this folder")
    parser.addoption("--pictures", metavar="FOLDER", help="keep the pictures of the page's tour in this folder")
    parser.addoption("--rounds", type=int, help="how many rounds of random kills to play (2, or 12 with --faults=all)")
    parser.addoption("--first-round", type=int, default=1, metavar="SEED", help="the seed of the first round")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print one line for each fault case, and the sum."""
    cases: dict[str, Counter[str]] = {}
    reports = [report for some in terminalreporter.stats.values() for report in some]
    _tell_real(terminalreporter, reports)
    for report in reports:
        properties = report.user_properties if getattr(report, "when", None) == "call" else ()
        for name, value in properties:
            if name.startswith("faults:"):
                cases.setdefault(name.removeprefix("faults:"), Counter()).update(value)
    if not cases:
        return
    terminalreporter.section("faults")
    for name in sorted(cases):
        terminalreporter.line(f"{name}: {_said(cases[name])}")
    total = sum(cases.values(), Counter[str]())
    del total["caught"]
    terminalreporter.line(f"faults: {_said(total)}")


def _tell_real(terminalreporter: Any, reports: Sequence[Any]) -> None:
    """Print the table of what a real model was asked."""
    ended = [report for report in reports if getattr(report, "when", None) == "call"]
    if rows := [value for report in ended for name, value in report.user_properties if name == "real"]:
        terminalreporter.section("a real model")
        head = ("asked", "requests taken", "decisions valid", "tokens read, written", "seconds", "came")
        for row in (head, ("---",) * len(head), *rows):
            terminalreporter.line(f"| {' | '.join(row)} |")


def _said(counts: Counter[str]) -> str:
    caught = f", {counts['caught']:,} caught as they must be" if counts["caught"] else ""
    return ", ".join(f"{counts[each]:,} {each}" for each in COUNTS) + caught


Point = TypeVar("Point")


@dataclass(frozen=True)
class Share:
    """The part of a fault case that one test runs, so that several processes can share the work."""

    part: int
    parts: int
    everything: bool

    def __str__(self) -> str:
        return f"{self.part + 1}of{self.parts}"

    def of(self, points: Sequence[Point], *, sample: int) -> Sequence[Point]:
        """Return every so many-th of the points, or as many of them, evenly, as make a sample."""
        step = 1 if self.everything else max(1, len(points) // sample)
        return points[step // 2 :: step][self.part :: self.parts] if step > 1 else points[self.part :: self.parts]


def shares(config: pytest.Config, parts: int) -> list[Share]:
    """Return the shares of a case: `parts` when everything is run, else one."""
    everything = config.getoption("--faults") == "all"
    parts = parts if everything else 1
    return [Share(part, parts, everything) for part in range(parts)]


def seeds(config: pytest.Config) -> range:
    """Return the seeds of the rounds of random kills."""
    first = config.getoption("--first-round")
    rounds = config.getoption("--rounds") or (12 if config.getoption("--faults") == "all" else 2)
    return range(first, first + rounds)


@pytest.fixture
def counted(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Counted:
    """Add to the count of a case: `counted("crash", runs=3)`; the name is the case, numbers default to 0."""

    def count(case: str, *, runs: int, **found: int) -> None:
        record_property(f"faults:{case}", {"runs": runs, **found})

    return count
