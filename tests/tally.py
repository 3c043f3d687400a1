"""How much of the fault suite runs, and the count of it at the end of the report.

`--faults=sample`, the default, runs a sample of every case; `--faults=all` runs everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

COUNTS = ("runs", "lost", "doubled", "wrong")
"""What a fault case reports; `wrong` is any other broken promise."""

Counted = Callable[..., None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the caller choose how much is run."""
    parser.addoption("--faults", choices=("sample", "all"), default="sample", help="how many fault cases to run")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print one line for each fault case, and the sum."""
    cases: dict[str, Counter[str]] = {}
    reports = [report for some in terminalreporter.stats.values() for report in some]
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
    terminalreporter.line(f"faults: {_said(sum(cases.values(), Counter()))}")


def _said(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[each]:,} {each}" for each in COUNTS)


@pytest.fixture
def everything(request: pytest.FixtureRequest) -> bool:
    """Whether every case is wanted, and not only a sample."""
    return request.config.getoption("--faults") == "all"


@pytest.fixture
def counted(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Counted:
    """Add to the count of a case: `counted("crash", runs=3)`; the name is the case, numbers default to 0."""

    def count(case: str, *, runs: int, **found: int) -> None:
        record_property(f"faults:{case}", {"runs": runs, **found})

    return count
