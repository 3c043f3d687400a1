"""From a request for a run to what the run is asked: a turn, or the answer to a card."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID, uuid4, uuid5

from pydantic_core import to_json

from dayloom.api.agent_server.assistant import require_assistant
from dayloom.api.agent_server.feedback_urls import FEEDBACK_KEYS
from dayloom.api.agent_server.run_body import Command, Configurable, Input, RunCreate
from dayloom.api.agent_server.snapshots import checkpoint_id, load_snapshot, read_state
from dayloom.api.http.problem_kind import INVALID, Problem
from dayloom.calendar_sync.new_schedule import schedule_of
from dayloom.calendar_sync.writer import SEEN
from dayloom.llm.mode import Mode
from dayloom.messages.address import check_address
from dayloom.messages.run_end import WEBHOOK
from dayloom.runs.run import Run
from dayloom.runs.tenants import Tenant
from dayloom.settings import Settings
from state.common import RunSettings
from state.errors import BadInput, UnknownStep
from state.ids import ASSISTANT_ID, RunId, ThreadId
from state.interrupt import LEAVE, MESSAGE_ID, Answer
from state.job import JobRequest
from state.ports import FIRST_STEP, Accepted
from state.run_status import unfinished
from tools.approval import read_answer

log = logging.getLogger(__name__)

CALL: Final = "call"
"""The mode of a run that is one call of the model."""
_NEW: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}")
_CANCELLED: Final = "__agui_cancelled__"
"""What AG-UI sends when the person closes a card without an answer."""
_KEYS: Final = UUID("6f1c8f0e-7d0b-5d4e-9a3c-6a1b0d6f7e21")


@dataclass(frozen=True)
class RunRequest:
    """Somebody's request for a run on one of their threads; `key` is the Idempotency-Key."""

    tenant: Tenant
    settings: Settings
    thread: ThreadId
    body: RunCreate
    key: str | None = None

    async def as_template(self) -> JobRequest:
        """Return what is asked, for runs that begin later, each with the calendar and tasks of its day."""
        self._check()
        turn = self.body.input
        if turn is None or not turn.words:
            raise Problem(INVALID, "input.messages: there must be a message of a person (role user), with words, last")
        settings = _run_settings(_chosen(self.body), self.settings)
        return JobRequest(message=turn.words, settings=settings, about=_about(self.body))

    async def start(self) -> Run:
        """Start the run, or find it when it was started with the same key; raises what `Runs.start` raises."""
        self._check()
        if self.body.if_not_exists == "create":
            if not _NEW.fullmatch(self.thread):
                raise Problem(
                    INVALID, f"thread_id: {self.thread!r} cannot name a new thread; use letters, digits, - or _"
                )
            found = await self.tenant.index.create(self.thread, {}, or_take=True)
            begun = found.details.newest is not None
        else:
            begun = await self.tenant.index.has_begun(self.thread)
        asked = await self._accept(begun=begun)
        for name, told in self.body.notes.items():
            log.warning("run %s asks for %s, which has no effect: %s", asked.run, name, told)
        run = await self._begin(asked)
        if run.asked.about.get("request") != asked.about["request"]:
            raise Problem(INVALID, "Idempotency-Key: this key was used for another request; use a new one.")
        return run

    def _check(self) -> None:
        """Raise for an assistant, or an address to be called, that there is not."""
        require_assistant(self.body.assistant_id)
        if self.body.webhook is not None:
            try:
                check_address(self.body.webhook, private=self.settings.private_addresses)
            except BadInput as error:
                raise Problem(INVALID, f"webhook: {error}") from error

    async def _begin(self, asked: Accepted) -> Run:
        runs, strategy = self.tenant.runs, self.body.multitask_strategy
        if not self.body.after_seconds:
            return await runs.start(self.thread, asked, strategy)
        if asked.answer is not None or asked.checkpoint is not None:
            raise Problem(INVALID, "after_seconds: what answers a card, or goes on from a step, begins at once")
        begins = self.settings.now() + timedelta(seconds=self.body.after_seconds)
        return await runs.start_later(self.thread, asked, strategy, begins)

    @property
    def run_id(self) -> RunId:
        """A new id, or the one that belongs to the key."""
        if self.key is None:
            return RunId(str(uuid4()))
        return RunId(str(uuid5(_KEYS, "\0".join((self.tenant.user, self.thread, self.key)))))

    @property
    def _digest(self) -> str | None:
        """What tells one request with this key from another."""
        if self.key is None:
            return None
        written = self.body.model_dump(mode="json", include={"input", "command", "config", "context", "metadata"})
        step = [self.body.step] if self.body.step else []
        return sha256(to_json([self.thread, written, *step])).hexdigest()

    async def _accept(self, *, begun: bool) -> Accepted:
        asked = Accepted(
            run=self.run_id,
            at=datetime.now(UTC),
            settings=_run_settings(_chosen(self.body), self.settings),
            about={**_about(self.body), "request": self._digest},
        )
        command, turn = self.body.command, await self._new_input(begun=begun)
        if command is not None and command.answers:
            if turn is not None and turn.says_something:
                raise Problem(INVALID, "command: give either input or command, not both")
            await self._require_newest_step()
            answer, card = _read_resume(command)
            return asked.model_copy(update={"answer": answer, "card": card})
        says = turn is not None and turn.says_something
        asked = asked.model_copy(update={"checkpoint": await self._branch_point(says=says) if begun else None})
        if asked.checkpoint not in (None, FIRST_STEP) and not says:
            return asked
        if turn is None or not turn.words:
            raise Problem(INVALID, "input.messages: there must be a message of a person (role user), with words, last")
        about = {**asked.about, MESSAGE_ID: turn.message_id}
        asked = asked.model_copy(update={"message": turn.words, "schedule": turn.schedule, "about": about})
        return asked if turn.schedule or begun else await self._on_own_week(asked)

    async def _new_input(self, *, begun: bool) -> Input | None:
        """Return what of the input is new: AG-UI sends the state of the thread along, with every message and answer."""
        given = self.body.input
        if given is None or not begun or (self.body.command is None and len(given.messages) <= 1):
            return given
        state = read_state(self.thread, await load_snapshot(self.tenant, self.thread))
        new = given.beside(state) if state else given
        return new if new.words or self.body.command else given

    async def _on_own_week(self, asked: Accepted) -> Accepted:
        """Return the request with the user's calendar and tasks, for a thread that begins."""
        settings, week = self.settings, _chosen(self.body).week
        own = await schedule_of(self.tenant.calendar, settings.now(), week, settings.address)
        return asked.model_copy(update={"schedule": own.schedule, "about": {**asked.about, SEEN: own.seen}})

    async def _require_newest_step(self) -> None:
        if self.body.step not in (None, await self._newest_step()):
            raise Problem(INVALID, "checkpoint: only the card of the newest step can be answered; write, to go on here")

    async def _branch_point(self, *, says: bool) -> str | None:
        """Return the older step from which the run goes on; None for the newest.

        A page shows a run at work some steps late: a message beside one of its steps is for the thread as it is.
        """
        step = self.body.step
        if step is None or step == FIRST_STEP or (says and step == await self._newest_step()):
            return step if step == FIRST_STEP else None
        found = await load_snapshot(self.tenant, self.thread, step)
        if (state := read_state(self.thread, found)) is None:
            raise UnknownStep(f"there is no step {step!r} on thread {self.thread!r}")
        if not says and not unfinished(state):
            raise Problem(INVALID, "checkpoint: at this step everything was answered; give input.messages, to go on")
        return step if not says or await self._has_ended((found.metadata or {}).get("run_id")) else None

    async def _newest_step(self) -> str | None:
        return checkpoint_id((await load_snapshot(self.tenant, self.thread)).config)

    async def _has_ended(self, run: str | None) -> bool:
        stands = await self.tenant.threads.run_status(self.thread, RunId(run)) if run else None
        return stands is None or stands.final


def _read_resume(command: Command) -> tuple[Answer, str | None]:
    """Return the answer and the interrupt it names; None when it is for whichever is open."""
    given = command.resume
    if given is None:
        return LEAVE, None
    if not isinstance(given, Mapping) or {"decisions", "type"} & given.keys():
        return read_answer(given), None
    named = cast(Mapping[str, Any], given)
    if _CANCELLED in named:
        return LEAVE, named.get("interrupt_id")
    if len(named) != 1:
        raise Problem(INVALID, "command.resume: answer exactly one interrupt")
    [(name, answer)] = named.items()
    return read_answer(answer), name


def _chosen(given: RunCreate) -> Configurable:
    """Return the settings of a run, which are in the config or in the context."""
    in_config, in_context = given.config.configurable, given.context
    if in_config.model_fields_set and in_context.model_fields_set:
        raise Problem(INVALID, "context: give settings in config.configurable or in context, not in both")
    return in_context if in_context.model_fields_set else in_config


def _run_settings(chosen: Configurable, settings: Settings) -> RunSettings:
    if chosen.model is not None and chosen.model not in settings.models:
        known = ", ".join(settings.models)
        raise Problem(INVALID, f"model: there is no model {chosen.model!r} here; there are {known}")
    base = settings.run_settings()
    if chosen.mode == CALL:
        base = base.model_copy(update={"single_call": True})
    elif chosen.mode is not None:
        base = chosen.mode.budgets(base)
    names = ("max_rounds", "always_execute", "order_scope", "locale")
    return base.model_copy(update={name: value for name in names if (value := getattr(chosen, name)) is not None})


def _about(given: RunCreate) -> dict[str, Any]:
    chosen = _chosen(given)
    settings = chosen.model_dump(mode="json", exclude_none=True)
    return {
        "assistant_id": ASSISTANT_ID,
        "metadata": {**given.config.metadata, **given.metadata, "assistant_id": ASSISTANT_ID},
        "workspace": chosen.workspace_id,
        "model": chosen.model,
        "mode": chosen.mode.value if isinstance(chosen.mode, Mode) else None,
        "multitask_strategy": given.multitask_strategy.value,
        "stream_mode": [mode.value for mode in given.stream_mode],
        "notes": given.notes,
        **({WEBHOOK: given.webhook} if given.webhook else {}),
        **({FEEDBACK_KEYS: given.feedback_keys} if given.feedback_keys else {}),
        "kwargs": {"config": {"configurable": settings}, "resumable": given.stream_resumable},
    }
