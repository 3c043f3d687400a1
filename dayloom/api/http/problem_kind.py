"""A kind of problem, and the error that names one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from state.errors import DayloomError


@dataclass(frozen=True)
class ProblemKind:
    """One kind of problem: its status, its stable code, its title, and how to mend it."""

    status: int
    code: str
    title: str
    mend: str = ""


class Problem(DayloomError):
    """A request that cannot be done, with the kind of problem it is; `more` stands beside `detail`."""

    def __init__(
        self, kind: ProblemKind, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.headers = dict(headers or {})
        self.more = more


MALFORMED: Final = ProblemKind(400, "malformed", "The request cannot be read", "Send JSON (RFC 8259) in UTF-8.")
NOT_FOUND: Final = ProblemKind(
    404, "not_found", "There is nothing here", "Check the address; /openapi.json lists the routes."
)
INVALID: Final = ProblemKind(422, "invalid", "A value cannot be used", "Correct the fields listed in `errors`.")
INTERNAL: Final = ProblemKind(500, "internal", "dayloom made a mistake", "Try again; the log of the service says more.")
STORE_DOWN: Final = ProblemKind(503, "store_unavailable", "The store does not answer", "Try again in a moment.")
