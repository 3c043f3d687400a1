"""The effects of a step beyond its checkpoint: transcript, card, audit records, end; read off two states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from state.calendar_commit import Act
from state.common import Approved, CommonState, Phase
from state.errors import Unapproved
from state.interrupt import Answer, AnswerType, Interrupt, approved_call, digest
from state.message import SEND_MESSAGE
from state.run_status import run_status
from state.schedule import Status
from state.transcript import ToolRan

Record = dict[str, Any]


@dataclass(frozen=True)
class StepEffects:
    """What one commit says, checks and leaves in the audit log.

    `uses_card` means that the answer to the open card is acted on; `approved` is then the digest of the call that ran.
    """

    entries: tuple[Any, ...] = ()
    opened: Interrupt | None = None
    uses_card: bool = False
    approved: str = ""
    ends: bool = False
    records: Sequence[Record] = ()


def step_effects(
    before: CommonState | None, after: CommonState, *, begins: bool, act: Act | None = None
) -> StepEffects:
    """Return what the step from one state to the next means; `begins` marks the one that takes a message in.

    `act` is set for a step of no run, which the person makes by hand while the thread is at rest.
    Raises Unapproved when a round changed the schedule without an approval and without a policy that waives it.
    """
    old = before or CommonState()
    if act is not None:
        record = {"what": "write", "from": old.schedule.version, "to": after.schedule.version, "by_hand": act.value}
        return StepEffects(entries=after.transcript, records=[record])
    ran = not begins and old.approved is not None and after.approved is None
    carded = ran and old.approved is not None and not old.approved.by_policy
    answered = not begins and old.interrupt is not None and after.interrupt is not old.interrupt
    asked = after.interrupt if after.interrupt is not old.interrupt else None
    ends = after.phase is Phase.DONE and not begins
    changed = after.schedule.version != old.schedule.version
    written = changed or (begins and after.schedule is not old.schedule)
    return StepEffects(
        entries=after.transcript,
        opened=asked,
        uses_card=carded or (answered and after.approved is None),
        approved=digest(old.approved.call, old.approved.state_version) if carded and old.approved else "",
        ends=ends,
        records=[
            *([_write(old, after, ran=ran, begins=begins)] if written else ()),
            *([_send(old.approved)] if ran and old.approved and _has_sent(after) else ()),
            *([_ending(after)] if ends else ()),
        ],
    )


def _write(old: CommonState, after: CommonState, *, ran: bool, begins: bool) -> Record:
    record: Record = {"what": "write", "from": old.schedule.version, "to": after.schedule.version}
    if begins:
        return {**record, "by_policy": "given"}
    if ran and old.approved is not None:
        call: Record = {"call": old.approved.call.name, "digest": old.approved.digest}
        return {**record, **call, **({"by_policy": "allowed"} if old.approved.by_policy else {})}
    if old.phase is not Phase.EXECUTING:
        return {**record, "by_policy": old.phase.value}
    if _booked_ids(old) != _booked_ids(after):
        raise Unapproved("this step would follow a change of the calendar that nobody approved")
    if old.settings.always_execute:
        return {**record, "by_policy": "always_execute"}
    if old.approve_all:
        return {**record, "by_policy": "approve_all"}
    raise Unapproved("this step would change the schedule, and nobody approved it")


def _has_sent(after: CommonState) -> bool:
    """Tell whether the step has sent a message."""
    return any(
        isinstance(each, ToolRan) and each.name == SEND_MESSAGE and not each.refused for each in after.transcript
    )


def _send(approved: Approved) -> Record:
    policy = {"by_policy": "allowed"} if approved.by_policy else {}
    return {"what": "send", "call": approved.call.name, "digest": approved.digest, **policy}


def _booked_ids(state: CommonState) -> set[int]:
    return {task.id for task in state.schedule.tasks if task.status is Status.EXISTING}


def _ending(after: CommonState) -> Record:
    outcome = after.outcome
    return {"what": "end", "status": run_status(after).value, "code": outcome.code if outcome else None}


def approved_digest(asked: Interrupt, answer: Answer) -> str:
    """Return the digest of the call an answer approves; empty when it approves none."""
    call = approved_call(asked, answer)
    return digest(call, asked.state_version) if call is not None else ""


def answer_record(asked: Interrupt, type: AnswerType, approved: str, scope: str) -> Record:
    """Return what the audit log says about an answer."""
    record: Record = {"what": type.value, "card": asked.id, "kind": asked.kind.value, "shown": asked.digest}
    return {**record, "digest": approved, "scope": scope} if approved else record


def to_state(values: Mapping[str, Any]) -> CommonState:
    """Return the state that these channel values are; unchecked, for values that were checked when they came in."""
    return CommonState.model_construct(**{name: values[name] for name in CommonState.model_fields if name in values})
