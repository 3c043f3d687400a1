"""Trying again: the one place that decides whether, when and how often."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from dayloom.llm.failure import AttemptFailed
from dayloom.llm.limits import Limits

T = TypeVar("T")
Sleep: TypeAlias = Callable[[float], Awaitable[None]]


async def persistently(
    attempt: Callable[[], Awaitable[T]],
    *,
    limits: Limits,
    deadline: float,
    sleep: Sleep,
    before_wait: Callable[[AttemptFailed, float], None],
) -> T:
    """Return what the first successful attempt returns, or raise the last AttemptFailed.

    Waits as long as the server asks, otherwise by `limits.backoff`. Gives up rather than wait past `deadline` (in the
    event loop's time) or longer than `limits.longest_wait`.
    """

    def wait(state: RetryCallState) -> float:
        asked = _failure(state).wait
        return limits.backoff[min(state.attempt_number, len(limits.backoff)) - 1] if asked is None else asked

    def hopeless(state: RetryCallState) -> bool:
        pause = state.upcoming_sleep
        late = asyncio.get_running_loop().time() + pause >= deadline
        return late or pause > limits.longest_wait or state.attempt_number >= limits.attempts

    def announce(state: RetryCallState) -> None:
        before_wait(_failure(state), state.upcoming_sleep)

    async def once() -> T:  # tenacity awaits only what it can see is a coroutine function
        return await attempt()

    retrying = AsyncRetrying(
        retry=retry_if_exception(lambda error: isinstance(error, AttemptFailed) and error.again),
        wait=wait,
        stop=hopeless,
        before_sleep=announce,
        sleep=sleep,
        reraise=True,
    )
    return await retrying(once)


def _failure(state: RetryCallState) -> AttemptFailed:
    failed = state.outcome.exception() if state.outcome is not None else None
    if not isinstance(failed, AttemptFailed):
        raise TypeError("only failed attempts are repeated")
    return failed
