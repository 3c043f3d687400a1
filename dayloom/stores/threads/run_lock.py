"""A run's hold on its thread: a lease with a fencing token, the newest step in memory, and one commit for each step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from langgraph.checkpoint.base import Checkpoint, CheckpointMetadata, CheckpointTuple, PendingWrite, get_checkpoint_id

from dayloom.stores.redis.codec import Codec, Place, Record, member_of, split, split_blobs
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.envelope import as_damaged
from dayloom.stores.redis.keys import KeyKind
from dayloom.stores.redis.round_trips import Argument, NamedScript, pairs, run_script
from dayloom.stores.threads import lua as scripts
from dayloom.stores.threads.audit import Chain
from dayloom.stores.threads.cancel import cancel_run
from dayloom.stores.threads.durations import Durations, milliseconds
from dayloom.stores.threads.event_log import parse_run_status
from dayloom.stores.threads.latest import (
    TRANSCRIPT,
    LatestCheckpoint,
    first_step,
    read_latest,
    validate_values,
    with_changes,
)
from dayloom.stores.threads.refusal import refusal, unknown_step
from dayloom.stores.threads.staging import Line, Staged, StagedPreviews, batch
from dayloom.stores.threads.step_effects import StepEffects, answer_record, approved_digest, step_effects, to_state
from dayloom.stores.threads.value_cache import ValueCache
from graph.branch import is_decided
from graph.open_card import not_open
from state.calendar_commit import Act
from state.common import CommonState
from state.errors import Unapproved
from state.events import Event, EventType
from state.ids import RunId, ThreadId
from state.interrupt import Answer
from state.ports import EXPIRED, FIRST_STEP, Accepted, PreviewStore, PutBack
from state.run_status import RunStatus, last_event, run_status
from state.transcript import WentBack

_OPEN: Final = (b"open", b"answered", EXPIRED.encode())


class RedisRunLock:
    """Holds one thread for one run; see `state.ports.RunLock`."""

    def __init__(
        self, client: AsyncRedis, codec: Codec, *, run: RunId, token: str, durations: Durations, by: str
    ) -> None:
        self.client = client
        self.codec = codec
        self.run = run
        self.token = token
        self.durations = durations
        self.by = by
        self.cache = ValueCache()
        self.latest: LatestCheckpoint | None = None
        self.staged = Staged()
        self.previews: PreviewStore = StagedPreviews(self.staged)
        self.saver: Any = None
        self.on_commit: Callable[[LatestCheckpoint, str], None] = lambda *_: None
        self.ended = False
        self.stands: RunStatus | None = None
        self.act: Act | None = None
        self.broken_off: str | None = None
        self.due: RunId | None = None
        self.begun = False
        self.elsewhere = False
        self.went_back: CommonState | None = None
        self._member = b""
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
        return self.latest.state if self.latest else None

    @property
    def waiting(self) -> tuple[str, ...]:
        """LangGraph's ids of the interrupts that wait on the newest step."""
        return self.latest.waiting if self.latest else ()

    @property
    def stored_answer(self) -> Answer | None:
        """The answer that was taken for the open card and not acted on yet."""
        asked = self.latest.state.interrupt if self.latest else None
        if asked is None or asked.id != self._card or self._card_status != b"answered":
            return None
        return Answer.model_validate(self.codec.open(KeyKind.CARDS, asked.id.encode(), self._card_answer))

    def note(self, event: Event) -> str | None:
        """Take an event of the run; return what the message that it ends is called in the log."""
        return self.staged.note(event)

    @property
    def asked(self) -> Accepted | None:
        """What the run that is due was asked to do; None when it was begun without being accepted first."""
        if self.due is None or self._request is None:
            return None
        kind = KeyKind.REQUESTS if self.begun else KeyKind.INBOX
        with as_damaged(self.codec.keys.thread):
            return Accepted.model_validate(self.codec.open(kind, self.due.encode(), self._request))

    def adopt(self) -> RunId:
        """Go on as the run that is due, and return its id."""
        if self.due is not None:
            self.run = self.due
        if self._next > 1:
            self.staged.retract_unfinished()
        return self.run

    def take(self, reply: scripts.Opened, known: tuple[LatestCheckpoint, ValueCache] | None) -> None:
        """Read what the server said when it gave the thread; raises Damaged."""
        fields, member, due = pairs(reply.head), reply.member, reply.due
        self._fence, self._epoch = fields[b"fence"], fields.get(b"epoch", b"0")
        self._chain = Chain.read(fields.get(b"audit"), self.codec.keys.thread)
        self._card = fields.get(b"card", b"").decode()
        self._card_status, self._card_answer = reply.card or (None, None)
        self.run, self.due = RunId(reply.run.decode()), RunId(due.decode()) if due else None
        self.begun = fields.get(b"begun") == due != b""
        self._request = reply.request
        self._next = reply.events
        expired = EXPIRED if self._card_status == EXPIRED.encode() else None
        self.broken_off = (fields.get(b"broken") or b"").decode() or expired
        self.stands = parse_run_status(reply.status, self.codec.keys.thread)[0] if reply.status is not None else None
        self.cache.next = int(fields.get(b"next", b"1"))
        self._member = member
        if not member:
            return
        if known is not None and known[0].member == member:
            self.latest, self.cache = known
        elif fields.get(b"member") == member:
            self.latest = self._read(member, reply.record, split_blobs(reply.blobs))
        else:
            self.elsewhere = True
            return
        self.latest = self.latest.with_writes(self.codec.open_writes(member, reply.writes))

    def take_from(self, found: CheckpointTuple) -> None:
        """Take the newest step as it was read by itself: a run did not commit it last; raises Damaged."""
        self.latest = self._as_latest(found).with_writes(found.pending_writes or [])

    def _as_latest(self, found: CheckpointTuple) -> LatestCheckpoint:
        place = found.config["configurable"]  # pyright: ignore[reportTypedDictNotRequiredAccess] an address has it
        parent = get_checkpoint_id(found.parent_config) if found.parent_config else None
        values = validate_values(self.codec.keys.thread, found.checkpoint["channel_values"])
        member = member_of("", place["checkpoint_id"])
        return LatestCheckpoint(member, {**found.checkpoint, "channel_values": values}, found.metadata, parent)

    def _read(self, member: bytes, stored: bytes, blobs: Mapping[bytes, bytes | None]) -> LatestCheckpoint:
        record = self.codec.open_record(member, stored)
        return read_latest(self.codec, member, record, self._open_values(record, member, blobs), self.cache)

    def _open_values(self, record: Record, member: bytes, blobs: Mapping[bytes, bytes | None]) -> dict[Place, Any]:
        places = dict.fromkeys(record.places(split(member)[0]))
        return {(kind, field): self.codec.open(kind, field, blobs.get(field)) for kind, field in places}

    async def commit_step(self, checkpoint: Checkpoint, metadata: CheckpointMetadata) -> None:
        """Commit one step. What takes a message in is held back until its first step is whole; raises Stopped."""
        if metadata.get("source") == "input":
            self._begins = True
            return
        values = dict(checkpoint["channel_values"])
        after = to_state(values)
        effects = self._after_going_back(step_effects(self.state, after, begins=self._begins, act=self.act))
        values.pop(TRANSCRIPT, None)
        member, numbered = member_of("", checkpoint["id"]), self.cache.number(values)
        parent = split(self.latest.member)[1] if self.latest else None
        rest = {name: value for name, value in checkpoint.items() if name != "channel_values"}
        record = Record(rest, metadata, parent, (), numbered.small, numbered.blobs, numbered.lists)
        if effects.ends:
            self.staged.note(last_event(after))
        chain, lines = self._chain.extend([self._audit_record(each) for each in effects.records])
        async with self._take_telling() as telling:
            await self._run(
                scripts.COMMIT,
                fence=self._fence,
                epoch=self._epoch,
                member=member,
                parent=self._member,
                record=self.codec.seal_record(member, record),
                numbers=" ".join(map(str, numbered.numbers)),
                next_number=self.cache.next,
                blobs=numbered.seal_fresh(self.codec.keys),
                token=self.token,
                lease=milliseconds(self.durations.lease),
                run="" if self.act else self.run,
                takes_up=int(self._begins or self.went_back is not None),
                closed=self._card if self.went_back and self._card_status in _OPEN else "",
                status=run_status(after).value if effects.ends else "",
                keep=self.durations.lifetime(begins=self._begins, ends=effects.ends),
                log_keep=self.durations.log_lifetime,
                before=bytes(self._chain),
                after=bytes(chain),
                records=lines,
                used=self._card if effects.uses_card else "",
                digest=effects.approved if effects.uses_card else "",
                opened=[effects.opened.id, milliseconds(self.durations.card or 0)] if effects.opened else [],
                lines=self._transcript_lines(effects, checkpoint),
                telling=telling,
                preview=self.staged.preview_fields(self.codec, after, numbered),
            )
        self._note_commit(member, {**rest, "channel_values": values}, metadata, parent, effects)
        self._chain = chain

    async def go_back(self, checkpoint: str, put_back: PutBack, *, anew: bool) -> CommonState | None:
        """Go on from an older step instead of the newest, and return its state; see `state.ports.RunLock`."""
        newest = self.state
        if newest is None:
            raise unknown_step(self.codec.keys.thread, checkpoint)
        point = None if checkpoint == FIRST_STEP else await self._load_older(checkpoint, anew=anew)
        before = point.state if point else None
        self.latest = with_changes(point or first_step(), put_back(before, newest))
        self.went_back, self.broken_off = newest, None
        return before

    async def _load_older(self, checkpoint: str, *, anew: bool) -> LatestCheckpoint:
        found = await self.saver.plain.aget_tuple(self.codec.config("", checkpoint))
        if found is None:
            raise unknown_step(self.codec.keys.thread, checkpoint)
        point = self._as_latest(found)
        if anew and is_decided(point.state) and point.parent is not None:
            return await self._load_older(point.parent, anew=True)
        return point

    def _after_going_back(self, effects: StepEffects) -> StepEffects:
        """Return the effects of a step, with what going back before it means."""
        if self.went_back is None:
            return effects
        assert self.latest is not None, "it went back to a step"
        newest, checkpoint, state = self.went_back, split(self.latest.member)[1], self.latest.state
        record = {
            "what": "back",
            "step": checkpoint,
            "from": newest.schedule.version,
            "to": state.schedule.version,
        }
        entries = (WentBack(checkpoint=checkpoint), *effects.entries)
        return replace(effects, entries=entries, records=[record, *effects.records])

    async def wait(self, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str) -> None:
        """Store what the newest step waits for; that ends the run. Raises Stopped."""
        assert self.latest is not None, "only a committed step can wait"
        frame = self.codec.seal_writes(self.latest.member, writes, task_id, task_path)
        self.staged.note(Event(type=EventType.RUN_INTERRUPTED))
        async with self._take_telling() as telling:
            await self._run(
                scripts.WAIT,
                fence=self._fence,
                epoch=self._epoch,
                member=self.latest.member,
                frame=frame,
                run=self.run,
                log_keep=self.durations.log_lifetime,
                telling=telling,
            )
        kept: list[PendingWrite] = [(task_id, channel, value) for channel, value in writes]
        self.latest = self.latest.with_writes([*self.latest.writes, *kept])
        self.ended = True

    async def claim(self, answer: Answer, card: str | None = None) -> None:
        """Take this answer for the open card, once and for all; raises StaleAnswer, or Stopped."""
        asked = self.state.interrupt if self.state else None
        if asked is None or card not in (None, asked.id):
            raise not_open(ThreadId(self.codec.keys.thread), card, "closed")
        approved = approved_digest(asked, answer)
        chain, lines = self._chain.extend(
            [self._audit_record(answer_record(asked, answer.type, approved, answer.scope))]
        )
        stored = self.codec.seal(KeyKind.CARDS, asked.id.encode(), answer)
        await self._run(
            scripts.CLAIM,
            fence=self._fence,
            epoch=self._epoch,
            card=asked.id,
            operation=f"{self.run}/{self.token}",
            approved=approved,
            answer=stored,
            before=bytes(self._chain),
            after=bytes(chain),
            records=lines,
            run=self.run,
        )
        self._chain, self._card, self._card_status, self._card_answer = chain, asked.id, b"answered", stored

    async def break_off(self, why: str) -> None:
        """End the run here for good: its turn will not be finished."""
        stopping = cancel_run(
            self.client, self.codec, self.run, RunStatus.ERROR, why, by=self.by, durations=self.durations
        )
        await stopping
        self.broken_off, self.ended = why, True

    async def renew(self) -> None:
        """Hold the thread for longer, and tell how the step is getting on; raises Stopped."""
        async with self._telling:
            await self._renew()

    async def _renew(self) -> None:
        if self.ended:
            return
        # A run that nobody was promised tells nothing before its first step: it may never have one.
        if not self._unsure and self._request is not None and self.run == self.due:
            self._unsure = self.staged.take_progress()
        telling = batch(self.codec, self.run, self._unsure, self.durations.events, first=self._next)
        await self._run(
            scripts.RENEW,
            fence=self._fence,
            epoch=self._epoch,
            token=self.token,
            lease=milliseconds(self.durations.lease),
            run=self.run,
            next_event=self._next,
            telling=telling,
        )
        self._next += len(self._unsure)
        self._unsure = []

    @asynccontextmanager
    async def _take_telling(self) -> AsyncGenerator[list[Argument]]:
        """Give what there is to tell to the step that is committed meanwhile, after what is told already."""
        async with self._telling:
            if self._unsure:
                await self._renew()
            lines = self.staged.take()
            yield batch(self.codec, self.run, lines, self.durations.events, first=self._next)
            self._next += len(lines)

    async def release(self) -> None:
        """Let the thread go, unless the last commit did."""
        if not self.ended:
            await run_script(self.client, self.codec.keys, scripts.RELEASE, token=self.token, run=self.run)

    async def _run(self, script: NamedScript, **given: Argument | Sequence[Argument]) -> None:
        answer = (await run_script(self.client, self.codec.keys, script, **given)).decode(errors="replace")
        if answer == "applied":
            return
        error = refusal(answer, self.codec.keys.thread)
        if isinstance(error, Unapproved):
            await self.break_off("unapproved")
        raise error

    def _note_commit(
        self, member: bytes, checkpoint: Any, metadata: Any, parent: str | None, effects: StepEffects
    ) -> None:
        self.latest = LatestCheckpoint(member, checkpoint, metadata, parent)
        self.on_commit(self.latest, self.codec.keys.thread)
        self._member, self.went_back = member, None
        if effects.opened is not None:
            self._card, self._card_status = effects.opened.id, b"open"
        self._begins = False
        self.broken_off = None
        self.staged.preview = None
        self.ended = effects.ends

    def _transcript_lines(self, effects: StepEffects, checkpoint: Checkpoint) -> list[Argument]:
        if not effects.entries:
            return []
        line = [checkpoint["ts"], None if self.act else self.run, checkpoint["id"], effects.entries]
        return [self.codec.seal(KeyKind.TRANSCRIPT, b"", line)]

    def _audit_record(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "run": self.run, "by": self.by, **record}
