"""Feedback becomes memory: a correction is an experience, and what a run had loaded gains or loses by how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from dayloom.memory.memory import Memory
from state.errors import NotAllowed, UnknownItem
from state.memory import MemoryItem, Origin
from state.ports import TranscriptStep
from state.transcript import MemoryRead, Message

Kind = Literal["positive", "negative", "correction"]

_CONFIDENCE: Final[Mapping[Kind, float]] = {"correction": 0.6, "positive": 0.8}
_GAIN: Final[Mapping[Kind, float]] = {"positive": 0.05, "negative": -0.2, "correction": 0.0}
_AGAIN: Final = 0.1
"""What a rule gains that is said once more."""
_MOST_EVIDENCE: Final = 20


@dataclass(frozen=True)
class Feedback:
    """What a person said of a run, or of a span of it; without a text nothing is learned of it."""

    kind: Kind
    text: str
    run: str
    span: int | None = None

    @property
    def evidence(self) -> str:
        """Where it was said."""
        return f"{self.kind} feedback on run {self.run}" + (f", span {self.span}" if self.span is not None else "")


async def learn(
    memory: Memory, said: Feedback, steps: Sequence[TranscriptStep], now: datetime
) -> tuple[MemoryItem | None, tuple[MemoryItem, ...]]:
    """Remember what is to be learned of a run with these steps, and return that and what has gained or lost."""
    judged = [item for id in _loaded(steps) if (item := await _judge(memory, id, _GAIN[said.kind], now)) is not None]
    if not said.text or said.kind not in _CONFIDENCE:
        return None, tuple(judged)
    same = (item for item in await memory.all() if item.rule.casefold() == said.text.casefold())
    before = next((item for item in same if item.origin in (Origin.PERSON, Origin.FEEDBACK)), None)
    if before is not None:
        evidence = (*before.evidence, said.evidence)[-_MOST_EVIDENCE:]
        learned = await memory.change(before.id, now, evidence=evidence, confidence=_plus(before, _AGAIN))
    else:
        learned = await memory.add(
            now,
            rule=said.text,
            condition=_words(steps)[:500],
            evidence=(said.evidence,),
            confidence=_CONFIDENCE[said.kind],
            origin=Origin.FEEDBACK,
            source=said.run,
        )
    return learned, tuple(judged)


async def _judge(memory: Memory, id: str, gain: float, now: datetime) -> MemoryItem | None:
    """Return an item that counts for more or less now; None for one that stays, comes from a file, or is gone."""
    try:
        return await memory.change(id, now, confidence=_plus(await memory.get(id), gain)) if gain else None
    except (UnknownItem, NotAllowed):
        return None


def _plus(item: MemoryItem, gain: float) -> float:
    return round(min(1.0, max(0.0, item.confidence + gain)), 3)


def _loaded(steps: Sequence[TranscriptStep]) -> tuple[str, ...]:
    read = [entry for step in steps for entry in step.entries if isinstance(entry, MemoryRead)]
    return tuple(dict.fromkeys(each.item.id for entry in read for each in entry.items))


def _words(steps: Sequence[TranscriptStep]) -> str:
    """Return what the person had asked for."""
    said = [entry for step in steps for entry in step.entries if isinstance(entry, Message)]
    return " ".join(entry.text for entry in said if entry.role == "person")
