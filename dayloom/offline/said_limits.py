"""What to do about what plans keep to: set it, lift it, tell it."""

from __future__ import annotations

from dayloom.offline.act import Act, Propose, Reached, Unable, call
from dayloom.offline.answers import look_up
from dayloom.offline.facts import Facts
from dayloom.offline.listing import to_minutes
from dayloom.offline.requests import DropWishes, SetLimits, ShowLimits
from dayloom.offline.wording import say_refusal
from prompts.limit_words import say_limits
from state.limits import NO_LIMITS, Limits
from state.tool import ToolCall


def set_limits(request: SetLimits, facts: Facts) -> Act:
    """Set what plans keep to, or lift it where it is said."""
    if request.clear:
        return _lift(request.clear, facts)
    made = call(
        "set_limits",
        hours=request.hours or None,
        free=request.free or None,
        weekdays=list(request.weekdays) or None,
        most_minutes=to_minutes(request.most, facts) if request.most else None,
        buffer=to_minutes(request.buffer, facts) if request.buffer else None,
        notice=to_minutes(request.notice, facts) if request.notice else None,
        always=request.always or None,
    )
    return _propose(made, facts.say.propose_limits_for_good if request.always else facts.say.propose_limits, facts)


def drop_wishes(request: DropWishes, facts: Facts) -> Act:
    """Say that what was to be free need not be so any longer, and lift what is set when nothing is named."""
    if not request.where and (_said(facts) or facts.last_done("set_limits") or facts.last_refusal("set_limits")):
        return _lift(tuple(Limits.model_fields), facts)
    return Reached(facts.say.wishes_dropped)


def show_limits(request: ShowLimits, facts: Facts) -> Act:
    """Tell what plans keep to, on these days and for good."""
    say, locale = facts.say, facts.state.locale
    lines: list[str] = []
    for head, limits in ((say.limits_here, facts.schedule.limits), (say.limits_for_good, facts.schedule.usual)):
        told = [f"- {line}" for line in say_limits(limits, locale)]
        lines += [head, *told] if told else []
    return look_up([call("get_overview")], facts) or Reached("\n".join(lines) or say.no_limits)


def _lift(names: tuple[str, ...], facts: Facts) -> Act:
    """Lift limits where they are said: those of these days first, then those for good."""
    for always, limits in ((False, facts.schedule.limits), (True, facts.schedule.usual)):
        if there := [name for name in limits.said() if name in names]:
            return _propose(
                call("set_limits", clear=there, always=always or None), facts.say.propose_limits_lifted, facts
            )
    return Reached(facts.say.limits_changed) if facts.last_done("set_limits") else Unable(facts.say.no_limits)


def _said(facts: Facts) -> bool:
    return (facts.schedule.limits, facts.schedule.usual) != (NO_LIMITS, NO_LIMITS)


def _propose(made: ToolCall, said: str, facts: Facts) -> Act:
    for exchange in facts.exchanges:
        if exchange.call == made and exchange.done:
            return Reached(facts.say.limits_changed)
        if exchange.call == made and exchange.refused:
            return Unable(say_refusal(facts, exchange))
    return Propose(made, said)
