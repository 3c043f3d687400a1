"""Which request is being worked on, what to do next about it, and how it reads as a step of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from dayloom.offline.act import Act, Propose, Reached, Unable
from dayloom.offline.answers import what_is_on, what_is_open, when_free, where_is, which_day
from dayloom.offline.calendar import apply_draft, take_back
from dayloom.offline.events import (
    add_event,
    cancel_named,
    change_event,
    change_named,
    invite,
    meetings_with,
    move_named,
)
from dayloom.offline.facts import Facts
from dayloom.offline.listing import add_task, change_task, end_task
from dayloom.offline.moves import move_task, remove_task, swap_tasks, would_fit
from dayloom.offline.neighbours import move_beside
from dayloom.offline.outlook import at_risk, cannot_yet, how_long, next_up, what_was_missed, when_due, why_there
from dayloom.offline.parts import join_task, repeat_task, split_task
from dayloom.offline.phrases import Phrases
from dayloom.offline.place_check import check_places
from dayloom.offline.plans import (
    clear_tasks,
    group_tasks,
    keep_places_free,
    plan_tasks,
    relocate_tasks,
    replan_tasks,
    spread_tasks,
    undo_change,
)
from dayloom.offline.requests import (
    AddEvent,
    AddTask,
    Apply,
    AtRisk,
    CannotYet,
    ChangeEvent,
    ChangeTask,
    ClearTasks,
    DropWishes,
    EndTask,
    GroupBySubject,
    HowLong,
    Invite,
    JoinTask,
    KeepFree,
    MeetingsWith,
    MoveBeside,
    MoveTask,
    NextUp,
    PlanTasks,
    Relocate,
    RemoveTask,
    RepeatTask,
    Replan,
    Request,
    SetLimits,
    ShowLimits,
    SplitTask,
    SpreadEvenly,
    SwapTasks,
    TakeBack,
    Undo,
    WhatIsOn,
    WhatIsOpen,
    WhatWasMissed,
    WhenDue,
    WhenFree,
    WhereIs,
    WhichDay,
    Why,
    WouldFit,
)
from dayloom.offline.said_limits import drop_wishes, set_limits, show_limits
from dayloom.offline.wording import say_how, say_places
from state.errors import BadArguments
from state.tool import ToolCall
from tools import TOOLBOX
from tools.dispatch import check

_ACTS: Final[Mapping[type, Callable[[Any, Facts], Act]]] = {
    PlanTasks: plan_tasks,
    Replan: replan_tasks,
    WhatWasMissed: what_was_missed,
    SpreadEvenly: spread_tasks,
    KeepFree: keep_places_free,
    Relocate: relocate_tasks,
    GroupBySubject: group_tasks,
    ClearTasks: clear_tasks,
    Undo: undo_change,
    Apply: apply_draft,
    TakeBack: take_back,
    MoveTask: lambda request, facts: move_named(request, facts) or move_task(request, facts),
    MoveBeside: move_beside,
    SwapTasks: swap_tasks,
    RemoveTask: lambda request, facts: cancel_named(request, facts) or remove_task(request, facts),
    WhatIsOn: what_is_on,
    WhatIsOpen: what_is_open,
    WhereIs: where_is,
    WhenFree: when_free,
    WhichDay: which_day,
    WhenDue: when_due,
    HowLong: how_long,
    AddTask: add_task,
    ChangeTask: lambda request, facts: change_named(request, facts) or change_task(request, facts),
    AddEvent: add_event,
    ChangeEvent: change_event,
    Invite: invite,
    MeetingsWith: meetings_with,
    EndTask: end_task,
    SplitTask: split_task,
    JoinTask: join_task,
    RepeatTask: repeat_task,
    SetLimits: set_limits,
    ShowLimits: show_limits,
    NextUp: next_up,
    AtRisk: at_risk,
    Why: why_there,
    WouldFit: would_fit,
    DropWishes: drop_wishes,
    CannotYet: cannot_yet,
}

_STEPS: Final[Mapping[type, Callable[[Phrases], str]]] = {
    GroupBySubject: lambda say: say.step_group,
    ClearTasks: lambda say: say.step_clear,
    Undo: lambda say: say.step_undo,
    Apply: lambda say: say.step_apply,
    TakeBack: lambda say: say.step_take_back,
    SetLimits: lambda say: say.step_limits,
    **dict.fromkeys((AddTask, ChangeTask, EndTask, SplitTask, JoinTask, RepeatTask), lambda say: say.step_list),
    **dict.fromkeys((AddEvent, ChangeEvent, Invite), lambda say: say.step_calendar),
}
"""Requests whose step is the same whatever they name."""


def next_act(request: Request, facts: Facts) -> Act:
    """Return what to do next about one request; nothing about words that need no tool."""
    act = _ACTS.get(type(request))
    if act is None:
        return Reached()
    decided = check_places(request, facts.state, facts.say) or act(cast(Any, request), facts)
    if isinstance(decided, Propose) and not _is_taken(decided.call):
        return Unable(facts.say.out_of_bounds)
    return decided


def _is_taken(call: ToolCall) -> bool:
    """Tell whether the tool takes such arguments: a task of 30 hours or in 90 parts it does not."""
    try:
        check(TOOLBOX, call)
    except BadArguments:
        return False
    return True


def current_request(facts: Facts) -> Request | None:
    """Return the request that the current step of the plan stands for, or the only one."""
    work, plan = facts.wishes.work, facts.state.plan
    if not work:
        return None
    if plan is None or len(plan.steps) != len(work):
        return next((one for one in work if not isinstance(next_act(one, facts), Reached)), work[-1])
    return work[min(plan.current, len(work) - 1)]


def describe_step(request: Request, facts: Facts) -> str:
    """Return a request as a step of a plan."""
    say = facts.say
    match request:
        case PlanTasks():
            return say.step_plan.format(how=say_how(facts, request.limits, request.strategy))
        case Replan():
            return say.step_replan.format(how=say_how(facts, request.limits))
        case SpreadEvenly():
            return say.step_spread.format(how=say_how(facts, request.limits))
        case KeepFree():
            return say.step_keep_free.format(how=say_how(facts, request.limits))
        case Relocate():
            return say.step_relocate.format(how=f" → {say_places(facts, request.to)}")
        case MoveTask():
            to = f" → {say_places(facts, request.to)}" if request.to else ""
            return say.step_move.format(name=request.name, how=to)
        case MoveBeside():
            return say.step_move.format(name=request.name, how="")
        case SwapTasks():
            return say.step_swap.format(first=request.first, second=request.second)
        case RemoveTask():
            return say.step_remove.format(name=request.name)
        case _:
            return _STEPS.get(type(request), lambda say: say.step_read)(say)
