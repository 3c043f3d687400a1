"""The one door to every tool: existence, arguments, policy, guards, a copy, commit, history, preview, event."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import datetime

from nodes.asking import announce_card, open_card
from nodes.naming import allow_as_named, breaks_rules
from nodes.previewing import publish_preview
from prompts.changes import say_card, say_choices, say_first
from prompts.exchange import tool_exchange
from prompts.letter import say_deliveries, say_letter
from state.calendar_commit import Act
from state.common import Approved, CommonState, Corrections, Delegated, Phase, Update, after
from state.context import Context
from state.desk import placements
from state.errors import Refused, RepeatedRejection
from state.events import Event, EventType
from state.interrupt import InterruptKind, Rejection, digest
from state.preview import PreviewState
from state.schedule import Schedule, Task
from state.task_edit import task_changes
from state.tool import Effect, ToolCall
from state.transcript import GivenAway, ToolRan
from state.turn import merge_updates, still_ordered, with_new_tasks
from tools import TOOLBOX
from tools.dispatch import Checked, Performed, check, perform_safely, refuse_call
from tools.limits import outside_limits


def admit(state: CommonState, call: ToolCall) -> Checked:
    """Return the call when it may be proposed at all, or raise Correctable."""
    checked = check(TOOLBOX, call)
    if checked.tool.writes and any(_declined(state, checked, rejected) for rejected in state.rejections):
        raise RepeatedRejection(
            f"{call.name} with these arguments was declined by the person",
            hint="Propose something else, or ask what they would like instead.",
        )
    return checked


async def dispatch(state: CommonState, context: Context, checked: Checked, call_id: str) -> Update:
    """Run an admitted call, or open the card that asks for it."""
    if checked.tool.delegates:
        return _give_away(state, context, checked.call, call_id)
    if _is_allowed(state, checked):
        return _approve_by_policy(state, checked, call_id)
    must_ask, begun = _must_ask(state, checked), context.clock()
    performed = await _perform(state, context, checked, call_id, on_copy=must_ask)
    if (must_ask or breaks_rules(performed)) and performed.differs:
        return _card(state, context, checked, performed, call_id)
    return await _commit(state, context, checked, performed, call_id, begun=begun)


async def run_approved(state: CommonState, context: Context, approved: Approved) -> Update:
    """Run the call the person approved, exactly once; a fresh card when the schedule has moved on since.

    What acts outside the draft does so here and nowhere else: after the guards, before the state follows.
    """
    checked, begun = check(TOOLBOX, approved.call), context.clock()
    performed = await _perform(state, context, checked, approved.call_id, on_copy=False)
    unseen = approved.edited and breaks_rules(performed)
    if (state.schedule.version != approved.state_version or unseen) and performed.differs:
        return merge_updates({"approved": None}, _card(state, context, checked, performed, approved.call_id))
    if checked.tool.act is not None and performed.differs:
        performed = await _act(state, context, checked.tool.act, performed, approved.call_id)
    committed = await _commit(state, context, checked, performed, approved.call_id, begun=begun)
    return merge_updates(committed, {"approved": None})


def _give_away(state: CommonState, context: Context, call: ToolCall, call_id: str) -> Update:
    """Have the child begin in a step of its own: by then it is on record which one it is."""
    child = context.delegates.child(_operation(state, call_id))
    goal = str(call.arguments.get("goal", ""))
    return {
        "phase": Phase.EXECUTING,
        "delegated": (*state.delegated, Delegated(call=call, call_id=call_id)),
        "corrections": Corrections(),
        "transcript": (GivenAway(call_id=call_id, goal=goal, thread=child[0], run=child[1]),) if child else (),
    }


async def run_delegated(state: CommonState, context: Context) -> Update:
    """Have the child runs report whose calls were committed before, side by side; the same ones after a crash."""
    calls = [(check(TOOLBOX, each.call), each.call_id) for each in state.delegated]
    begun = context.clock()
    reported = await asyncio.gather(*(_delegate(state, context, checked, call_id) for checked, call_id in calls))
    update: Update = {"delegated": ()}
    for (checked, call_id), performed in zip(calls, reported, strict=True):
        committed = await _commit(after(state, update), context, checked, performed, call_id, begun=begun)
        update = merge_updates(update, committed)
    return update


async def _delegate(state: CommonState, context: Context, checked: Checked, call_id: str) -> Performed:
    about = {"call_id": call_id, "name": checked.tool.name, "arguments": checked.call.arguments, "on_copy": False}
    context.emit(Event(type=EventType.TOOL_STARTED, data=about))
    given = {"goal": "", "context": "", **checked.call.arguments}
    try:
        report = await context.delegates.report(_operation(state, call_id), given["goal"], given["context"], state)
    except Refused as why:
        return refuse_call(state.desk, str(why))
    return perform_safely(checked, state.desk.model_copy(update={"child_report": report}))


def _is_allowed(state: CommonState, checked: Checked) -> bool:
    """Tell whether the person has allowed what this tool does outside the draft when they gave the work away."""
    return checked.tool.always_confirm and checked.tool.name in state.settings.allowed


def _approve_by_policy(state: CommonState, checked: Checked, call_id: str) -> Update:
    """Have the call run in a step of its own: what acts outside the draft was committed before it acts."""
    version = state.schedule.version
    shown = digest(checked.call, version)
    approved = Approved(call=checked.call, call_id=call_id, state_version=version, digest=shown, by_policy=True)
    return {"phase": Phase.EXECUTING, "approved": approved, "corrections": Corrections()}


def _must_ask(state: CommonState, checked: Checked) -> bool:
    waived = state.settings.always_execute or state.approve_all
    return checked.tool.writes and (checked.tool.always_confirm or not waived)


def _declined(state: CommonState, checked: Checked, rejected: Rejection) -> bool:
    """Tell whether this is what was declined; what takes the whole draft is another thing once the draft is."""
    if rejected.call.name != checked.tool.name or check(TOOLBOX, rejected.call).args != checked.args:
        return False
    return checked.tool.act not in (Act.APPLY, Act.UNDO) or rejected.state_version in (None, state.schedule.version)


async def _perform(state: CommonState, context: Context, checked: Checked, call_id: str, *, on_copy: bool) -> Performed:
    about = {"call_id": call_id, "name": checked.tool.name, "arguments": checked.call.arguments, "on_copy": on_copy}
    context.emit(Event(type=EventType.TOOL_STARTED, data=about))
    act = checked.tool.act
    if act is None:
        performed = await asyncio.to_thread(perform_safely, checked, state.desk)
        return allow_as_named(state, checked, performed)
    operation = _operation(state, call_id)
    if act is Act.SEND:
        return await _check_letter(state, context, perform_safely(checked, state.desk))
    try:
        commit = await context.calendar.prepare(act, context.thread, state.schedule, operation)
    except Refused as why:
        return refuse_call(state.desk, str(why))
    return perform_safely(checked, state.desk.model_copy(update={"commit": commit, "operation": operation}))


async def _check_letter(state: CommonState, context: Context, performed: Performed) -> Performed:
    """Refuse what could not go out before anybody is asked about it."""
    if performed.letter is None:
        return performed
    try:
        await context.messenger.check(performed.letter)
    except Refused as why:
        return refuse_call(state.desk, str(why))
    return performed


async def _act(state: CommonState, context: Context, act: Act, performed: Performed, call_id: str) -> Performed:
    """Do in calendar and list, or send, what was shown; what is refused there becomes the answer of the tool."""
    operation = _operation(state, call_id)
    try:
        if performed.letter is not None:
            sent = await context.messenger.send(operation, context.thread, performed.letter)
            data = {**performed.report.data, "deliveries": [each.model_dump(mode="json") for each in sent]}
            report = performed.report.model_copy(update={"text": say_deliveries(sent), "data": data})
            return replace(performed, report=report)
        await context.calendar.commit(act, context.thread, state.schedule, operation, performed.edits)
    except Refused as why:
        return refuse_call(state.desk, str(why))
    return performed


def _operation(state: CommonState, call_id: str) -> str:
    """Return what names this call among all the thread will ever make: the same after a crash, never used again."""
    begun = state.started_at.isoformat() if state.started_at else ""
    return hashlib.sha256(f"{begun} {call_id} {state.schedule.version}".encode()).hexdigest()[:32]


def _card(state: CommonState, context: Context, checked: Checked, performed: Performed, call_id: str) -> Update:
    edits, schedule = task_changes(state.schedule, performed.edits), performed.desk.schedule
    said = performed.letter and say_letter(performed.letter, state.locale)
    said = said or say_card(
        performed.changes,
        performed.report.unplaced,
        schedule,
        state.locale,
        checked.tool.act,
        edits=edits,
        outside=_newly_outside(state, checked, schedule),
    )
    lines = [said, performed.report.note, *say_choices(checked.tool.choices, state.locale)]
    first = say_first(performed.changes, state.locale, checked.tool.act, edits=edits)
    announced = announce_card(context, said if performed.letter else first)
    card = open_card(
        state,
        context,
        kind=InterruptKind.TOOL,
        asker="execute",
        description="\n".join(line for line in lines if line),
        call=checked.call,
        call_id=call_id,
        changes=performed.changes,
        edits=edits,
        editable=checked.tool.editable,
    )
    return merge_updates(announced, card)


def _newly_outside(state: CommonState, checked: Checked, after: Schedule) -> list[Task]:
    """Return the tasks that lie against the limits once it is done; of a move, its own note says that."""
    if checked.tool.act is None:
        return []
    known = () if checked.tool.act is Act.APPLY else outside_limits(state.schedule)
    return [after.by_id[id_] for id_ in outside_limits(after) if id_ not in known]


async def _commit(
    state: CommonState, context: Context, checked: Checked, performed: Performed, call_id: str, *, begun: datetime
) -> Update:
    report, refused = performed.report, bool(performed.report.violations)
    shown = [change.model_dump(mode="json") for change in performed.changes]
    artifact = {"changes": shown, "data": report.data, "refused": refused}
    kind = EventType.TOOL_BLOCKED if refused else EventType.TOOL_COMPLETED
    context.emit(Event(type=kind, data={"call_id": call_id, "name": checked.tool.name, "text": report.text}))
    update: Update = {
        "phase": Phase.EXECUTING,
        "schedule": performed.desk.schedule,
        "queue": performed.desk.queue,
        "messages": list(tool_exchange(checked.call, call_id, report.text, artifact)),
        "transcript": (
            ToolRan(
                call_id=call_id,
                name=checked.tool.name,
                arguments=checked.call.arguments,
                text=report.text,
                refused=refused,
                begun=begun,
                seconds=context.seconds_since(begun),
                changes=performed.changes,
                list_changes=task_changes(state.schedule, performed.edits),
            ),
        ),
    }
    if report.unplaced or checked.tool.writes:
        update["unplaced"] = report.unplaced
    if refused:
        return update
    update["corrections"] = Corrections()
    if not performed.differs:
        return update
    if checked.tool.effect is Effect.DRAFT:
        update["last_changes"] = performed.changes
    if performed.edits:
        update["list_changes"] = (*state.list_changes, *task_changes(state.schedule, performed.edits))
    update = merge_updates(update, with_new_tasks(state, performed.desk.schedule))
    if still_ordered(after(state, update), performed.desk.schedule):
        update["ordered"] = placements(performed.desk.schedule)
    return merge_updates(update, await publish_preview(after(state, update), context, PreviewState.WORKING))
