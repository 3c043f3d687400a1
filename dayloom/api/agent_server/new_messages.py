"""Messages that somebody puts at the end of a conversation, as with the SDK's `update_state`; nobody answers them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from dayloom.api.agent_server.run_body import InputMessage
from dayloom.api.http.problem_kind import INVALID, Problem
from dayloom.calendar_sync.new_schedule import schedule_of
from dayloom.runs.tenants import Tenant
from dayloom.settings import Settings
from graph.manual_edit import commit_messages
from state.calendar_commit import Act
from state.common import CommonState, Update
from state.ids import RunId, ThreadId


@dataclass(frozen=True)
class NewMessages:
    """Words of a person and of the agent for one thread, new or begun."""

    tenant: Tenant
    settings: Settings
    thread: ThreadId
    given: Sequence[InputMessage]

    async def append(self) -> None:
        """Append what is not there yet, all or nothing; raises Problem, CardOpen, ThreadBusy and Stopped."""
        if len({each.id for each in self.given if each.id}) < sum(1 for each in self.given if each.id):
            raise Problem(INVALID, "values.messages: two of them have the same id")
        act = RunId(f"{Act.MESSAGES.value}-{secrets.token_hex(6)}")
        async with self.tenant.threads.open(self.thread, act) as lock:
            if new := _not_in(lock.state, self.given):
                begin = await self._beginning() if lock.state is None else Update()
                await commit_messages(self.tenant.graph, lock, self.thread, [_message(each) for each in new], begin)

    async def _beginning(self) -> Update:
        """Return what a thread begins with: the user's own calendar and tasks."""
        own = await schedule_of(self.tenant.calendar, self.settings.now(), addresses=self.settings.address)
        return {"schedule": own.schedule, "calendar": own.seen}


def _message(given: InputMessage) -> HumanMessage | AIMessage:
    id = given.id or str(uuid4())
    return HumanMessage(given.text, id=id) if given.is_human else AIMessage(given.text, id=id)


def _not_in(state: CommonState | None, given: Sequence[InputMessage]) -> list[InputMessage]:
    """Return the messages that a state has not got; raises Problem for one that cannot be put."""
    known = {message.id: message for message in state.messages} if state else {}
    for at, each in enumerate(given):
        if each.id in known and not _is_same(known[each.id], each):
            told = "there is another message of this id; to edit one, go on from the step before it"
            raise Problem(INVALID, f"values.messages.{at}.id: {told}")
        if each.id not in known and not (each.text.strip() and (each.is_human or each.is_agent)):
            raise Problem(INVALID, f"values.messages.{at}: only words of a person or the agent can be put here")
    return [each for each in given if each.id not in known]


def _is_same(known: AnyMessage, given: InputMessage) -> bool:
    return (known.type == "human") == given.is_human and known.text == given.text
