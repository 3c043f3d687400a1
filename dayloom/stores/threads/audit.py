"""The audit log of a thread: one line for every approval, refusal, write and cancellation, each chained to the last.

A line holds the digest of the line before it, and the thread's head holds the number and digest of the newest. The
digest is taken here and compared on the server, whose Lua has no SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import AliasChoices, BaseModel, Field

from dayloom.stores.redis.errors import Damaged

_LINK: Final = re.compile(rb"([1-9]\d{0,17}):([0-9a-f]{64})")


class AuditEntry(BaseModel):
    """One line as people and programs read it: who did what, when, in which run; what does not apply is null.

    `what` is the answer to a card (`approve`, `edit`, `reject`, `respond`), a `write` of the schedule, a `send` of a
    message, the `end` of a run, or its end by a `cancel` or a `stop` from outside. A write or send names the approved
    call, or the `policy` that waived the card; one by hand belongs to no run.
    """

    n: int
    at: datetime
    who: str = Field(validation_alias="by")
    what: str
    run_id: str | None = Field(default=None, validation_alias="run")
    card: str | None = None
    kind: str | None = Field(default=None, description="What the card asked: question, plan, tool or reorder.")
    call: str | None = None
    digest: str | None = Field(default=None, description="Of tool, arguments and schedule version, as approved.")
    scope: str | None = None
    from_version: int | None = Field(default=None, validation_alias="from")
    to_version: int | None = Field(default=None, validation_alias="to")
    policy: str | None = Field(default=None, validation_alias="by_policy")
    by_hand: str | None = None
    status: str | None = None
    code: str | None = Field(default=None, validation_alias=AliasChoices("code", "why"))


def audit_entries(records: Sequence[Mapping[str, Any]]) -> list[AuditEntry]:
    """Return verified records for people and programs."""
    by_hand = {"run": None}
    return [AuditEntry.model_validate({**record, **(by_hand if "by_hand" in record else {})}) for record in records]


@dataclass(frozen=True)
class Chain:
    """The newest link: how many lines there are, and the digest of the last."""

    length: int = 0
    digest: str = ""

    @classmethod
    def read(cls, stored: bytes | None, thread: str = "") -> Chain:
        """Return the link a head holds; raises Damaged."""
        if not stored:
            return cls()
        if (found := _LINK.fullmatch(stored)) is None:
            where = f"Thread {thread}: what" if thread else "What"
            raise Damaged(f"{where} is noted as the end of the audit log is unusable: it is not what was written.")
        return cls(int(found[1]), found[2].decode())

    def __bytes__(self) -> bytes:
        """Return what a head holds; empty when there is no line yet."""
        return f"{self.length}:{self.digest}".encode() if self.length else b""

    def extend(self, records: Sequence[Mapping[str, Any]]) -> tuple[Chain, list[bytes]]:
        """Return the chain after these records, and their lines."""
        link, lines = self, list[bytes]()
        for record in records:
            whole = {"n": link.length + 1, **record, "before": link.digest}
            line = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
            link = Chain(link.length + 1, hashlib.sha256(line).hexdigest())
            lines.append(line)
        return link, lines


def verify(thread: str, lines: Sequence[bytes], newest: Chain) -> list[dict[str, Any]]:
    """Return the records; raises Damaged, naming the first line that was changed, moved or removed."""
    link = Chain()
    records: list[dict[str, Any]] = []
    for line in lines:
        try:
            record = json.loads(line)
            fits = (record["n"], record["before"]) == (link.length + 1, link.digest)
        except (ValueError, KeyError, TypeError):
            fits, record = False, {}
        if not fits:
            raise Damaged(f"Thread {thread}: line {link.length + 1} of the audit log is not what was written.")
        link = Chain(link.length + 1, hashlib.sha256(line).hexdigest())
        records.append(record)
    if link != newest:
        raise Damaged(f"Thread {thread}: the end of the audit log is missing, or its last line was changed.")
    return records
