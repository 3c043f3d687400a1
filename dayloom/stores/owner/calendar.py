"""One user's calendar and tasks: the text as given, what drafts have written into it, and receipts for every change."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from dayloom.stores.owner import calendar_lua as scripts
from dayloom.stores.redis.codec import Codec
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, OwnerKeys
from dayloom.stores.redis.round_trips import (
    Argument,
    Command,
    NamedScript,
    command,
    pairs,
    send,
    send_repeatedly,
    transact,
)
from dayloom.stores.redis.serializer import DataSerializer
from state.calendar_commit import CalendarEntry, Commit, Receipt
from state.errors import MovedOn, TooLarge, UnknownTask
from state.ids import ThreadId
from state.limits import NO_LIMITS, Limits
from state.task_edit import TaskEdit
from state.task_item import ItemChange, TaskItem

MOST_TASKS: Final = 5_000
LARGEST_CALENDAR: Final = 20 * 2**20
_DONE: Final = Receipt(request="")
_TEXT: Final = b"text"
_LIMITS: Final = b"limits"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Calendar:
    """The calendar as it stands; `text` is empty while nobody gave one. `commits` can be taken back, newest last.

    `limits` are what the person has said for good.
    """

    version: int = 0
    text: bytes = b""
    entries: tuple[CalendarEntry, ...] = ()
    commits: tuple[Commit, ...] = ()
    limits: Limits = NO_LIMITS

    @property
    def uids(self) -> frozenset[str]:
        """What drafts have written into it."""
        return frozenset(entry.uid for entry in self.entries)


class Changed(Protocol):
    """Is called when something was written: into the calendar, or only into tasks and what is said for good."""

    async def __call__(self, *, calendar: bool) -> None:
        """Tell whoever is to know of it."""
        ...


class RedisCalendar:
    """Keeps the calendar and the tasks of one owner; raises StoreUnavailable and Damaged."""

    def __init__(self, client: AsyncRedis, *, owner: str = LOCAL_OWNER, changed: Changed | None = None) -> None:
        self.client = client
        self.owner = owner
        self._changed = changed
        self._codec = Codec(OwnerKeys(owner), DataSerializer())

    async def calendar(self) -> Calendar:
        """Return the calendar as it stands."""
        return self._read_calendar(*await transact(self.client, *self._calendar_commands()))

    async def tasks(self) -> tuple[TaskItem, ...]:
        """Return the tasks to be placed, in the order in which they came."""
        return self._read_tasks(await send(self.client, command("HGETALL", self._key(KeyKind.TASKS))))

    async def calendar_and_tasks(self) -> tuple[Calendar, tuple[TaskItem, ...]]:
        """Return both as they stand at one moment, in one round trip."""
        tasks = command("HGETALL", self._key(KeyKind.TASKS))
        *calendar, found = await transact(self.client, *self._calendar_commands(), tasks)
        return self._read_calendar(*calendar), self._read_tasks(found)

    async def version_of_both(self) -> str:
        """Return what stands for the calendar and the tasks as they are, without reading either."""
        version = command("HGET", self._key(KeyKind.CALENDAR), "version")
        found, ids = await transact(self.client, version, command("HKEYS", self._key(KeyKind.TASKS)))
        return version_of(int(found or 0), [id_.decode() for id_ in ids])

    def _calendar_commands(self) -> tuple[Command, ...]:
        return (
            command("HMGET", self._key(KeyKind.CALENDAR), "version", "text", "limits"),
            command("HGETALL", self._key(KeyKind.BOOKED)),
            command("LRANGE", self._key(KeyKind.COMMITS), 0, -1),
        )

    def _read_calendar(self, head: Any, booked: Any, commits: Any) -> Calendar:
        version, text, limits = head
        entries = [self._open(CalendarEntry, KeyKind.BOOKED, uid, each) for uid, each in pairs(booked).items()]
        return Calendar(
            version=int(version or 0),
            text=self._codec.open(KeyKind.CALENDAR, _TEXT, text) if text else b"",
            entries=tuple(sorted(entries, key=lambda entry: (entry.start, entry.uid))),
            commits=tuple(self._open(Commit, KeyKind.COMMITS, b"", each) for each in commits),
            limits=self._opened_limits(limits),
        )

    async def limits(self) -> Limits:
        """Return what the person has said for good of all their days."""
        return self._opened_limits(await send(self.client, command("HGET", self._key(KeyKind.CALENDAR), "limits")))

    async def put_limits(self, limits: Limits, *, before: Calendar) -> int:
        """Replace what is said for good and return the new version; raises MovedOn."""
        await self._change(_operation(), _DONE, before, lists={"limits": [self._sealed_limits(limits)]})
        return before.version + 1

    async def put(self, text: bytes, *, before: Calendar, taken_over: Sequence[str] = ()) -> int:
        """Replace the text and return the new version; raises MovedOn when the calendar is not as `before` any more.

        Entries with the UIDs of `taken_over` stand in the text now. What was committed to it before cannot be taken
        back then, because the calendar has changed; the same text again changes nothing.
        """
        if len(text) > LARGEST_CALENDAR:
            raise TooLarge(f"The calendar is larger than {LARGEST_CALENDAR // 2**20} MB; export a shorter period.")
        if text == before.text and before.uids.isdisjoint(taken_over):
            return before.version
        sealed = self._codec.seal(KeyKind.CALENDAR, _TEXT, text)
        kept = [self._seal(KeyKind.COMMITS, "", commit) for commit in before.commits if not commit.uids]
        lists = {"text": [sealed], "dropped": taken_over, "kept": kept}
        await self._change(_operation(), _DONE, before, commits="forget", lists=lists)
        return before.version + 1

    async def write(self, key: str, receipt: Receipt, entries: Sequence[CalendarEntry], *, before: Calendar) -> Receipt:
        """Write what `receipt.commit` says, all or nothing; raises MovedOn.

        Returns the receipt, or the one that was kept when this key wrote before.
        """
        commit = receipt.commit
        assert commit is not None, "what is written can be taken back"
        return await self._change(
            key,
            receipt,
            before,
            thread=commit.thread,
            commits="push",
            commit=self._seal(KeyKind.COMMITS, "", commit),
            lists={"booked": self._booked(entries), **self._items(commit.items), **self._limits(commit.edits)},
        )

    async def take_back(self, key: str, receipt: Receipt, *, before: Calendar) -> Receipt:
        """Take `receipt.commit` back, which is among the commits; otherwise as `write`."""
        commit = receipt.commit
        assert commit is not None, "a commit is taken back"
        items = self._items([ItemChange(id=one.id, before=one.after, after=one.before) for one in commit.items])
        return await self._change(
            key,
            receipt,
            before,
            thread=commit.thread,
            commits="pop",
            position=before.commits.index(commit),
            lists={
                "dropped": commit.uids,
                "booked": self._booked(commit.before),
                **items,
                **self._limits(commit.undoing),
            },
        )

    async def change_tasks(self, changed: Sequence[ItemChange], *, before: Calendar) -> None:
        """Change tasks of the list, all or none; raises MovedOn when calendar or list is another since `before`."""
        await self._change(_operation(), _DONE, before, lists=self._items(changed))

    async def note_followed(self, key: str, receipt: Receipt, thread: ThreadId) -> None:
        """Keep what an operation has come to, its thread having followed."""
        await self._run(scripts.FOLLOWED, key, receipt, thread=thread)

    async def receipt(self, key: str) -> Receipt | None:
        """Return what an operation was asked and answered; None when it is unknown."""
        found = await send(self.client, command("HGET", self._key(KeyKind.RECEIPTS), key))
        return self._open(Receipt, KeyKind.RECEIPTS, key.encode(), found) if found else None

    async def find_unfollowed(self, thread: ThreadId) -> str | None:
        """Return the operation that the calendar has taken and this thread has not followed yet."""
        found = await send(self.client, command("HGET", self._key(KeyKind.CALENDAR), f"thread\0{thread}"))
        return found.decode() if found else None

    def _read_tasks(self, found: Any) -> tuple[TaskItem, ...]:
        items = [self._open(TaskItem, KeyKind.TASKS, id_, each) for id_, each in pairs(found).items()]
        return tuple(sorted(items, key=lambda item: (item.added, item.number, item.id)))

    async def add(self, tasks: Sequence[TaskItem], *, key: str | None = None, receipt: Receipt = _DONE) -> Receipt:
        """Add tasks, all or none; raises TooLarge. With a key that was used before, return the receipt it left."""
        words = self._words(KeyKind.TASKS, {task.id: task for task in tasks})
        key = key or _operation()
        kind, *rest = await self._run(scripts.ADD, key, receipt, most=MOST_TASKS, tasks=words)
        if kind == b"full":
            raise TooLarge(f"There are {rest[0]} tasks already, and {MOST_TASKS} are the most; delete some first.")
        await self._tell(done=not rest, calendar=False)
        return self._kept_receipt(key, receipt, rest)

    async def remove(self, id_: str) -> None:
        """Remove a task; raises UnknownTask."""
        key = _operation()
        [kind, *_] = await self._run(scripts.REMOVE, key, _DONE, id=id_)
        if kind == b"unknown":
            raise UnknownTask(f"there is no task {id_!r}")
        await self._tell(done=True, calendar=False)

    async def _change(
        self,
        key: str,
        receipt: Receipt,
        before: Calendar,
        *,
        thread: str = "",
        commits: Literal["push", "pop", "forget", "keep"] = "keep",
        commit: bytes = b"",
        position: int = 0,
        lists: Mapping[str, Sequence[Argument]],
    ) -> Receipt:
        given = {**dict.fromkeys(scripts.CHANGE.lists, ()), **lists}
        what = {"thread": thread, "commits": commits, "commit": commit, "position": position}
        kind, *rest = await self._run(scripts.CHANGE, key, receipt, expected=before.version, **what, **given)
        if kind == b"moved on":
            raise MovedOn("The calendar has changed in the meantime; look at it again, then repeat.")
        await self._tell(done=not rest, calendar=any(lists.get(name) for name in _OF_CALENDAR))
        return self._kept_receipt(key, receipt, rest)

    async def _tell(self, *, done: bool, calendar: bool) -> None:
        """Tell of what was written now; an operation that is repeated has written before."""
        if done and self._changed is not None:
            await self._changed(calendar=calendar)

    def _booked(self, entries: Iterable[CalendarEntry]) -> list[Argument]:
        return self._words(KeyKind.BOOKED, {entry.uid: entry for entry in entries})

    def _items(self, changed: Sequence[ItemChange]) -> dict[str, Sequence[Argument]]:
        """Return what becomes of tasks: those that are written, those that go, and those that must be there."""
        return {
            "tasks": self._words(KeyKind.TASKS, {one.id: one.after for one in changed if one.after}),
            "removed": [one.id for one in changed if not one.after],
            "listed": [one.id for one in changed if one.before],
        }

    def _limits(self, edits: Iterable[TaskEdit]) -> dict[str, Sequence[Argument]]:
        """Return what becomes of what is said for good."""
        said = [edit.limits.after for edit in edits if edit.limits and edit.limits.always]
        return {"limits": [self._sealed_limits(each) for each in said]}

    def _opened_limits(self, found: bytes | None) -> Limits:
        return self._open(Limits, KeyKind.CALENDAR, _LIMITS, found) if found else NO_LIMITS

    def _sealed_limits(self, limits: Limits) -> bytes:
        return b"" if limits == NO_LIMITS else self._codec.seal(KeyKind.CALENDAR, _LIMITS, limits)

    def _words(self, kind: KeyKind, values: Mapping[str, BaseModel]) -> list[Argument]:
        return [word for field, value in values.items() for word in (field, self._seal(kind, field, value))]

    def _kept_receipt(self, key: str, receipt: Receipt, rest: Sequence[bytes]) -> Receipt:
        return self._open(Receipt, KeyKind.RECEIPTS, key.encode(), rest[0]) if rest else receipt

    async def _run(
        self, script: NamedScript, key: str, receipt: Receipt, **given: Argument | Sequence[Argument]
    ) -> Any:
        arguments = {"operation": key, "receipt": self._seal(KeyKind.RECEIPTS, key, receipt), **given}
        return await send_repeatedly(self.client, script.on(self._codec.keys, arguments))

    def _key(self, kind: KeyKind) -> str:
        return self._codec.keys.of(kind)

    def _seal(self, kind: KeyKind, field: str, value: BaseModel) -> bytes:
        return self._codec.seal(kind, field.encode(), value)

    def _open(self, model: type[M], kind: KeyKind, field: bytes, stored: bytes) -> M:
        try:
            return model.model_validate(self._codec.open(kind, field, stored))
        except ValidationError as error:
            wrong = error.errors()[0]
            raise Damaged(
                f"The user's own data: the stored value {kind} does not fit its schema: {wrong['loc']} {wrong['msg']}."
            ) from error


_OF_CALENDAR: Final = ("text", "booked", "dropped")


def version_of(calendar: int, tasks: Iterable[str]) -> str:
    """Return what stands for a version of the calendar, which a change of a task raises too, and a set of tasks."""
    return f"{calendar}/{hashlib.sha256(' '.join(sorted(tasks)).encode()).hexdigest()[:16]}"


def _operation() -> str:
    return f"\1{secrets.token_hex(8)}"
