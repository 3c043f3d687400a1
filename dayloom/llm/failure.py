"""How a request to a model can fail, whether it is worth repeating, and what to tell the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from math import isfinite
from typing import Final

import httpx2
import openai

from dayloom.llm.connection import TooMuchSent
from state.errors import ModelUnavailable

QUOTED: Final = 200
"""Characters of a server's own explanation that are passed on."""


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


ADVICE: Final[Mapping[Reason, str]] = {
    Reason.UNREACHABLE: "Check that the server runs and that OPENAI_BASE_URL is right",
    Reason.TIMED_OUT: "Try again later, or choose a faster model with DAYLOOM_MODEL",
    Reason.RATE_LIMITED: "Try again later, or check the quota of your account",
    Reason.SERVER_ERROR: "Try again later",
    Reason.BAD_ANSWER: "Check that OPENAI_BASE_URL is a Chat Completions API, or choose another DAYLOOM_MODEL",
    Reason.REFUSED_KEY: "Check OPENAI_API_KEY and what it may use",
    Reason.NOT_FOUND: "Check the name in DAYLOOM_MODEL, and OPENAI_BASE_URL",
    Reason.REFUSED_REQUEST: "Check that DAYLOOM_MODEL can chat and has room for the conversation",
}


class AttemptFailed(Exception):
    """One request came to nothing.

    `again`: the same model may answer a repeated request; `elsewhere`: another model may. `wait` is how many seconds
    the server asked to wait, None when it did not say.
    """

    def __init__(
        self, reason: Reason, detail: str, *, again: bool = True, elsewhere: bool = True, wait: float | None = None
    ) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.again = again
        self.elsewhere = elsewhere
        self.wait = wait


def bad_answer(detail: str, *, again: bool = True) -> AttemptFailed:
    """Return the failure of a server that answered, but not with what was asked for."""
    return AttemptFailed(Reason.BAD_ANSWER, detail, again=again)


def timed_out() -> AttemptFailed:
    """Return the failure of a server that takes too long."""
    return AttemptFailed(Reason.TIMED_OUT, "it did not answer in time")


def attempt_failed(error: openai.OpenAIError | ValueError, api_key: str) -> AttemptFailed:
    """Return what an error of the client means; `api_key` is cut out of whatever is quoted."""
    match error:
        case openai.APIConnectionError():
            return _connection_failed(error.__cause__, api_key)
        case openai.APIStatusError():
            return _status_failed(error, api_key)
        case openai.APIResponseValidationError() | ValueError():
            return bad_answer("it sent something that is not a chat completion")
        case openai.APIError():
            return AttemptFailed(Reason.SERVER_ERROR, f"it broke off with an error{_told(error, api_key)}")
        case _:
            return bad_answer("the exchange with it failed")


def unavailable(failures: Sequence[tuple[str, AttemptFailed]], where: str) -> ModelUnavailable:
    """Return the end of a call: what happened to each model, and the cure for the first one."""
    last = dict(failures)
    first = next(iter(last.values()))
    told = "; ".join(f"{model}: {failed.detail}" for model, failed in last.items())
    return ModelUnavailable(
        f"No answer from the model at {where} ({told}). {ADVICE[first.reason]}.", code=first.reason.value
    )


def _connection_failed(cause: BaseException | None, api_key: str) -> AttemptFailed:
    told = _quoted(str(cause or ""), api_key)
    match cause:
        case TooMuchSent() | httpx2.RemoteProtocolError():
            return bad_answer(f"its answer broke off{told}")
        case httpx2.TimeoutException() if not isinstance(cause, httpx2.ConnectTimeout):
            return timed_out()
        case _:
            return AttemptFailed(Reason.UNREACHABLE, f"no connection{told}")


def _status_failed(error: openai.APIStatusError, api_key: str) -> AttemptFailed:
    status, told = error.status_code, _told(error, api_key)
    if status == 401:  # what the server says about a key may quote it
        return AttemptFailed(Reason.REFUSED_KEY, "it refused the API key", again=False, elsewhere=False)
    if status == 403:
        return AttemptFailed(Reason.REFUSED_KEY, "the API key may not use it", again=False)
    if status == 404:
        return AttemptFailed(Reason.NOT_FOUND, f"it does not exist there{told}", again=False)
    if status == 408:
        return timed_out()
    wait = retry_after(error.response.headers)
    if status == 429:
        spent = error.code == "insufficient_quota"
        return AttemptFailed(Reason.RATE_LIMITED, f"too many requests{told}", again=not spent, wait=wait)
    if status >= 500:
        return AttemptFailed(Reason.SERVER_ERROR, f"it answered with error {status}{told}", wait=wait)
    detail = f"it refused the request with status {status}{told}"
    return AttemptFailed(Reason.REFUSED_REQUEST, detail, again=False, elsewhere=False)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a server asks to wait, given as seconds or as a date (RFC 9110, 10.2.3)."""
    asked = headers.get("retry-after", "")
    try:
        seconds = float(asked)
    except ValueError:
        return _until(asked)
    return max(seconds, 0.0) if isfinite(seconds) else None


def _until(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((aware - datetime.now(UTC)).total_seconds(), 0.0)


def _told(error: openai.APIError, api_key: str) -> str:
    return _quoted(error.message, api_key) if isinstance(error.body, dict) else ""


def _quoted(text: str, api_key: str) -> str:
    safe = text.replace(api_key, "***") if api_key else text
    line = " ".join(safe.split())
    return f": {line[:QUOTED]}" if line else ""
