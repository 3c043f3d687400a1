"""Commands of the v2 protocol as requests for runs."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, ValidationError

from dayloom.api.agent_server.run_body import JsonObject, RunCreate
from dayloom.api.http.problem import wrong_fields
from dayloom.api.http.problem_kind import INVALID, Problem
from state.ids import GRAPH_ID

_PASSED_ON: Final = ("config", "context", "metadata", "multitask_strategy")


class ProtocolCommand(BaseModel):
    """A command: `run.start` begins a turn, `input.respond` answers a card."""

    id: Annotated[int, Field(ge=0)]
    method: str
    params: JsonObject = {}

    def as_run(self) -> RunCreate:
        """Return the run it asks for; raises Problem."""
        match self.method:
            case "run.start":
                assistant = self.params.get("assistant_id", GRAPH_ID)
                return self._run(assistant, input=self.params.get("input"), if_not_exists="create")
            case "input.respond":
                answers = self.params.get("responses") or [self.params]
                resume = {each.get("interrupt_id"): each.get("response") for each in answers}
                goto = self.params.get("goto")
                command = {"goto": goto} if goto == "__end__" else {"resume": resume, "goto": goto}
                return self._run(GRAPH_ID, command={**command, "update": self.params.get("update")})
            case other:
                raise Problem(INVALID, f"method: {other!r} is not offered here; there are run.start and input.respond")

    def _run(self, assistant: str, **asked: Any) -> RunCreate:
        given = {name: self.params[name] for name in _PASSED_ON if self.params.get(name) is not None}
        step = (given.get("config") or {}).get("configurable", {}).get("checkpoint_id")
        more = {"assistant_id": assistant, "checkpoint_id": step}
        try:
            return RunCreate.model_validate({**given, **asked, **more})
        except ValidationError as error:
            raise wrong_fields(error.errors()) from error
