"""A run's hold on its thread: a lease with a fencing token, the newest step in memory, and one commit for each step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

from langgraph.checkpoint.base import Checkpoint, CheckpointMetadata, CheckpointTuple, PendingWrite, get_checkpoint_id

from dayloom.stores.redis.codec import Pages, Place, Record, member_of, split, unjoined
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.envelope import shaped
from dayloom.stores.redis.keys import Kind
from dayloom.stores.redis.retry import listed
from dayloom.stores.redis.round_trips import Argument, Script, pairs
from dayloom.stores.threads import lua as scripts
from dayloom.stores.threads.audit import Chain
from dayloom.stores.threads.cancel import stopped
from dayloom.stores.threads.durations import Terms, milliseconds
from dayloom.stores.threads.event_log import standing
from dayloom.stores.threads.latest import TRANSCRIPT, Head, checked, revived
from dayloom.stores.threads.refusal import refusal
from dayloom.stores.threads.say import said
from dayloom.stores.threads.staging import Line, Staged, StagedPreviews, batch
from dayloom.stores.threads.step_effects import Step, answer_record, approved_digest, step, typed
from dayloom.stores.threads.value_cache import Shelf
from state.calendar_commit import Act
from state.common import CommonState
from state.errors import Unapproved
from state.events import Event, EventType
from state.ids import RunId
from state.interrupt import Answer
from state.ports import EXPIRED, Accepted, PreviewStore
from state.run_status import RunStatus, last_event, run_status

_FIRST: Final = member_of("", "")


class RunSession:
    """Holds one thread for one run; see `state.ports.Session`."""

    def __init__(self, client: AsyncRedis, pages: Pages, *, run: RunId, token: str, terms: Terms, by: str) -> None:
        self.client = client
        self.pages = pages
        self.run = run
        self.token = token
        self.terms = terms
        self.by = by
        self.shelf = Shelf()
        self.head: Head | None = None
        self.staged = Staged()
        self.previews: PreviewStore = StagedPreviews(self.staged)
        self.saver: Any = None
        self.ended = False
        self.stands: RunStatus | None = None
        self.act: Act | None = None
        self.broken_off: str | None = None
        self.due: RunId | None = None
        self.begun = False
        self.elsewhere = False
        self._request: bytes | None = None
        self._begins = False
        self._telling = asyncio.Lock()
        self._unsure: list[Line] = []
        self._next = 0
        self._fence = self._epoch = b"0"
        self._chain = Chain()
        self._card = ""
        self._card_status: bytes | None = None
        self._card_answer: bytes | None = None

    @property
    def state(self) -> CommonState | None:
        """The thread as last committed; None when it is new."""
        return self.head.state if self.head else None

    @property
    def waiting(self) -> tuple[str, ...]:
        """LangGraph's ids of the interrupts that wait on the newest step."""
        return self.head.waiting if self.head else ()

    @property
    def stored_answer(self) -> Answer | None:
        """The answer that was taken for the open card and not acted on yet."""
        asked = self.head.state.interrupt if self.head else None
        if asked is None or asked.id != self._card or self._card_status != b"answered":
            return None
        return Answer.model_validate(self.pages.opened(Kind.CARDS, asked.id.encode(), self._card_answer))

    def note(self, event: Event) -> None:
        """Take an event of the run."""
        self.staged.note(event)

    @property
    def asked(self) -> Accepted | None:
        """What the run that is due was asked to do; None when it was begun without being accepted first."""
        if self.due is None or self._request is None:
            return None
        kind = Kind.REQUESTS if self.begun else Kind.INBOX
        with shaped(self.pages.keys.thread):
            return Accepted.model_validate(self.pages.opened(kind, self.due.encode(), self._request))

    def adopt(self) -> RunId:
        """Go on as the run that is due, and return its id."""
        if self.due is not None:
            self.run = self.due
        if self._next > 1:
            self.staged.resumed()
        return self.run

    def take(self, reply: Sequence[Any], known: tuple[Head, Shelf] | None) -> None:
        """Read what the server said when it gave the thread; raises Damaged."""
        _, head, member, record, writes, blobs, card, run, stands, due, request, told = reply
        fields = pairs(head)
        self._fence, self._epoch = fields[b"fence"], fields.get(b"epoch", b"0")
        self._chain = Chain.read(fields.get(b"audit"), self.pages.keys.thread)
        self._card = fields.get(b"card", b"").decode()
        self._card_status, self._card_answer = card or (None, None)
        self.run, self.due = RunId(run.decode()), RunId(due.decode()) if due else None
        self.begun = fields.get(b"begun") == due != b""
        self._request = request
        self._next = told
        expired = EXPIRED if self._card_status == EXPIRED.encode() else None
        self.broken_off = (fields.get(b"broken") or b"").decode() or expired
        self.stands = standing(stands, self.pages.keys.thread)[0] if stands is not None else None
        self.shelf.next = int(fields.get(b"next", b"1"))
        if not member:
            return
        if known is not None and known[0].member == member:
            self.head, self.shelf = known
        elif fields.get(b"member") == member:
            self.head = self._read(member, record, unjoined(blobs))
        else:
            self.elsewhere = True
            return
        self.head = self.head.waits(self.pages.read_writes(member, writes))

    def take_from(self, found: CheckpointTuple) -> None:
        """Take the newest step as it was read by itself: a run did not commit it last; raises Damaged."""
        place = found.config["configurable"]  # pyright: ignore[reportTypedDictNotRequiredAccess] an address has it
        parent = get_checkpoint_id(found.parent_config) if found.parent_config else None
        values = checked(self.pages.keys.thread, found.checkpoint["channel_values"])
        member = member_of("", place["checkpoint_id"])
        self.head = Head(member, {**found.checkpoint, "channel_values": values}, found.metadata, parent)
        self.head = self.head.waits(found.pending_writes or [])

    def _read(self, member: bytes, stored: bytes, blobs: Mapping[bytes, bytes | None]) -> Head:
        record = self.pages.read_record(member, stored)
        return revived(self.pages, member, record, self._opened(record, member, blobs), self.shelf)

    def _opened(self, record: Record, member: bytes, blobs: Mapping[bytes, bytes | None]) -> dict[Place, Any]:
        places = dict.fromkeys(record.places(split(member)[0]))
        return {(kind, field): self.pages.opened(kind, field, blobs.get(field)) for kind, field in places}

    async def put(self, checkpoint: Checkpoint, metadata: CheckpointMetadata) -> None:
        """Commit one step. What takes a message in is held back until its first step is whole; raises Stopped."""
        if metadata.get("source") == "input":
            self._begins = True
            return
        values = dict(checkpoint["channel_values"])
        after = typed(values)
        meant = step(self.state, after, begins=self._begins, act=self.act)
        values.pop(TRANSCRIPT, None)
        member, laid = member_of("", checkpoint["id"]), self.shelf.lay(values)
        parent = split(self.head.member)[1] if self.head else None
        rest = {name: value for name, value in checkpoint.items() if name != "channel_values"}
        record = Record(rest, metadata, parent, (), laid.small, laid.blobs, laid.lists)
        if meant.ends:
            self.staged.note(last_event(after))
        chain, lines = self._chain.extended([self._dated(each) for each in meant.records])
        async with self._told() as telling:
            await self._say(
                scripts.COMMIT,
                *(self._fence, self._epoch, member, self.head.member if self.head else b""),
                *(self.pages.record(member, record), self.token, milliseconds(self.terms.lease)),
                "" if self.act else self.run,
                *(run_status(after).value if meant.ends else "", self.terms.kept(begins=self._begins, ends=meant.ends)),
                self.terms.log_kept,
                *(bytes(self._chain), bytes(chain), *listed(lines)),
                *((self._card, meant.approved) if meant.uses_card else ("", "")),
                *listed(laid.sealed(self.pages.keys)),
                *(" ".join(map(str, laid.numbers)), self.shelf.next),
                *listed([meant.opened.id, milliseconds(self.terms.card or 0)] if meant.opened else []),
                *listed(self._heard(meant, checkpoint)),
                *listed(telling),
                *listed(self.staged.shown(self.pages, after, laid)),
                int(self._begins),
            )
        self._committed(member, {**rest, "channel_values": values}, metadata, parent, meant)
        self._chain = chain

    async def wait(self, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str) -> None:
        """Store what the newest step waits for; that ends the run. Raises Stopped."""
        assert self.head is not None, "only a committed step can wait"
        frame = self.pages.writes(self.head.member, writes, task_id, task_path)
        self.staged.note(Event(type=EventType.RUN_INTERRUPTED))
        words = (self._fence, self._epoch, self.head.member, frame, self.run, self.terms.log_kept)
        async with self._told() as telling:
            await self._say(scripts.WAIT, *words, *listed(telling))
        kept: list[PendingWrite] = [(task_id, channel, value) for channel, value in writes]
        self.head = self.head.waits([*self.head.writes, *kept])
        self.ended = True

    async def claim(self, answer: Answer) -> None:
        """Take this answer for the open card, once and for all; raises StaleAnswer, or Stopped."""
        asked = self.state.interrupt if self.state else None
        assert asked is not None, "only an open card can be answered"
        approved = approved_digest(asked, answer)
        chain, lines = self._chain.extended([self._dated(answer_record(asked, answer.type, approved, answer.scope))])
        stored = self.pages.sealed(Kind.CARDS, asked.id.encode(), answer)
        links = (bytes(self._chain), bytes(chain), *listed(lines))
        words = (self._fence, self._epoch, asked.id, self.token, approved, stored)
        await self._say(scripts.CLAIM, *words, *links, self.run)
        self._chain, self._card, self._card_status, self._card_answer = chain, asked.id, b"answered", stored

    async def break_off(self, why: str) -> None:
        """End the run here for good: its turn will not be finished."""
        stopping = stopped(self.client, self.pages, self.run, RunStatus.ERROR, why, by=self.by, terms=self.terms)
        await stopping
        self.broken_off, self.ended = why, True

    async def renew(self) -> None:
        """Hold the thread for longer, and tell what happened since the last step; raises Stopped."""
        async with self._telling:
            await self._renew()

    async def _renew(self) -> None:
        if self.ended:
            return
        # A run that nobody was promised tells nothing before its first step: it may never have one.
        if not self._unsure and self._request is not None and self.run == self.due:
            self._unsure = self.staged.take()
        telling = batch(self.pages, self.run, self._unsure, self.terms.events, first=self._next)
        words = (self._fence, self._epoch, self.token, milliseconds(self.terms.lease), self.run, self._next)
        await self._say(scripts.RENEW, *words, *listed(telling))
        self._next += len(self._unsure)
        self._unsure = []

    @asynccontextmanager
    async def _told(self) -> AsyncGenerator[list[Argument]]:
        """Give what there is to tell to the step that is committed meanwhile, after what is told already."""
        async with self._telling:
            if self._unsure:
                await self._renew()
            lines = self.staged.take()
            yield batch(self.pages, self.run, lines, self.terms.events, first=self._next)
            self._next += len(lines)

    async def release(self) -> None:
        """Let the thread go, unless the last commit did."""
        if not self.ended:
            await said(self.client, self.pages.keys, scripts.RELEASE, self.token, self.run)

    async def _say(self, script: Script, *words: Argument) -> None:
        answer = (await said(self.client, self.pages.keys, script, *words)).decode(errors="replace")
        if answer == "applied":
            return
        error = refusal(answer, self.pages.keys.thread)
        if isinstance(error, Unapproved):
            await self.break_off("unapproved")
        raise error

    def _committed(self, member: bytes, checkpoint: Any, metadata: Any, parent: str | None, meant: Step) -> None:
        self.head = Head(member, checkpoint, metadata, parent)
        if meant.opened is not None:
            self._card, self._card_status = meant.opened.id, b"open"
        self._begins = False
        self.broken_off = None
        self.staged.preview = None
        self.ended = meant.ends

    def _heard(self, meant: Step, checkpoint: Checkpoint) -> list[Argument]:
        if not meant.entries:
            return []
        line = [checkpoint["ts"], None if self.act else self.run, checkpoint["id"], meant.entries]
        return [self.pages.sealed(Kind.TRANSCRIPT, b"", line)]

    def _dated(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "run": self.run, "by": self.by, **record}
