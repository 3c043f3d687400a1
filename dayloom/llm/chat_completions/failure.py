"""What an error of OpenAI's client means: whose fault it is, in the server's own words, and what helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import openai

from dayloom.llm.chat_completions.finish import OTHER_WORDS
from dayloom.llm.chat_completions.refusal import says, says_too_long
from dayloom.llm.failure import AttemptFailed, Reason, bad_answer, context_full
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
        words=("content management policy", "content_filter", "content filter", "content policy", "moderation"),
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
            return AttemptFailed(Reason.SERVER_ERROR, f"it broke off with an error{_words(error, api_key)}")
        case _:
            return bad_answer("the exchange with it failed")


def _refusal(error: openai.APIStatusError, api_key: str) -> AttemptFailed:
    failed = status_failed(error.status_code, error.response.headers, _words(error, api_key))
    if error.status_code == 503 and failed.wait is None and says(error, ("loading",)):
        failed.wait = LOADING
    cause = next((cause for cause in CAUSES if cause.fits(error)), None)
    if cause is not None:
        failed.again, failed.advice, failed.reason = False, cause.advice, cause.reason or failed.reason
    return failed


def _words(error: openai.APIError, api_key: str) -> str:
    """Return what the server said, as `quote_words` has it; a web page says nothing."""
    return quote_words(explanation(error.body), api_key)


def explanation(body: object) -> str:
    """Return the words in the body of an error, wherever the provider puts them."""
    match body:
        case str():
            return "" if body.lstrip().startswith("<") else body
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
