"""How a request to a model can fail, whether it is worth repeating, and what to tell the person."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from typing import Any, Final

from prompts.wording import say_model_failure
from state.errors import ModelUnavailable
from state.usage import FailedTry, Usage
from state.when import Locale

_log: Final = logging.getLogger("dayloom.llm")
NOTHING: Final = Usage()


class Reason(StrEnum):
    """Stable codes of what went wrong."""

    UNREACHABLE = "model_unreachable"
    TIMED_OUT = "model_timed_out"
    RATE_LIMITED = "model_rate_limited"
    SERVER_ERROR = "model_server_error"
    BAD_ANSWER = "model_bad_answer"
    REFUSED_KEY = "model_refused_key"
    NOT_FOUND = "model_not_found"
    REFUSED_REQUEST = "model_refused_request"
    CONTEXT_FULL = "model_context_full"


class Remedy(StrEnum):
    """What may help when the same model is asked once more."""

    NOTHING = "it would fail alike"
    WAIT = "time: it is busy, or cannot be reached"
    IN_ONE_PIECE = "once the same; then to have the answer in one piece, for a stream may break where a whole does not"
    LESS = "a prompt with less to read"
    LESS_IF_AGAIN = "once the same; then a prompt with less to read"
    FEW_WORDS = "a prompt with less to read, and to be told to answer in few words"


REMEDIES: Final[Mapping[Reason, Remedy]] = {
    Reason.UNREACHABLE: Remedy.WAIT,
    Reason.TIMED_OUT: Remedy.LESS_IF_AGAIN,
    Reason.RATE_LIMITED: Remedy.WAIT,
    Reason.SERVER_ERROR: Remedy.WAIT,
    Reason.BAD_ANSWER: Remedy.IN_ONE_PIECE,
    Reason.REFUSED_KEY: Remedy.NOTHING,
    Reason.NOT_FOUND: Remedy.NOTHING,
    Reason.REFUSED_REQUEST: Remedy.NOTHING,
    Reason.CONTEXT_FULL: Remedy.LESS,
}
"""What helps, unless a failure knows better."""

ADVICE: Final[Mapping[Reason, str]] = {
    Reason.UNREACHABLE: "Check that the server runs and that {address} is right",
    Reason.TIMED_OUT: "Try again later, choose a faster DAYLOOM_MODEL, or wait longer with DAYLOOM_MODEL_TIMEOUT",
    Reason.RATE_LIMITED: "Try again later, or check the quota of your account",
    Reason.SERVER_ERROR: "Try again later",
    Reason.BAD_ANSWER: "Check that {address} is a {protocol} API, or choose another DAYLOOM_MODEL",
    Reason.REFUSED_KEY: "Check {key} and what it may use",
    Reason.NOT_FOUND: "Check the name in DAYLOOM_MODEL, and {address}",
    Reason.REFUSED_REQUEST: "Check that DAYLOOM_MODEL can chat and has room for the conversation",
    Reason.CONTEXT_FULL: "Give the model more room (OLLAMA_CONTEXT_LENGTH, llama.cpp's --ctx-size, vLLM's "
    "--max-model-len), or choose a DAYLOOM_MODEL with a longer context",
}


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where models are asked: the address fit to be shown, its protocol, and the settings that hold address and key."""

    where: str
    protocol: str
    address: str
    key: str

    def advice(self, reason: Reason) -> str:
        """Return what the person can do about a failure here."""
        return ADVICE[reason].format(protocol=self.protocol, address=self.address, key=self.key)


class AttemptFailed(Exception):
    """One request came to nothing.

    `remedy` is what may help the same model to answer, where it is not what helps against the reason. `whole_endpoint`:
    every other model at this endpoint would fail alike. `wait` is how many seconds the server asked to wait, None when
    it did not say. `advice` is what the person can do, where it is closer than what the reason says; `usage` is what
    the server counted for nothing.
    """

    def __init__(
        self,
        reason: Reason,
        detail: str,
        *,
        remedy: Remedy | None = None,
        whole_endpoint: bool = False,
        wait: float | None = None,
        advice: str | None = None,
        usage: Usage = NOTHING,
    ) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.remedy = remedy or REMEDIES[reason]
        self.whole_endpoint = whole_endpoint
        self.wait = wait
        self.advice = advice
        self.usage = usage


@dataclass(frozen=True)
class Failure:
    """What happened to one request: which model was asked, where, and what came of it."""

    model: str
    endpoint: Endpoint
    failed: AttemptFailed


def bad_answer(detail: str, *, remedy: Remedy | None = None, advice: str | None = None) -> AttemptFailed:
    """Return the failure of a server that answered, but not with what was asked for."""
    return AttemptFailed(Reason.BAD_ANSWER, detail, remedy=remedy, advice=advice)


def context_full(detail: str) -> AttemptFailed:
    """Return the failure of a model that has no room for all it was sent."""
    return AttemptFailed(Reason.CONTEXT_FULL, detail)


def timed_out() -> AttemptFailed:
    """Return the failure of a server that takes too long."""
    return AttemptFailed(Reason.TIMED_OUT, "it did not answer in time")


def unavailable(failures: Sequence[Failure], *, discreet: bool = False) -> ModelUnavailable:
    """Return the end of a call: what happened to each model last, and the cure for the first one.

    A `discreet` one says only what kind of failure it was; where it happened, and the cure, go into the operator's log.
    """
    last = {failure.model: failure for failure in failures}
    first = next(iter(last.values()))
    where = " and ".join(dict.fromkeys(failure.endpoint.where for failure in last.values()))
    reason = first.failed.reason
    advice = first.failed.advice or first.endpoint.advice(reason)
    what: dict[str, Any] = {"code": reason.value, "usage": spent(failures), "tries": failed_tries(failures)}
    if discreet:
        # A server's own words may repeat what a person said, so the log has the codes alone.
        codes = "; ".join(f"{model}: {failure.failed.reason}" for model, failure in last.items())
        _log.error("no answer from the model at %s (%s); %s", where, codes, advice)
        return ModelUnavailable(say_model_failure(reason, Locale.EN), discreet=True, **what)
    told = "; ".join(f"{model}: {failure.failed.detail}" for model, failure in last.items())
    return ModelUnavailable(f"No answer from the model at {where} ({told}). {advice}.", **what)


def failed_tries(failures: Sequence[Failure]) -> tuple[FailedTry, ...]:
    """Return the requests that came to nothing, in order."""
    return tuple(FailedTry(model=one.model, reason=one.failed.reason.value) for one in failures)


def spent(failures: Sequence[Failure]) -> Usage:
    """Return the tokens of requests that came to nothing."""
    return reduce(Usage.plus, (failure.failed.usage for failure in failures), NOTHING)
