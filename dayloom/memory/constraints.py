"""Rules that bind plans: "never before ten" becomes a limit for good, and is lifted when the rule is forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from dayloom.memory.categories import categories
from state.limits import NO_LIMITS, SINGLE, HoursLimit, Limits

if TYPE_CHECKING:
    from dayloom.offline.requests import SetLimits

_FOR_GOOD: Final = ("{rule}", "{rule} for good")
LONGEST: Final = 200
"""Characters of a rule that may bind plans; who says more describes how something is done."""
_SIDES: Final = ("00:00", "24:00")
_ALL_DAY: Final = "-".join(_SIDES)


def read_constraint(rule: str) -> Limits:
    """Return what plans have to keep to by a rule, nothing for one that is a matter of judgement.

    A rule is read as if it had been said in a conversation, by the grammar of the offline model. One that names a kind
    of work binds the tasks of that kind alone.
    """
    said = rule.strip(" .!。！")
    if len(said) > LONGEST:
        return NO_LIMITS
    for category, general in categories(said):
        if (limit := _read(general)) is not None:
            return _of_category(limit, category) if category else _as_limits(limit)
    return _as_limits(limit) if (limit := _read(said)) is not None else NO_LIMITS


def _read(rule: str) -> SetLimits | None:
    # The grammar takes a while to load, which only whoever changes the memory has to wait for:
    from dayloom.offline.lasting import lasting_limits  # noqa: PLC0415
    from dayloom.offline.reader import read_text  # noqa: PLC0415
    from dayloom.offline.requests import KeepFree, SetLimits  # noqa: PLC0415

    for form in _FOR_GOOD:
        reading = read_text(form.format(rule=rule))
        match reading.requests:
            case _ if reading.unread:
                continue
            case (SetLimits(clear=()) as said,):
                return said
            case (KeepFree(limits=limits),) if (lasting := lasting_limits(limits)) is not None:
                return lasting
            case _:
                continue
    return None


def _of_category(said: SetLimits, category: str) -> Limits:
    """Return hours of a category, or days without it; what is free in the middle of a day is left to judgement."""
    limits = _as_limits(said)
    if limits.said().keys() - {"hours", "free"} or any(one.hours != _ALL_DAY for one in limits.free):
        return NO_LIMITS
    narrow = {"category": category}
    return Limits(
        hours=tuple(one.model_copy(update=narrow) for one in limits.hours),
        free=tuple(one.model_copy(update=narrow) for one in limits.free),
    )


def _as_limits(said: SetLimits) -> Limits:
    weekdays = said.weekdays or None
    return Limits(
        hours=(HoursLimit(hours=said.hours, weekdays=weekdays),) if said.hours else (),
        free=(HoursLimit(hours=said.free, weekdays=weekdays),) if said.free else (),
        most_minutes=said.most.minutes if said.most else None,
        buffer=said.buffer.minutes if said.buffer else None,
        notice=said.notice.minutes if said.notice else None,
    )


def _without_sides(said: HoursLimit, old: Iterable[HoursLimit]) -> HoursLimit | None:
    """Return hours without the sides that these have said; None when no side is left."""
    for one in old:
        if one.key == said.key:
            mine, others = said.hours.split("-"), one.hours.split("-")
            first, last = (
                side if here == there else here for here, there, side in zip(mine, others, _SIDES, strict=True)
            )
            said = said.model_copy(update={"hours": f"{first}-{last}"})
    return None if said.hours == _ALL_DAY else said


def without_constraint(base: Limits, old: Limits) -> Limits:
    """Return limits without those of a rule; what the person has changed since stays as they said it."""
    hours = tuple(left for one in base.hours if (left := _without_sides(one, old.hours)) is not None)
    free = tuple(one for one in base.free if one not in old.free)
    single = {name: None for name in SINGLE if getattr(old, name) == getattr(base, name)}
    return base.model_copy(update={"hours": hours, "free": free, **single})
