"""Plays one request against the offline model and the real tools, without graph or store, and tells what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from langchain_core.messages import HumanMessage
from stage import MONDAY, a_task, an_event, placed_task

from dayloom.offline import OfflineModel
from prompts.exchange import tool_exchange
from prompts.wording import locale_of
from state.common import CommonState
from state.decision import (
    AbortPlan,
    AskBeforePlan,
    AskUser,
    Confirm,
    Continue,
    Done,
    Execute,
    NextPlan,
    PlanDone,
    Reply,
    parse_execute_decision,
    parse_plan_decision,
)
from state.plan import Plan
from state.prompt import Purpose, Question
from state.schedule import HALF_HOURS, EventInfo, Schedule, Window
from state.tool import ToolCall
from state.turn import with_baseline
from tools import TOOLBOX
from tools.dispatch import check, perform

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""Monday 23 November 2026, 8:00 in Berlin, the first day of two weeks that are planned in half hours from 8:00 on."""

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def a_fortnight() -> Schedule:
    """Return two weeks of somebody who studies and works: lectures, meetings, work with a place and work without."""
    due = datetime(2026, 12, 2, 17, 0, tzinfo=UTC)
    return Schedule(
        timezone="Europe/Berlin",
        window=Window(start=MONDAY, days=14, allow_past=True),
        grid=HALF_HOURS,
        tasks=(
            an_event(20, (1, 1, 4), (3, 1, 4), (8, 1, 4), (10, 1, 4), title="Linear algebra lecture"),
            an_event(21, (2, 13, 14), title="Team meeting"),
            an_event(22, (4, 7, 8), title="牙医"),
            placed_task(1, 2, 5, title="Essay", category="English", duration=4),
            placed_task(2, 5, 17, title="Lab report", category="Physics", duration=4),
            placed_task(3, 6, 5, title="Reading", category="History", duration=2),
            placed_task(4, 7, 5, title="Problem set 1", category="Math", duration=2, order=1),
            placed_task(5, 7, 9, title="Problem set 2", category="Math", duration=2, order=2),
            placed_task(6, 3, 9, title="论文", category="语文", duration=2),
            placed_task(7, 4, 13, title="实验报告", category="物理", duration=2),
            placed_task(8, 5, 3, title="Quarterly report", category="Finance", duration=4),
            placed_task(9, 1, 15, title="Slides for the board", category="Finance", duration=2),
            a_task(10, "DB assignment", category="Databases", duration=4, deadline=due),
            a_task(11, "Call the landlord", duration=1),
            a_task(12, "复习英语", category="英语", duration=2),
        ),
    )


def an_office() -> Schedule:
    """Return the same two weeks with people in them, and one more meeting."""
    people = {21: ("Anna", "Carl"), 23: ("anna@example.org", "Bob Brown")}
    review = an_event(23, (5, 13, 14), title="Budget review")
    tasks = (
        task.model_copy(update={"event": EventInfo(attendees=people[task.id])}) if task.id in people else task
        for task in (*a_fortnight().tasks, review)
    )
    return a_fortnight().model_copy(update={"tasks": tuple(tasks)})


@dataclass
class Play:
    """What a request came to: the calls a person would see on cards, the reads, the last words."""

    writes: list[ToolCall] = field(default_factory=list)
    reads: list[ToolCall] = field(default_factory=list)
    asked: str = ""
    told: str = ""
    spoken: str = ""


async def play(*said: str, schedule: Schedule | None = None, before: tuple[Any, ...] = ()) -> Play:
    """Say something to the model and approve whatever it proposes; `before` are messages of earlier turns."""
    text = said[0]
    state = CommonState(
        messages=[*before, *map(HumanMessage, said)],
        schedule=schedule or a_fortnight(),
        goal=text,
        locale=locale_of(text),
        started_at=NOW,
    )
    state = state.model_copy(update=dict(with_baseline(state)))
    came = Play()
    planned = parse_plan_decision(await _reply(Purpose.PLAN, state))
    if isinstance(planned, Reply):
        came.told = planned.speak
    elif isinstance(planned, AbortPlan):
        came.told = planned.abort.user_message
    elif isinstance(planned, AskBeforePlan):
        came.asked = planned.speak
    elif isinstance(planned, PlanDone):
        await _execute(state.model_copy(update={"plan": Plan(steps=planned.plan_steps)}), came)
    else:
        assert isinstance(planned, Execute)
        await _execute(state, came)
    return came


async def _reply(purpose: Purpose, state: CommonState) -> str:
    return (await OfflineModel().reply(Question(purpose, state, ()), lambda _: None)).text


async def _execute(state: CommonState, came: Play) -> None:
    """Run the rounds of a turn; a write is carried out only when steps of a plan come after it."""
    for number in range(20):
        decision = parse_execute_decision(await _reply(Purpose.EXECUTE, state))
        match decision:
            case Continue():
                calls = decision.tool_calls or ((decision.tool_call,) if decision.tool_call else ())
                came.reads += calls
            case Confirm():
                calls = (decision.tool_call,)
                came.writes += calls
                came.spoken = decision.speak
                if state.plan is None or state.plan.remaining == 1:
                    return
            case AskUser():
                came.asked = decision.speak
                return
            case NextPlan() if state.plan is not None and state.plan.remaining > 1:
                state = state.model_copy(update={"plan": state.plan.advance()})
                continue
            case Done() | NextPlan():
                came.told = await _reply(Purpose.DELIVER, state)
                return
            case _:
                came.told = decision.abort.user_message
                return
        for at, call in enumerate(calls):
            state = _after(state, call, f"call-{number}-{at}")


def _after(state: CommonState, call: ToolCall, call_id: str) -> CommonState:
    done = perform(check(TOOLBOX, call), state.desk)
    kept = {"changes": [], "data": done.report.data, "refused": bool(done.report.violations)}
    messages = [*state.messages, *tool_exchange(call, call_id, done.report.text, kept)]
    return state.model_copy(update={"messages": messages, "schedule": done.desk.schedule})


def describe(came: Play, schedule: Schedule) -> str:
    """Return what a request came to in one line, as the tables of the corpus write it."""
    if came.writes:
        return " + ".join(describe_call(call, schedule) for call in came.writes)
    if came.asked:
        return f"ask: {came.asked}"
    return f"{'answer' if came.reads else 'say'}: {came.told}"


def describe_call(call: ToolCall, schedule: Schedule) -> str:
    """Return a call as `move Essay Tue24 14:00` or `draft_plan steady free=Fri 18:00-`."""
    given = dict(call.arguments)
    titles = [schedule.by_id[given.pop(name)].title for name in ("task_id", "other_task_id") if name in given]
    words = [call.name, *([" & ".join(titles)] if titles else [])]
    if "day" in given and "slot_start" in given:
        words += [_day(schedule, given.pop("day")), f"{schedule.grid[given.pop('slot_start') - 1].start:%H:%M}"]
    if "items" in given:
        words.append(" & ".join(schedule.by_id[item["task_id"]].title for item in given.pop("items")))
    if events := given.pop("events", None):
        words += [f"{schedule.by_id[one['task_id']].title} {one.get('on', '')}".strip() for one in events]
    if ids := given.pop("task_ids", None):
        words.append(" & ".join(schedule.by_id[id_].title for id_ in ids))
    words += [given.pop("strategy")] if "strategy" in given else []
    return " ".join([*words, *(_argument(schedule, name, value) for name, value in given.items())])


def _argument(schedule: Schedule, name: str, value: Any) -> str:
    names = {"keep_free": "free", "allowed": "only", "region": "to"}
    if name in ("keep_free",):
        return f"free={' | '.join(describe_region(schedule, one) for one in value)}"
    if name == "tasks" and isinstance(value, list):
        return " & ".join(" ".join(f"{key}={said}" for key, said in one.items()) for one in value)
    if name == "tasks" and value.get("task_ids"):
        return f"tasks={' & '.join(schedule.by_id[id_].title for id_ in value['task_ids'])}"
    if name in ("allowed", "region", "tasks"):
        return f"{names.get(name, name)}={describe_region(schedule, value)}"
    return f"{name}={value}"


def describe_region(schedule: Schedule, region: dict[str, Any]) -> str:
    """Return a region as `Fri 18:00-22:00`, or `any` for the whole window."""
    days = [DAYS[weekday - 1] for weekday in region.get("weekdays", ())]
    days += [_day(schedule, day) for day in region.get("days", ())]
    clock = ""
    if "slot_start" in region:
        first, last = schedule.grid[region["slot_start"] - 1], schedule.grid[region["slot_end"] - 1]
        clock = f"{first.start:%H:%M}-{last.end:%H:%M}"
    status = region.get("status", "")
    return " ".join(part for part in (",".join(days), clock, status) if part) or "any"


def _day(schedule: Schedule, day: int) -> str:
    date = MONDAY + timedelta(days=day - 1)
    return f"{DAYS[date.weekday()]}{date.day}"


@dataclass(frozen=True)
class Case:
    """One request of the corpus: who says it, the words, and what is to come of it."""

    who: str
    said: tuple[str, ...]
    expected: str

    def fits(self, described: str) -> bool:
        """Tell whether it came to what is expected; of words told or asked, each part between `…` has to be there."""
        kind, _, parts = self.expected.partition(":")
        if kind not in ("ask", "say", "answer"):
            return described == self.expected
        return described.startswith(f"{kind}:") and all(part.strip() in described for part in parts.split("…"))

    @property
    def acts(self) -> bool:
        """Tell whether a change is expected."""
        return self.expected.partition(":")[0] not in ("ask", "say", "answer")


def cases(path: Path) -> Iterator[Case]:
    """Yield the cases of a file: `words => what comes of it` under `# who`, answers to questions after `//`."""
    who = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("#"):
            who = line.lstrip("# ")
        elif line.strip():
            said, _, expected = line.partition(" => ")
            yield Case(who, tuple(part.strip() for part in said.split("//")), expected.strip())
