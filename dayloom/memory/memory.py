"""One person's memory: kept item by item in a LangGraph store, recalled by words, confidence and age.

Only the person writes into it. What plans have to keep to by an item is a limit for good as long as the item is there.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import reduce
from typing import Any, Final

from langgraph.store.base import BaseStore, Item
from pydantic import ValidationError

from dayloom.memory.constraints import read_constraint, without_constraint
from dayloom.stores.owner.calendar import RedisCalendar
from dayloom.stores.owner.relevance import relevance
from prompts.budget import tokens
from state.errors import BadInput, MovedOn, NotAllowed, TooLarge, UnknownItem
from state.limits import NO_LIMITS, Limits, effective
from state.memory import AGENT, MemoryItem, MemoryKind, Origin, Recalled, Why

log = logging.getLogger(__name__)

NAMESPACE: Final = ("memory", AGENT)
"""Where what the agent that plans remembers lies in a store; the person's, and no other program's, to change."""
MOST_ITEMS: Final = 1_000
BUDGET: Final = 800
"""Tokens of what is shown to the model."""
FLOOR: Final = 0.2
"""What is less certain is not loaded."""
SURE: Final = 0.5
"""From this confidence on a rule binds plans; what is doubtful is only told to the model."""
PROVED: Final = 0.8
"""From this confidence on an experience may become a skill."""
HALF_LIFE: Final = 180.0
"""Days after which an item that nobody has touched counts half."""
AGAIN: Final = 0.1
"""What a rule gains that is said once more."""
MOST_EVIDENCE: Final = 20
NEAREST: Final = 10
"""So many items are loaded because of their meaning at most."""
_SEARCHED: Final = ["name", "condition", "rule"]
_MUCH: Final = 50_000
_ATTEMPTS: Final = 5
_DAY: Final = 86_400
_WORD: Final = re.compile(r"\w+")


class Memory:
    """What one type of agent remembers of one person: a `state.ports.Memory` that the person can look into and change.

    Any `BaseStore` will do; where it has embeddings, what is near in meaning fits too. Raises StoreUnavailable.
    """

    def __init__(
        self, store: BaseStore, calendar: RedisCalendar, skills: Sequence[MemoryItem] = (), agent: str = AGENT
    ) -> None:
        self._store = store
        self._calendar = calendar
        self._skills = tuple(skills)
        self.namespace = ("memory", agent)

    def reading(self, store: BaseStore) -> Memory:
        """Return the same memory as it is found in this store."""
        memory = copy.copy(self)
        memory._store = store
        return memory

    async def recall(self, words: str, now: datetime) -> tuple[Recalled, ...]:
        """Return what holds whatever is said, and what fits the words best, as far as the budget goes."""
        near = await self._near(words)
        items = [item for item in (*await self._kept(), *self._skills) if item.confidence >= FLOOR]
        fitting = await _fitting(words, [item.text for item in items])
        ranked = [
            Recalled(item=item, why=Why.FITS if item.limits == NO_LIMITS else Why.IN_FORCE, fits=round(score, 3))
            for item, fits in zip(items, fitting, strict=True)
            if (score := (fits + near.get(item.id, 0.0)) * item.confidence * _recency(item, now)) > 0
            or item.limits != NO_LIMITS
        ]
        ranked.sort(key=lambda each: (each.why is Why.FITS, -each.fits))
        return tuple(_within(BUDGET, ranked))

    async def all(self) -> tuple[MemoryItem, ...]:
        """Return everything that is remembered, oldest first, and the skills from files."""
        kept = sorted(await self._kept(), key=lambda item: (item.created is None, item.created, item.id))
        return (*kept, *self._skills)

    async def get(self, id: str) -> MemoryItem:
        """Return an item; raises UnknownItem."""
        if (skill := next((item for item in self._skills if item.id == id), None)) is not None:
            return skill
        found = await self._store.aget(self.namespace, id)
        item = found and _read(found)
        if not item:
            raise UnknownItem(f"nothing of the id {id!r} is remembered")
        return item

    async def add(self, now: datetime, **said: Any) -> MemoryItem:
        """Remember something that the person says; what is known already gains by it. Raises BadInput and TooLarge."""
        new = _checked({"id": secrets.token_hex(4), "created": now, "updated": now, **said})
        kept = await self._kept()
        if (same := next((item for item in kept if _is_same(item, new)), None)) is not None:
            return await self._strengthen(same, new, now)
        if len(kept) >= MOST_ITEMS:
            raise TooLarge(f"{MOST_ITEMS} things are remembered, and these are the most; delete some first.")
        return await self._put(None, new)

    async def _strengthen(self, before: MemoryItem, again: MemoryItem, now: datetime) -> MemoryItem:
        """Count what was said once more as evidence; what is evidence already changes nothing."""
        new = again.evidence or (f"said again on {now.date().isoformat()}",)
        if set(new) <= set(before.evidence):
            return before
        confidence = max(again.confidence, round(min(1.0, before.confidence + AGAIN), 3))
        return await self.change(before.id, now, confidence=confidence, evidence=with_evidence(before, *new))

    async def change(self, id: str, now: datetime, **said: Any) -> MemoryItem:
        """Change what is remembered; raises UnknownItem, BadInput, and NotAllowed for a skill from a file."""
        before = await self._own(id)
        return await self._put(before, _checked({**before.model_dump(), "updated": now, **said}))

    async def promote(self, id: str, now: datetime, name: str) -> MemoryItem:
        """Make a skill of an experience that has proved well; raises as `change`, and NotAllowed when it has not."""
        item = await self._own(id)
        if item.kind is MemoryKind.SKILL or item.confidence < PROVED:
            raise NotAllowed(
                f"only an experience with a confidence of {PROVED} or more becomes a skill; this one has "
                f"{item.confidence:.1f} and is a {item.kind}"
            )
        return await self.change(id, now, kind=MemoryKind.SKILL, name=name)

    async def delete(self, id: str) -> None:
        """Forget an item, and lift what plans kept to because of it; raises UnknownItem and NotAllowed."""
        item = await self._own(id)
        await self._store.adelete(self.namespace, id)
        await self._rebind(item.limits, NO_LIMITS)

    async def _put(self, before: MemoryItem | None, item: MemoryItem) -> MemoryItem:
        limits = await asyncio.to_thread(read_constraint, item.rule) if item.confidence >= SURE else NO_LIMITS
        item = item.model_copy(update={"limits": limits})
        await self._store.aput(self.namespace, item.id, item.model_dump(mode="json"), index=_SEARCHED)
        old = before.limits if before else NO_LIMITS
        if old != item.limits:
            await self._rebind(old, item.limits)
        return item

    async def _rebind(self, old: Limits, new: Limits) -> None:
        """Lift what plans kept to because of an item, except where others say it too, and let them keep to this."""
        others = sorted(await self._kept(), key=_last_said) if old != NO_LIMITS else []
        bound = [*(item.limits for item in others), new]

        def change(limits: Limits) -> Limits:
            return reduce(lambda before, said: effective(said, before), bound, without_constraint(limits, old))

        await self._change_limits(change)

    async def _change_limits(self, change: Callable[[Limits], Limits]) -> None:
        """Change what is said for good; somebody else may do so at the same time."""
        if self.namespace[-1] != AGENT:
            return
        for _ in range(_ATTEMPTS):
            calendar = await self._calendar.calendar()
            if (after := change(calendar.limits)) == calendar.limits:
                return
            try:
                await self._calendar.put_limits(after, before=calendar)
            except MovedOn:
                continue
            return
        raise MovedOn("The limits are being changed all the time; try again.")

    async def _own(self, id: str) -> MemoryItem:
        if any(item.id == id for item in self._skills):
            raise NotAllowed("this skill comes from a file; change the file")
        return await self.get(id)

    async def _near(self, words: str) -> dict[str, float]:
        """Return how near the nearest items are in meaning, where the store knows that of words."""
        if not words or getattr(self._store, "embeddings", None) is None:
            return {}
        found = await self._store.asearch(self.namespace, query=words, limit=NEAREST)
        return {each.key: each.score for each in found if each.score is not None}

    async def _kept(self) -> list[MemoryItem]:
        found = await self._store.asearch(self.namespace, limit=MOST_ITEMS)
        items = [_read(each) for each in found if each.namespace == self.namespace]
        return [item for item in items if item is not None]


def with_evidence(item: MemoryItem, *lines: str) -> tuple[str, ...]:
    """Return the evidence of an item with these lines, the newest of all."""
    return (*item.evidence, *lines)[-MOST_EVIDENCE:]


def _is_same(item: MemoryItem, new: MemoryItem) -> bool:
    """Tell whether an experience says what another one does, in the same case unless that was taken from a run."""
    if item.kind is not MemoryKind.EXPERIENCE or new.kind is not MemoryKind.EXPERIENCE:
        return False
    cases = {item.condition.casefold(), new.condition.casefold()} - {""}
    alike = len(cases) <= 1 or Origin.FEEDBACK in (item.origin, new.origin)
    return alike and _plain(item.rule) == _plain(new.rule)


def _plain(rule: str) -> str:
    """Return the words of a rule, whatever stands between them and however they are written."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", rule).casefold())) or rule.strip()


def _read(found: Item) -> MemoryItem | None:
    """Return an item under the name it has there; what is none was put there by other means, and is passed over."""
    try:
        return MemoryItem.model_validate({**found.value, "id": found.key})
    except ValidationError:
        log.warning("an item of the memory does not fit its schema and is passed over")
        return None


def _checked(given: dict[str, Any]) -> MemoryItem:
    try:
        return MemoryItem.model_validate(given)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise BadInput(f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}") from error


async def _fitting(words: str, texts: Sequence[str]) -> list[float]:
    """Return how well texts fit; in a thread when there is so much to read that others would wait for it."""
    if len(words) + sum(map(len, texts)) < _MUCH:
        return relevance(words, texts)
    return await asyncio.to_thread(relevance, words, texts)


def _last_said(item: MemoryItem) -> float:
    return item.updated.timestamp() if item.updated else 0.0


def _recency(item: MemoryItem, now: datetime) -> float:
    if item.updated is None:
        return 1.0
    return 0.5 ** (max(0.0, (now - item.updated).total_seconds()) / _DAY / HALF_LIFE)


def _within(budget: int, ranked: Iterable[Recalled]) -> Iterable[Recalled]:
    for each in ranked:
        budget -= tokens(each.item.text)
        if budget < 0:
            return
        yield each
