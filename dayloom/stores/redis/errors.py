"""What can be wrong with a store, beside `StoreUnavailable` and `Unreadable` of the vocabulary.

DayloomError
├── Unavailable
│   └── StoreUnavailable      the store does not answer
│       ├── StoreUnsuitable   it answers, but is not a server dayloom can trust with data
│       └── FolderUnusable    the data folder of the embedded server cannot be used
├── Refused
│   └── BadInput
│       └── UnknownOperator   a filter compares in a way there is not
├── Unreadable                a stored value cannot be read
│   ├── Damaged               it is not what was written
│   └── TooNew                a newer dayloom wrote it
└── UnsupportedValue          a value that has no plain-data form was about to be stored
"""

from __future__ import annotations

from state.errors import BadInput, Damaged, DayloomError, StoreUnavailable, TooNew, Unreadable

__all__ = [
    "Damaged",
    "FolderUnusable",
    "StoreUnavailable",
    "StoreUnsuitable",
    "TooNew",
    "UnknownOperator",
    "Unreadable",
    "UnsupportedValue",
]


class StoreUnsuitable(StoreUnavailable):
    """The server answers but cannot be used, for instance because it is too old."""


class FolderUnusable(StoreUnavailable):
    """The data folder cannot be created, written or locked."""


class UnsupportedValue(DayloomError):
    """A value has no plain-data form, so it was not stored."""


class UnknownOperator(BadInput, ValueError):
    """A filter compares in a way that there is not."""
