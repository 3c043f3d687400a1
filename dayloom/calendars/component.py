"""What an iCalendar component says of itself, as clean text."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from icalendar import Component, vDDDTypes

from dayloom.calendars.source import clean

MAX_CATEGORY: Final = 100


def title_of(component: Component) -> str:
    """Return the summary as one clean line."""
    return clean(text_of(component, "SUMMARY")) or "(no title)"


def text_of(component: Component, name: str) -> str:
    """Return a property as text, the first one when it is given several times; empty when it is not there."""
    value: Any = component.get(name, "")
    return str(value[0] if isinstance(value, list) else value).strip()


def value_of(component: Component, name: str) -> Any:
    """Return the date, date-time or length of a property that is there."""
    value: Any = component[name]
    return value.dt


def upper(component: Component, name: str) -> str:
    """Return a property in upper case, as words with a fixed meaning are compared."""
    return text_of(component, name).upper()


def category_of(component: Component) -> str:
    """Return the first category."""
    return next(iter(_categories(component)), "")


def _categories(component: Component) -> Iterator[str]:
    lists: Any = component.get("CATEGORIES", [])
    for group in lists if isinstance(lists, list) else [lists]:
        yield from (clean(str(name), limit=MAX_CATEGORY) for name in getattr(group, "cats", [group]))


def make_up_uid(component: Component, alike: Counter[str]) -> str:
    """Return a UID for a component that has none: from what it says, the same every time."""
    said = repr([text_of(component, "SUMMARY"), *_times(component)])
    name = f"no-uid-{hashlib.sha256(said.encode()).hexdigest()[:16]}"
    alike[name] += 1
    return name if alike[name] == 1 else f"{name}-{alike[name]}"


def _times(component: Component) -> Iterator[str]:
    for name in ("DTSTART", "DUE"):
        if isinstance(component.get(name), vDDDTypes):
            yield value_of(component, name).isoformat()


def sequence_of(component: Component) -> int:
    """Return which revision of its event this is."""
    given = text_of(component, "SEQUENCE")
    return int(given) if given.isdecimal() and len(given) < 10 else 0
