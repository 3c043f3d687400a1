"""The order guard: what belongs in sequence stays in sequence unless the person allowed otherwise."""

from __future__ import annotations

import asyncio

from langgraph.runtime import Runtime

from nodes.asking import announce_card, open_card
from nodes.previewing import publish_preview
from prompts.changes import NAMED, say_changes
from prompts.wording import WORDS
from state.change import changes
from state.common import CommonState, Phase, Update, after
from state.context import Context
from state.desk import placements, with_placements
from state.events import Event, EventType
from state.interrupt import InterruptKind
from state.preview import PreviewState
from state.schedule import Schedule
from state.turn import allowed_inversions, baseline_schedule, merge_updates, still_ordered
from tools.planners import restore_order


async def order_guard(state: CommonState, runtime: Runtime[Context]) -> Update:
    """Pass, mend with the least change, or ask; an unattended run goes back to the last ordered draft."""
    context = runtime.context
    if state.allow_reorder or still_ordered(state, state.schedule):
        context.emit(Event(type=EventType.ORDER_GUARD_PASSED))
        return {"phase": Phase.ENDING}
    mended = await asyncio.to_thread(_mend, state)
    if mended is not None:
        return await _restore(state, context, mended)
    if not state.settings.attended:
        return await _restore(state, context, with_placements(state.schedule, state.ordered or ()))
    context.emit(Event(type=EventType.ORDER_GUARD_CONFLICT))
    changed, locale = changes(baseline_schedule(state), state.schedule), state.locale
    card = open_card(
        state,
        context,
        kind=InterruptKind.REORDER,
        asker="order_guard",
        description="\n".join([WORDS[locale].reorder_card, *say_changes(changed, locale, len(changed))]),
        changes=changed,
    )
    return merge_updates(announce_card(context, "\n".join(say_changes(changed, locale, NAMED))), card)


def _mend(state: CommonState) -> Schedule | None:
    mended = restore_order(state.schedule, state.settings.order_scope, allowed_inversions(state))
    return mended if mended is not None and still_ordered(state, mended) else None


async def _restore(state: CommonState, context: Context, schedule: Schedule) -> Update:
    context.emit(Event(type=EventType.ORDER_GUARD_RESTORED, data={"version": schedule.version}))
    update: Update = {"phase": Phase.ENDING, "schedule": schedule, "ordered": placements(schedule)}
    return merge_updates(update, await publish_preview(after(state, update), context, PreviewState.WORKING))
