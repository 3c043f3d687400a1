"""Feedback becomes memory: a correction is an experience, and what a turn had loaded gains or loses by how it went."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dayloom.memory.constraints import read_constraint
from dayloom.memory.memory import Memory, with_evidence
from state.errors import NotAllowed, UnknownItem
from state.ids import RunId, ThreadId
from state.limits import NO_LIMITS
from state.memory import MemoryItem, Origin
from state.ports import TranscriptStep
from state.transcript import Feedback, FeedbackKind, MemoryRead, Message

_CONFIDENCE: Final[Mapping[FeedbackKind, float]] = {FeedbackKind.CORRECTION: 0.6, FeedbackKind.POSITIVE: 0.8}
_GAIN: Final[Mapping[FeedbackKind, float]] = {FeedbackKind.POSITIVE: 0.05, FeedbackKind.NEGATIVE: -0.2}
_LONGEST: Final = 500
_RULE: Final = re.compile(
    r"\balways (?!an? |so |the |very |great|good|nice|helpful|works?\b)"
    r"|\b(never|prefer|avoid|must|should|at least|at most|don't|do not|every (day|week|morning|evening|\w+day))\b"
    r"|\bonly (in|on|at|after|before|between|from|plan|put|work)\b"
    r"|\bno \w+.* (before|after|on|between)\b"
    "|不要|以后|尽量|优先|每天|每周|必须|应该|至少|最多|总是[把先安放排]|(?<![特分区级个类])别|(?<!不)只(?!是)|从不|最好(?![的了！。!.])",
    re.IGNORECASE,
)
"""What tells a rule from plain praise."""


@dataclass(frozen=True)
class Learned:
    """What is remembered because of feedback, and what counts for more or less now."""

    learned: MemoryItem | None = None
    judged: tuple[MemoryItem, ...] = ()


async def learn(
    memory: Memory, said: Feedback, thread: ThreadId, run: RunId, steps: Sequence[TranscriptStep], *, now: datetime
) -> Learned:
    """Remember what is to be learned of a run, from the transcript of its thread; once, however often repeated."""
    if not said.extract:
        return Learned()
    turn, learned = _turn(steps, run), None
    if says_what_holds(said):
        learned = await memory.add(
            now,
            id=said.id,  # the same, should it be learned twice at once
            rule=said.text,
            condition=_words(turn)[:_LONGEST],
            evidence=(_evidence(said, run),),
            confidence=_CONFIDENCE[said.kind],
            origin=Origin.FEEDBACK,
            source=run,
            thread=thread,
        )
    others = (id for id in _loaded(turn) if learned is None or id != learned.id)
    judged = [item for id in others if (item := await _judge(memory, id, said, run, now)) is not None]
    return Learned(learned, tuple(judged))


def says_what_holds(said: Feedback) -> bool:
    """Tell whether feedback says something that is to be remembered; praise does when there is a rule in it."""
    if said.kind is not FeedbackKind.POSITIVE:
        return said.kind in _CONFIDENCE and bool(said.text)
    return bool(_RULE.search(said.text)) or (bool(said.text) and read_constraint(said.text) != NO_LIMITS)


def _evidence(said: Feedback, run: RunId) -> str:
    """Return where it was said."""
    span = f", span {said.span}" if said.span is not None else ""
    return f"{said.kind} feedback {said.id} on run {run}{span}"


async def _judge(memory: Memory, id: str, said: Feedback, run: RunId, now: datetime) -> MemoryItem | None:
    """Return an item that counts for more or less now; None for one that stays, comes from a file, or is gone."""
    gain, evidence = _GAIN.get(said.kind), _evidence(said, run)
    try:
        if gain is None or evidence in (before := await memory.get(id)).evidence:
            return None
        confidence = round(min(1.0, max(0.0, before.confidence + gain)), 3)
        return await memory.change(id, now, confidence=confidence, evidence=with_evidence(before, evidence))
    except (UnknownItem, NotAllowed):
        return None


def _turn(steps: Sequence[TranscriptStep], run: RunId) -> Sequence[TranscriptStep]:
    """Return the steps of a run, and those before it since the person's message: each answer to a card is a run."""
    own = [number for number, step in enumerate(steps) if step.run == run]
    if not own:
        return ()
    begun = [number for number in range(own[0] + 1) if _said(steps[number])]
    return steps[begun[-1] if begun else own[0] : own[-1] + 1]


def _said(step: TranscriptStep) -> list[str]:
    return [entry.text for entry in step.entries if isinstance(entry, Message) and entry.role == "person"]


def _loaded(steps: Sequence[TranscriptStep]) -> tuple[str, ...]:
    read = [entry for step in steps for entry in step.entries if isinstance(entry, MemoryRead)]
    return tuple(dict.fromkeys(each.item.id for entry in read for each in entry.items))


def _words(steps: Sequence[TranscriptStep]) -> str:
    """Return what the person had asked for."""
    return " ".join(text for step in steps for text in _said(step))
