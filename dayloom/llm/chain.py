"""Asking one model after another: the one place that decides whether, when and how often a request is repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from dayloom.llm.ask import Ask
from dayloom.llm.effort import Effort
from dayloom.llm.failure import AttemptFailed, Failure, Reason, Remedy, failed_tries, spent, timed_out, unavailable
from dayloom.llm.language_model import LanguageModel
from dayloom.llm.limits import Limits
from prompts.prompt import prompt_for
from state.events import Emit, Event, EventType
from state.prompt import ModelReply, Prompt, Question

Sleep: TypeAlias = Callable[[float], Awaitable[None]]


class ModelChain:
    """Asks the first model, persistently, and where it fails the next: a `state.ports.ChatModel`.

    `effort` is how hard all of them are asked to think; `sleep` waits between attempts; failures are told as `discreet`
    of `unavailable` has it. A model that had no room for a prompt is asked again with a brief one, and from then on
    with brief ones only.
    """

    def __init__(
        self,
        models: Sequence[LanguageModel],
        *,
        effort: Effort | None,
        limits: Limits,
        sleep: Sleep,
        discreet: bool = False,
    ) -> None:
        self._models = models
        self._effort = effort
        self._limits = limits
        self._sleep = sleep
        self._discreet = discreet
        self._narrow: set[str] = set()

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        """Put the question into words and return the answer as `answer` does."""
        return await self.answer(prompt_for(question), emit)

    async def answer(self, prompt: Prompt, emit: Emit) -> ModelReply:
        """Return the whole answer, having emitted it piece by piece; for a decision, its JSON text and its `speak`.

        Raises ModelUnavailable after bounded retries and fallbacks; pieces of a failed try are retracted. Cancelling it
        ends the request at once.
        """
        call = _Call(emit, self._limits.call)
        try:
            async with asyncio.timeout_at(call.deadline):
                reply = await self._by_any_model(prompt, call)
                usage, tries = reply.usage.plus(spent(call.failures)), failed_tries(call.failures)
                return reply.model_copy(update={"usage": usage, "tries": tries})
        except TimeoutError:
            call.fail(timed_out())
        except AttemptFailed:
            pass  # recorded in `call`; raised outside, so that the error carries no trace of the request and its key
        raise unavailable(call.failures, discreet=self._discreet)

    async def _by_any_model(self, prompt: Prompt, call: _Call) -> ModelReply:
        left = [*self._models]
        while True:
            model = left.pop(0)
            try:
                return await self._persistently(model, prompt, call)
            except AttemptFailed as failed:
                if failed.whole_endpoint:
                    left = [other for other in left if other.endpoint != model.endpoint]
                if not left:
                    raise
                call.announce(left[0], failed, 0.0)

    async def _persistently(self, model: LanguageModel, prompt: Prompt, call: _Call) -> ModelReply:
        """Return the first answer of one model, asked as its failures advise, or raise the last AttemptFailed."""
        brief = prompt.brief if model.name in self._narrow else None
        asking = _Asking(Ask(brief() if brief else prompt))
        retrying = AsyncRetrying(
            retry=retry_if_exception(asking.goes_on),
            wait=self._wait,
            stop=partial(self._hopeless, call),
            before_sleep=partial(self._announce, model, call),
            sleep=self._sleep,
            reraise=True,
        )
        return await retrying(self._attempt, model, asking, call)

    def _announce(self, model: LanguageModel, call: _Call, state: RetryCallState) -> None:
        """Tell that the same model is asked again, and how."""
        failed = _failure(state)
        if failed.reason is Reason.CONTEXT_FULL:
            self._narrow.add(model.name)
            call.announce_brief()
        else:
            call.announce(model, failed, state.upcoming_sleep)

    def _wait(self, state: RetryCallState) -> float:
        """Return the seconds the server asks for, or else those that are usual after so many attempts."""
        failed, backoff = _failure(state), self._limits.backoff
        if failed.remedy in {Remedy.LESS, Remedy.FEW_WORDS}:
            return 0.0
        return backoff[min(state.attempt_number, len(backoff)) - 1] if failed.wait is None else failed.wait

    def _hopeless(self, call: _Call, state: RetryCallState) -> bool:
        """Tell whether to give a model up, rather than wait past the call's end or longer than any server may ask."""
        wait = state.upcoming_sleep
        late = asyncio.get_running_loop().time() + wait >= call.deadline
        return late or wait > self._limits.longest_wait or state.attempt_number >= self._limits.attempts

    async def _attempt(self, model: LanguageModel, asking: _Asking, call: _Call) -> ModelReply:
        call.asked = model
        answer: ModelReply | AttemptFailed
        try:
            answer = await model.attempt(asking.ask, self._effort, call.emit)
        except AttemptFailed as failed:
            answer = failed
        call.check_cancelled()
        if isinstance(answer, AttemptFailed):
            call.fail(answer)
            raise answer
        return answer


@dataclass
class _Asking:
    """What one model is asked next."""

    ask: Ask

    def goes_on(self, error: BaseException) -> bool:
        """Take up what a failure advises; False when nothing is left that could help."""
        following = self.ask.after(error) if isinstance(error, AttemptFailed) else None
        self.ask = following or self.ask
        return following is not None


def _failure(state: RetryCallState) -> AttemptFailed:
    failed = state.outcome.exception() if state.outcome is not None else None
    assert isinstance(failed, AttemptFailed), "only failed attempts are repeated"
    return failed


def _cancellations() -> int:
    """Return how often the task at work was cancelled; a time-out that is over has taken its own back."""
    task = asyncio.current_task()
    return task.cancelling() if task else 0


class _Call:
    """One reply in the making: when it must be there, who is asked, what is shown, and what has failed so far."""

    asked: LanguageModel

    def __init__(self, emit: Emit, seconds: float) -> None:
        self.deadline = asyncio.get_running_loop().time() + seconds
        self.failures: list[Failure] = []
        self._emit = emit
        self._shown = False
        self._cancellations = _cancellations()

    def check_cancelled(self) -> None:
        """Raise CancelledError when somebody has stopped the call, however an attempt ended.

        A client that meets an error while it gives up a request tells of that error instead: it is no failed attempt,
        and must not be repeated against the will of whoever stopped it.
        """
        if _cancellations() > self._cancellations:
            raise asyncio.CancelledError

    def emit(self, event: Event) -> None:
        """Pass on what the model at work emits, and note whether the person is shown some of its answer."""
        if event.type is EventType.MESSAGE_DELTA:
            self._shown = True
        elif event.type is EventType.MESSAGE_RETRACTED:
            self._shown = False
        self._emit(event)

    def fail(self, failed: AttemptFailed) -> None:
        """Note a failed attempt and take its words back."""
        if self._shown:
            self.emit(Event(type=EventType.MESSAGE_RETRACTED))
        self.failures.append(Failure(self.asked.name, self.asked.endpoint, failed))

    def announce_brief(self) -> None:
        """Tell that the same model is asked with less of the conversation."""
        self._emit(Event(type=EventType.CONTEXT_COMPACTED, data={"model": self.asked.name}))

    def announce(self, model: LanguageModel, failed: AttemptFailed, wait: float) -> None:
        """Tell that `model` is asked next, after `wait` seconds."""
        data = {"attempt": len(self.failures), "reason": failed.reason.value, "wait": wait, "model": model.name}
        self._emit(Event(type=EventType.MODEL_RETRY, data={**data, "failed": self.failures[-1].model}))
