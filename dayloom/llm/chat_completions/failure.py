"""What an error of OpenAI's client means."""

from __future__ import annotations

import openai

from dayloom.llm.chat_completions.refusal import says_too_long
from dayloom.llm.failure import AttemptFailed, Reason, bad_answer, context_full
from dayloom.llm.http import connection_failed, quoted, status_failed


def attempt_failed(error: openai.OpenAIError | ValueError, api_key: str) -> AttemptFailed:
    """Return what an error of the client means; `api_key` is cut out of whatever is quoted."""
    match error:
        case openai.APIConnectionError():
            return connection_failed(error.__cause__, api_key)
        case openai.APIError() if says_too_long(error):
            return context_full(f"it has no room for all that was sent{_words(error, api_key)}")
        case openai.APIStatusError():
            spent = error.code == "insufficient_quota"
            return status_failed(error.status_code, error.response.headers, _words(error, api_key), spent=spent)
        case openai.APIResponseValidationError() | ValueError():
            return bad_answer("it sent something that is not a chat completion")
        case openai.APIError():
            return AttemptFailed(Reason.SERVER_ERROR, f"it broke off with an error{_words(error, api_key)}")
        case _:
            return bad_answer("the exchange with it failed")


def _words(error: openai.APIError, api_key: str) -> str:
    """Return what the server said, as `quoted`; a web page says nothing."""
    match error.body:
        case dict():
            return quoted(error.message, api_key)
        case str() as words if not words.lstrip().startswith("<"):
            return quoted(words, api_key)
        case _:
            return ""
