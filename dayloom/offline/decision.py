"""From what is known to one decision, or to the final text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, assert_never

from dayloom.offline.act import Act, Ask, Look, Propose, Reached, Unable
from dayloom.offline.facts import Facts
from dayloom.offline.nearest import nearest_example
from dayloom.offline.next_act import current_request, describe_step, next_act
from dayloom.offline.reader import LONGEST
from dayloom.offline.requests import (
    AskedOfChange,
    GoOn,
    Help,
    KeepFree,
    Lasts,
    PlanTasks,
    Relocate,
    Replan,
    Request,
    SpreadEvenly,
    Thanks,
    There,
    Unknown,
    WhoAreYou,
)
from dayloom.offline.vocabulary import unknown_words
from dayloom.offline.wording import LISTED, say_changed, say_changes, say_open, say_stuck
from prompts.memory import say_kept
from prompts.wording import NO_REASON, WORDS
from state.common import split_history
from state.decision import (
    Abort,
    AbortPlan,
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
from state.outcome import NOT_POSSIBLE, NOT_UNDERSTOOD

MOST_LOST: Final = 2
"""After so many answers in a row that it does not understand, the model stops asking."""

_SENSELESS: Final = ("task_not_found", "task_is_fixed", "outside_window", "elsewhere")
"""What is wrong with a wish whatever is done before it, so that no other wish of the sentence is acted on either."""

_PLANS: Final = (PlanTasks, Replan, SpreadEvenly, KeepFree, Relocate)
"""Requests after which the person wants to know what has no place."""


def plan_decision(facts: Facts) -> PlanDecision:
    """Decide how to go about the person's words."""
    say, wishes, may = facts.say, facts.wishes, facts.wishes.may_reorder is True
    if facts.state.plan is not None and facts.state.plan.remaining and wishes.work:
        return Execute(action="execute", allow_reorder=may)
    if facts.declined or _is_plan_declined(facts):
        return Reply(action="reply", speak=say.left_as_is)
    if facts.lost:
        return _say_lost(facts)
    if lost := _lost_words(wishes.work, facts):
        return _do_nothing(lost, NOT_UNDERSTOOD)
    if unread := _say_unread(facts):
        return _do_nothing(unread, NOT_UNDERSTOOD)
    if (chat := _chat(wishes.work, facts)) is not None:
        return Reply(action="reply", speak=chat)
    acts = [next_act(request, facts) for request in wishes.work]
    if refusal := _refusal(acts, facts):
        return _do_nothing(refusal, NOT_POSSIBLE)
    if question := next((act.question for act in acts if isinstance(act, Ask)), None):
        return AskBeforePlan(action="ask_user", speak=question, allow_reorder=may)
    if all(isinstance(act, Unable) for act in acts):
        return _do_nothing("\n".join(_text_of(act) for act in acts), NOT_POSSIBLE)
    if all(isinstance(act, Reached | Unable) for act in acts):
        return Reply(action="reply", speak="\n".join(_text_of(act) for act in acts) or say.nothing_changed)
    first = next(number for number, act in enumerate(acts) if not isinstance(act, Reached))
    steps = tuple(PlanStep(content=describe_step(request, facts)) for request in wishes.work[first:])
    if len(steps) == 1:
        return Execute(action="execute", allow_reorder=may)
    return PlanDone(action="plan_done", plan_steps=steps, allow_reorder=may)


def execute_decision(facts: Facts) -> ExecuteDecision:
    """Decide the next round of the step that is being worked on."""
    request = current_request(facts)
    if request is None or facts.declined or facts.misspoken:
        return _end(facts, _why_left_alone(facts))
    if facts.lost:
        if facts.lost >= MOST_LOST:
            return _give_up(facts, facts.say.still_lost, NOT_UNDERSTOOD)
        return AskUser(action="ask_user", speak=_ask_again(facts))
    act = next_act(request, facts)
    match act:
        case Propose(call=call, speak=speak):
            if any(rejected.call == call for rejected in facts.state.rejections):
                return _end(facts, facts.say.declined)
            return Confirm(action="confirm", speak=speak, tool_call=call)
        case Look(calls=(only,)):
            return Continue(action="continue", speak=facts.say.looking, tool_call=only)
        case Look(calls=calls):
            return Continue(action="continue", speak=facts.say.looking, tool_calls=calls)
        case Ask(question=question):
            return AskUser(action="ask_user", speak=question)
        case Reached(text=text):
            return _end(facts, text or _evidence(facts))
        case Unable(text=text, code=code):
            return _give_up(facts, text, code)
        case _:
            assert_never(act)


def final_text(facts: Facts) -> str:
    """Tell what the turn came to: answers, changes, and what is still open."""
    left_alone = facts.declined or facts.misspoken
    answers = [_why_left_alone(facts)] if left_alone else [_text_of(next_act(one, facts)) for one in facts.wishes.work]
    changed = say_changes(facts)
    lines = [*(line for line in answers if line), *changed]
    if any(isinstance(request, _PLANS) for request in facts.wishes.work) and not left_alone:
        still_open = [*say_stuck(facts), *say_open(facts)]
        lines = [*(lines or [facts.say.nothing_changed if still_open else facts.say.nothing_needed]), *still_open]
        kept = say_kept(facts.state.memory, facts.schedule, facts.state.locale)
        lines += [kept] if changed and kept else []
    return "\n".join(lines) or facts.say.nothing_needed


def _do_nothing(text: str, code: str) -> AbortPlan:
    """End the turn with why nothing is done, so that whoever waits for work does not take it for a report."""
    return AbortPlan(action="abort", abort=AbortReason(code=code, user_message=text.strip()))


def _say_unread(facts: Facts) -> str:
    """Return which part of a text was not understood, and the nearest that is known; empty when all of it was."""
    if not (unread := facts.wishes.unread):
        return ""
    example = nearest_example(facts.wishes.said, facts.state.locale)
    return facts.say.unread.format(text=_shorten(unread)) + facts.say.nearest.format(example=example).rstrip()


def _refusal(acts: Sequence[Act], facts: Facts) -> str:
    """Return why nothing is done of several wishes of which one makes no sense; empty when all do."""
    wrong = [act.text.strip() for act in acts if isinstance(act, Unable) and act.code in _SENSELESS]
    if not wrong or all(isinstance(act, Unable | Reached) for act in acts):
        return ""
    return "\n".join([*wrong, facts.say.all_or_none])


def _lost_words(work: Sequence[Request], facts: Facts) -> str:
    """Return that words were not understood, empty when they were."""
    match work:
        case [Unknown(text=text), *_]:
            if len(text) > LONGEST:
                return facts.say.too_long.format(limit=LONGEST)
            return _say_lost_words(text, facts) + _say_known(text, facts)
        case [There() | Lasts()]:
            return facts.say.lost.format(text=_shorten(facts.state.goal)) + _say_known(facts.state.goal, facts)
        case _:
            return ""


def _chat(work: Sequence[Request], facts: Facts) -> str | None:
    """Return the answer to words that need no tool, or None when there is work."""
    say = facts.say
    if not work:
        noted = say.noted_order if facts.wishes.may_reorder is not None else say.nothing_open
        return noted + _say_known("", facts)
    match work[0]:
        case WhoAreYou():
            return say.who + say.help
        case Help():
            return say.greeting + say.help
        case Thanks():
            return say.thanks
        case AskedOfChange():
            return say.question_of_change
        case GoOn() if len(work) == 1:
            return "\n".join([say.nothing_to_continue, *say_open(facts)])
        case _:
            return None


def _say_known(said: str, facts: Facts) -> str:
    """Return what is understood: all of it to who says their first words here, later the nearest alone."""
    if not split_history(facts.state.messages)[0]:
        return facts.say.help
    nearest = facts.say.nearest.format(example=nearest_example(said, facts.state.locale)) if said else ""
    return f"{nearest}{facts.say.ask_help}"


def _say_lost_words(text: str, facts: Facts) -> str:
    """Return that a text was not understood, and which words of it stand in no sentence that is."""
    said = facts.say.lost.format(text=_shorten(text))
    words = unknown_words(text, [task.title for task in facts.schedule.tasks])
    return said + (facts.say.unknown_words.format(words=facts.say.separator.join(words[:LISTED])) if words else "")


def _say_lost(facts: Facts) -> PlanDecision:
    if facts.lost >= MOST_LOST:
        return _do_nothing(facts.say.still_lost + facts.say.help, NOT_UNDERSTOOD)
    if text := _lost_words(facts.wishes.work, facts):
        return _do_nothing(text, NOT_UNDERSTOOD)
    if (text := _chat(facts.wishes.work, facts)) is not None:
        return Reply(action="reply", speak=text)
    return AskBeforePlan(action="ask_user", speak=_ask_again(facts))


def _ask_again(facts: Facts) -> str:
    """Say that the answer was not understood, and repeat the question; without one, say what is understood."""
    said = facts.wishes.unread or (facts.wishes.hints[-1] if facts.wishes.hints else facts.state.goal)
    acts = [next_act(request, facts) for request in facts.wishes.work]
    question = next((act.question for act in acts if isinstance(act, Ask)), facts.say.help)
    return facts.say.lost.format(text=_shorten(said)) + question


def _shorten(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _is_plan_declined(facts: Facts) -> bool:
    """Tell whether the plan card was declined without a reason."""
    locale = facts.state.locale
    return facts.state.answer == WORDS[locale].rejected_plan.format(reason=NO_REASON[locale])


def _text_of(act: Act) -> str:
    match act:
        case Reached(text=text) | Unable(text=text):
            return text
        case _:
            return ""


def _why_left_alone(facts: Facts) -> str:
    """Return why a request was not carried out."""
    if facts.misspoken:
        return facts.say.misspoken
    return facts.say.declined if facts.declined else facts.say.nothing_changed


def _evidence(facts: Facts) -> str:
    pending = sum(1 for _ in facts.schedule.pending)
    changed = say_changed(facts) or facts.say.nothing_changed.rstrip(".。")
    return facts.say.evidence.format(changed=changed, tasks=facts.say.tasks(pending))


def _end(facts: Facts, evidence: str) -> ExecuteDecision:
    if facts.state.plan is not None and facts.state.plan.step is not None:
        return NextPlan(action="next_plan", goal_check=evidence)
    return Done(action="done", goal_check=evidence)


def _give_up(facts: Facts, text: str, code: str) -> ExecuteDecision:
    """Give up when nothing came of the turn; else go on with the rest and say so in the end."""
    plan = facts.state.plan
    if facts.state.draft_changed or (plan is not None and len(plan.steps) > 1):
        return _end(facts, text)
    return Abort(action="abort", abort=AbortReason(code=code, user_message=text.strip()))


def as_json(decision: Any) -> str:
    """Return a decision as the JSON object a model would answer with, fields at their defaults left out."""
    return str(decision.model_dump_json(exclude_defaults=True))
