"""How a turn begins and how updates add up: pure steps that several nodes share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from langchain_core.messages import ToolMessage

from state.calendar_commit import is_written
from state.common import (
    NO_SCHEDULE,
    Baseline,
    CommonState,
    Corrections,
    Phase,
    RunSettings,
    Update,
    new_words,
    split_history,
)
from state.desk import Placement, placements, with_placements
from state.order import inversions
from state.outcome import Outcome, OutcomeStatus
from state.schedule import PERIODS12, Schedule, Status, Task, Window
from state.transcript import Message
from state.usage import Usage
from state.when import Locale

BREAKS_ORDER: Final = "breaks_order"
"""In the data of a call, the pairs that it puts out of order because the person has named the move."""
_SEQUENCES: Final = ("messages", "transcript")


CONTINUE_WORDS: Final = frozenset(
    {
        "continue",
        "go on",
        "carry on",
        "keep going",
        "please continue",
        "continue please",
        "继续",
        "请继续",
        "接着做",
        "继续吧",
    }
)


def merge_updates(*updates: Update) -> Update:
    """Return one update: messages and transcript in sequence, for every other field the last one wins."""
    total: dict[str, Any] = {}
    for update in updates:
        fields: dict[str, Any] = dict(update)
        for name in _SEQUENCES:
            if name in total and name in fields:
                fields[name] = total[name] + fields[name]
        total.update(fields)
    return cast(Update, total)


def open_turn(state: CommonState, settings: RunSettings, now: datetime, locale: Locale, *, go_on: bool) -> Update:
    """Begin a turn with what the person said since the last one ended.

    `go_on` keeps goal and plan of a turn that ran out of budget: the person only asked to continue.
    """
    said = new_words(state.messages)
    schedule = state.schedule
    if schedule == NO_SCHEDULE:
        schedule = Schedule(window=Window(start=now.date(), days=7), grid=PERIODS12, timezone=_zone_of(now))
    return {
        "schedule": _from_now_on(schedule, now, settings.notice),
        "phase": Phase.PLANNING,
        "turn": state.turn + 1,
        "locale": locale,
        "settings": settings,
        "started_at": now,
        "goal": state.goal if go_on else "\n".join(said),
        "plan": state.plan if go_on else None,
        "allow_reorder": state.allow_reorder if go_on else False,
        "approve_all": False,
        "rounds": 0,
        "plan_rounds": 0,
        "model_calls": 0,
        "usage": Usage(),
        "corrections": Corrections(),
        "interrupt": None,
        "asked": 0,
        "approved": None,
        "delegated": (),
        "answer": None,
        "rejections": (),
        "baseline": None,
        "ordered": None,
        "unplaced": (),
        "list_changes": (),
        "outcome": None,
        "transcript": tuple(Message(role="person", text=text) for text in said),
    }


def _zone_of(now: datetime) -> str:
    return now.tzinfo.key if isinstance(now.tzinfo, ZoneInfo) else "UTC"


def _from_now_on(schedule: Schedule, now: datetime, notice: int) -> Schedule:
    # Whoever names days that are all over has named them on purpose; a window that ended under way stays closed.
    named_when_over = schedule.window.not_before is None and schedule.is_over(now)
    if schedule.window.allow_past or named_when_over:
        return schedule.open_from(None)
    said = schedule.bounds.notice
    return schedule.open_from(schedule.next_start(now + timedelta(minutes=notice if said is None else said)))


def newly_missed(before: CommonState, opened: CommonState) -> tuple[list[Task], list[Task]]:
    """Return the placed work whose time has gone by since the turn before, and what has become overdue without one."""
    now, last, schedule = opened.started_at, before.started_at, opened.schedule
    if now is None:
        return [], []
    old = [*schedule.gone_by(last), *schedule.overdue_by(last)] if last else []
    return (
        [task for task in schedule.gone_by(now) if task not in old],
        [task for task in schedule.overdue_by(now) if task not in old],
    )


def says_continue(text: str) -> bool:
    """Tell whether the person only asks to go on."""
    return text.strip().strip(".!。！ ").lower() in CONTINUE_WORDS


def ran_out(state: CommonState) -> bool:
    """Tell whether the last turn ended for want of budget."""
    return state.outcome is not None and state.outcome.status is OutcomeStatus.EXHAUSTED


def with_baseline(state: CommonState) -> Update:
    """Take the order baseline at the first execute round of a turn."""
    if state.baseline is not None:
        return {}
    now = placements(state.schedule)
    return {"baseline": Baseline(version=state.schedule.version, placements=now), "ordered": now}


def with_new_tasks(state: CommonState, schedule: Schedule) -> Update:
    """Let the baseline know the tasks that have become draft since: new ones, and what moves in the calendar."""
    known = state.schedule.by_id
    new = [Placement(task_id=task.id, position=None) for task in schedule.tasks if task.id not in known]
    moved = [known[task.id] for task in schedule.suggested if task.id in known and is_written(known[task.id])]
    new += [
        Placement(task_id=one.id, position=one.position, host=one.host) for one in moved if _is_moved(one, schedule)
    ]
    new = [at for at in new if schedule.by_id[at.task_id].status is not Status.EXISTING]
    if state.baseline is None or not new:
        return {}
    placed = (*state.baseline.placements, *new)
    return {"baseline": state.baseline.model_copy(update={"placements": placed})}


def _is_moved(task: Task, after: Schedule) -> bool:
    return after.by_id[task.id].slots != task.slots


def still_ordered(state: CommonState, schedule: Schedule) -> bool:
    """Tell whether a draft adds no inversion to those that may be."""
    return inversions(schedule, state.settings.order_scope) <= allowed_inversions(state)


def allowed_inversions(state: CommonState) -> frozenset[tuple[int, int]]:
    """Return the pairs that lay out of order when the turn began, or that the person has put so by name since."""
    answers = (message for message in split_history(state.messages)[1] if isinstance(message, ToolMessage))
    kept = [cast("dict[str, Any]", message.artifact or {}) for message in answers]
    pairs = [pair for one in kept for pair in cast("dict[str, Any]", one.get("data") or {}).get(BREAKS_ORDER, ())]
    named = {(int(first), int(second)) for first, second in pairs}
    return inversions(baseline_schedule(state), state.settings.order_scope) | named


def baseline_schedule(state: CommonState) -> Schedule:
    """Return the schedule as it was at the first execute round, or as it is before that."""
    from_baseline = state.baseline.placements if state.baseline else placements(state.schedule)
    return with_placements(state.schedule, from_baseline)


def written_tasks(state: CommonState) -> tuple[Task, ...]:
    """Return what this turn has written into the calendar."""
    draft = _draft_before(state)
    return tuple(task for task in state.schedule.tasks if task.status is Status.EXISTING and task.id in draft)


def taken_back_tasks(state: CommonState) -> tuple[Task, ...]:
    """Return what this turn has taken out of the calendar: draft now, and none when the turn began."""
    draft = _draft_before(state)
    return tuple(task for task in state.schedule.suggested if state.baseline is not None and task.id not in draft)


def _draft_before(state: CommonState) -> frozenset[int]:
    return frozenset(at.task_id for at in state.baseline.placements) if state.baseline else frozenset()


def end_turn(state: CommonState, outcome: Outcome) -> Update:
    """End the turn: by way of the order guard when execute has changed the draft."""
    return {"outcome": outcome, "phase": Phase.CHECKING if state.draft_changed else Phase.ENDING}
