"""From what is known to one decision, or to the final text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, assert_never

from dayloom.llm.offline.acts import Act, Ask, Look, Propose, Reached, Unable
from dayloom.llm.offline.answering import what_is_on, what_is_open, when_free, where_is
from dayloom.llm.offline.facts import Facts
from dayloom.llm.offline.moving import move_task, remove_task, swap_tasks
from dayloom.llm.offline.planning import clear, group, keep_places_free, plan_tasks, relocate, spread, undo
from dayloom.llm.offline.reading import LONGEST
from dayloom.llm.offline.requests import (
    ClearTasks,
    GoOn,
    GroupBySubject,
    Help,
    KeepFree,
    MoveTask,
    PlanTasks,
    Relocate,
    RemoveTask,
    Request,
    SpreadEvenly,
    SwapTasks,
    Thanks,
    There,
    Undo,
    Unknown,
    WhatIsOn,
    WhatIsOpen,
    WhenFree,
    WhereIs,
    WhoAreYou,
)
from dayloom.llm.offline.telling import say_changed, say_changes, say_how, say_open, say_places
from prompts.wording import NO_REASON, WORDS
from state.decision import (
    Abort,
    AbortReason,
    AskBeforePlan,
    AskUser,
    Confirm,
    Continue,
    Done,
    Execute,
    ExecuteDecision,
    NextPlan,
    PlanDecision,
    PlanDone,
    PlanStep,
    Reply,
)

MOST_LOST: Final = 2
"""After so many answers in a row that it does not understand, the model stops asking."""

_READS: Final = (WhatIsOn, WhatIsOpen, WhenFree, WhereIs)


def plan_decision(facts: Facts) -> PlanDecision:
    """Decide how to go about the person's words."""
    say, wishes, may = facts.say, facts.wishes, facts.wishes.may_reorder is True
    if facts.state.plan is not None and facts.state.plan.remaining and wishes.work:
        return Execute(action="execute", allow_reorder=may)
    if facts.declined or _plan_declined(facts):
        return Reply(action="reply", speak=say.left_as_is)
    if facts.lost:
        return _lost(facts)
    if (chat := _chat(wishes.work, facts)) is not None:
        return Reply(action="reply", speak=chat)
    acts = [next_act(request, facts) for request in wishes.work]
    if question := next((act.question for act in acts if isinstance(act, Ask)), None):
        return AskBeforePlan(action="ask_user", speak=question, allow_reorder=may)
    if all(isinstance(act, Reached | Unable) for act in acts):
        return Reply(action="reply", speak="\n".join(_told(act) for act in acts) or say.nothing_changed)
    unread = say.unread.format(text=wishes.unread).strip() if wishes.unread else ""
    if len(wishes.work) == 1:
        return Execute(action="execute", speak=unread, allow_reorder=may)
    steps = tuple(PlanStep(content=describe(request, facts)) for request in wishes.work)
    return PlanDone(action="plan_done", speak=unread, plan_steps=steps, allow_reorder=may)


def execute_decision(facts: Facts) -> ExecuteDecision:
    """Decide the next round of the step that is being worked on."""
    request = current(facts)
    if request is None or facts.declined:
        return _ended(facts, facts.say.declined if facts.declined else facts.say.nothing_changed)
    if facts.lost:
        if facts.lost >= MOST_LOST:
            return _ended(facts, facts.say.still_lost)
        return AskUser(action="ask_user", speak=facts.say.lost.format(text=_last_hint(facts)) + facts.say.help)
    act = next_act(request, facts)
    match act:
        case Propose(call=call, speak=speak):
            if any(rejected.call == call for rejected in facts.state.rejections):
                return _ended(facts, facts.say.declined)
            return Confirm(action="confirm", speak=speak, tool_call=call)
        case Look(calls=(only,)):
            return Continue(action="continue", speak=facts.say.looking, tool_call=only)
        case Look(calls=calls):
            return Continue(action="continue", speak=facts.say.looking, tool_calls=calls)
        case Ask(question=question):
            return AskUser(action="ask_user", speak=question)
        case Reached(told=told):
            return _ended(facts, told or _evidence(facts))
        case Unable(told=told, code=code):
            return _unable(facts, told, code)
        case _:
            assert_never(act)


def final_text(facts: Facts) -> str:
    """Tell what the turn came to: answers, changes, and what is still open."""
    told = [facts.say.declined] if facts.declined else [_told(next_act(one, facts)) for one in facts.wishes.work]
    changed = say_changes(facts)
    writes = any(not isinstance(request, _READS) for request in facts.wishes.work)
    lines = [*(line for line in told if line), *changed]
    if writes and not lines:
        lines = [facts.say.nothing_changed]
    if changed or any(isinstance(request, PlanTasks | SpreadEvenly) for request in facts.wishes.work):
        lines += say_open(facts)
    return "\n".join(lines) or facts.say.nothing_changed


def current(facts: Facts) -> Request | None:
    """Return the request that the current step of the plan stands for, or the only one."""
    work, plan = facts.wishes.work, facts.state.plan
    if not work:
        return None
    if plan is None or len(plan.steps) != len(work):
        return next((one for one in work if not isinstance(next_act(one, facts), Reached)), work[-1])
    return work[min(plan.current, len(work) - 1)]


def next_act(request: Request, facts: Facts) -> Act:
    """Return what to do next about one request."""
    match request:
        case PlanTasks():
            return plan_tasks(request, facts)
        case SpreadEvenly():
            return spread(request, facts)
        case KeepFree():
            return keep_places_free(request, facts)
        case Relocate():
            return relocate(request, facts)
        case GroupBySubject():
            return group(request, facts)
        case ClearTasks():
            return clear(request, facts)
        case Undo():
            return undo(facts)
        case MoveTask():
            return move_task(request, facts)
        case SwapTasks():
            return swap_tasks(request, facts)
        case RemoveTask():
            return remove_task(request, facts)
        case WhatIsOn():
            return what_is_on(request, facts)
        case WhatIsOpen():
            return what_is_open(request, facts)
        case WhereIs():
            return where_is(request, facts)
        case WhenFree():
            return when_free(request, facts)
        case WhoAreYou() | Help() | Thanks() | GoOn() | There() | Unknown():
            return Reached(_chat((request,), facts) or "")
        case _:
            assert_never(request)


def describe(request: Request, facts: Facts) -> str:
    """Return a request as a step of a plan."""
    say = facts.say
    match request:
        case PlanTasks():
            return say.step_plan.format(how=say_how(facts, request.limits, request.strategy))
        case SpreadEvenly():
            return say.step_spread.format(how=say_how(facts, request.limits))
        case KeepFree():
            return say.step_keep_free.format(how=say_how(facts, request.limits))
        case Relocate():
            return say.step_relocate.format(how=f" → {say_places(facts, request.to)}")
        case GroupBySubject():
            return say.step_group
        case MoveTask():
            to = f" → {say_places(facts, request.to)}" if request.to else ""
            return say.step_move.format(name=request.name, how=to)
        case SwapTasks():
            return say.step_swap.format(first=request.first, second=request.second)
        case RemoveTask():
            return say.step_remove.format(name=request.name)
        case ClearTasks():
            return say.step_clear
        case Undo():
            return say.step_undo
        case _:
            return say.step_read


def _chat(work: Sequence[Request], facts: Facts) -> str | None:
    """Return the answer to words that need no tool, or None when there is work."""
    say = facts.say
    if not work:
        return (say.noted_order if facts.wishes.may_reorder is not None else say.nothing_open) + say.help
    match work[0]:
        case WhoAreYou():
            return say.who + say.help
        case Help():
            return say.greeting + say.help
        case Thanks():
            return say.thanks
        case Unknown(text=text):
            too_long = len(text) > LONGEST
            return say.too_long.format(limit=LONGEST) if too_long else say.lost.format(text=_cut(text)) + say.help
        case There() if len(work) == 1:
            return say.lost.format(text=_cut(facts.state.goal)) + say.help
        case GoOn() if len(work) == 1:
            return "\n".join([say.nothing_to_continue, *say_open(facts)])
        case _:
            return None


def _lost(facts: Facts) -> PlanDecision:
    told = _chat(facts.wishes.work, facts)
    if facts.lost >= MOST_LOST:
        return Reply(action="reply", speak=facts.say.still_lost + facts.say.help)
    if told is not None:
        return Reply(action="reply", speak=told)
    question = facts.say.lost.format(text=_last_hint(facts)) + facts.say.help
    return AskBeforePlan(action="ask_user", speak=question)


def _last_hint(facts: Facts) -> str:
    return _cut(facts.wishes.hints[-1] if facts.wishes.hints else facts.state.goal)


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _plan_declined(facts: Facts) -> bool:
    """Tell whether the plan card was declined without a reason."""
    locale = facts.state.locale
    return facts.state.answer == WORDS[locale].rejected_plan.format(reason=NO_REASON[locale])


def _told(act: Act) -> str:
    match act:
        case Reached(told=told) | Unable(told=told):
            return told
        case _:
            return ""


def _evidence(facts: Facts) -> str:
    pending = sum(1 for _ in facts.schedule.pending)
    changed = say_changed(facts) or facts.say.nothing_changed.rstrip(".。")
    return facts.say.evidence.format(changed=changed, pending=pending)


def _ended(facts: Facts, evidence: str) -> ExecuteDecision:
    if facts.state.plan is not None and facts.state.plan.step is not None:
        return NextPlan(action="next_plan", goal_check=evidence)
    return Done(action="done", goal_check=evidence)


def _unable(facts: Facts, told: str, code: str) -> ExecuteDecision:
    """Give up when nothing came of the turn; else go on with the rest and say so in the end."""
    plan = facts.state.plan
    if facts.state.draft_changed or (plan is not None and len(plan.steps) > 1):
        return _ended(facts, told)
    return Abort(action="abort", abort=AbortReason(code=code, user_message=told.strip()))


def as_json(decision: Any) -> str:
    """Return a decision as the JSON object a model would answer with, fields at their defaults left out."""
    return str(decision.model_dump_json(exclude_defaults=True))
