"""What an error of OpenAI's client means: whose fault it is, in the server's own words, and what helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import openai

from dayloom.llm.chat_completions.finish import OTHER_WORDS
from dayloom.llm.chat_completions.refusal import says, says_too_long
from dayloom.llm.failure import AttemptFailed, Reason, Remedy, bad_answer, context_full
from dayloom.llm.http import connection_failed, quote_words, status_failed

LOADING: Final = 10.0
"""Seconds until a model that is being loaded is asked again."""


@dataclass(frozen=True)
class _Cause:
    """What a refusal is about: where it has this code, or this status, or says one of these words."""

    advice: str
    codes: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    statuses: frozenset[int] = frozenset()
    reason: Reason | None = None

    def fits(self, error: openai.APIStatusError) -> bool:
        """Tell whether this is it."""
        known = error.status_code in self.statuses or str(error.code) in self.codes
        return known or (error.status_code not in {401, 429} and says(error, self.words))


CAUSES: Final = (
    _Cause(
        "Top up your account or raise its limit, or choose another DAYLOOM_MODEL",
        codes=frozenset({"insufficient_quota", "billing_hard_limit_reached", "insufficient_balance"}),
        statuses=frozenset({402}),
        words=("insufficient balance", "insufficient credits", "credit balance", "billing"),
    ),
    _Cause(
        OTHER_WORDS,
        codes=frozenset({"content_filter", "content_policy_violation", "responsible_ai_policy_violation"}),
        words=(
            "content management policy",
            "content_filter",
            "content filter",
            "content policy",
            "moderation",
            "was flagged",
            "guardrail",
        ),
        reason=Reason.REFUSED_REQUEST,
    ),
    _Cause(
        "It does not serve the place you ask from: choose another OPENAI_BASE_URL or DAYLOOM_MODEL",
        codes=frozenset({"unsupported_country_region_territory"}),
        words=("country, region", "your region", "your country", "user location", "your location"),
        reason=Reason.REFUSED_REQUEST,
    ),
    _Cause(
        "Check the name in DAYLOOM_MODEL",
        codes=frozenset({"model_not_found", "deploymentnotfound"}),
        words=("model not found", "model does not exist", "no such model", "is not a valid model", "unknown model"),
        reason=Reason.NOT_FOUND,
    ),
    _Cause(
        "The model's chat template refuses the conversation: load the model with another one (llama.cpp's "
        "--chat-template, vLLM's --chat-template), or choose another DAYLOOM_MODEL",
        words=("chat template", "chat_template", "jinja", "roles must alternate", "raise_exception"),
    ),
)
"""The first that fits is told."""
IN_BETWEEN: Final = _Cause(
    "A web page came in the place of an error: see whether a firewall or a proxy stands in between",
    reason=Reason.REFUSED_REQUEST,
)
_NAMED: Final[Mapping[int, tuple[str, ...]]] = {
    429: ("rate_limit", "rate limit", "too many requests"),
    503: ("overloaded", "server_busy", "at capacity", "temporarily unavailable"),
}
"""How an error without a status says that it will pass."""


def attempt_failed(error: openai.OpenAIError | ValueError, api_key: str) -> AttemptFailed:
    """Return what an error of the client means; `api_key` is cut out of whatever is quoted."""
    match error:
        case openai.APIConnectionError():
            return connection_failed(error.__cause__, api_key)
        case openai.APIError() if says_too_long(error):
            return context_full(f"it has no room for all that was sent{_words(error, api_key)}")
        case openai.APIStatusError():
            return _refusal(error, api_key)
        case openai.APIResponseValidationError() | ValueError():
            return bad_answer("it sent something that is not a chat completion")
        case openai.APIError():
            return failure_in_answer(error.body, api_key)
        case _:
            return bad_answer("the exchange with it failed")


def failure_in_answer(body: object, api_key: str) -> AttemptFailed:
    """Return what an error means that comes in the place of an answer, or in the middle of one: what it says itself."""
    words = quote_words(explanation(body), api_key)
    told = str(body).lower()
    named = next((status for status, names in _NAMED.items() if any(name in told for name in names)), None)
    status = _status_in(body) or named
    if status is not None:
        return status_failed(status, {}, words)
    return AttemptFailed(Reason.SERVER_ERROR, f"it broke off with an error{words}", remedy=Remedy.IN_ONE_PIECE)


def _status_in(body: object) -> int | None:
    """Return the status that the body of an error names, as OpenRouter, llama.cpp and vLLM do."""
    if not isinstance(body, dict):
        return None
    fields = cast("Mapping[str, Any]", body)
    named = (str(fields.get(name)) for name in ("code", "status_code", "status"))
    return next((int(code) for code in named if code.isdecimal() and 400 <= int(code) < 600), None)


def _refusal(error: openai.APIStatusError, api_key: str) -> AttemptFailed:
    failed = status_failed(error.status_code, error.response.headers, _words(error, api_key))
    if error.status_code == 503 and failed.wait is None and says(error, ("loading",)):
        failed.wait = LOADING
    cause = next((cause for cause in CAUSES if cause.fits(error)), None)
    if cause is None and error.status_code == 403 and _is_page(error.body):
        cause = IN_BETWEEN
    if cause is not None:
        failed.remedy, failed.advice, failed.reason = Remedy.NOTHING, cause.advice, cause.reason or failed.reason
    return failed


def _is_page(body: object) -> bool:
    return isinstance(body, str) and body.lstrip().startswith("<")


def _words(error: openai.APIError, api_key: str) -> str:
    """Return what the server said, as `quote_words` has it; a web page says nothing."""
    return quote_words(explanation(error.body), api_key)


def explanation(body: object) -> str:
    """Return the words in the body of an error, wherever the provider puts them."""
    match body:
        case str():
            return "" if _is_page(body) else body
        case [first, *_]:
            return explanation(first)
        case dict():
            return _in_fields(cast("Mapping[str, Any]", body))
        case _:
            return ""


def _in_fields(body: Mapping[str, Any]) -> str:
    """Return the message; behind "Provider returned error" (OpenRouter) the provider's own."""
    metadata = body.get("metadata")
    inner = explanation(cast("Mapping[str, Any]", metadata).get("raw")) if isinstance(metadata, dict) else ""
    found = next((body[name] for name in ("error", "message", "detail", "msg") if body.get(name)), None)
    told = explanation(found) or ("" if found is not None or not body else str(dict(body)))
    return ": ".join(filter(None, (told, inner)))
