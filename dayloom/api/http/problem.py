"""What went wrong, as `application/problem+json` (RFC 9457): a stable `code`, and how to mend it.

An error becomes a problem in one place, `handle_error`; routes raise and catch nothing. LangGraph's SDK shows `detail`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dayloom.api.http.backend import Backend
from dayloom.api.http.openai_error import error_json
from dayloom.api.http.problem_kind import INTERNAL, INVALID, MALFORMED, NOT_FOUND, STORE_DOWN, Problem, ProblemKind
from dayloom.traces.logs import log_extra
from state import errors

_log: Final = logging.getLogger("dayloom.api")

RETRY_AFTER: Final = 2
"""Seconds until it is worth asking again when something is down."""
MAX_FIELDS: Final = 20
"""Wrong fields that are listed."""


_GONE: Final = "Check the id; what belongs to somebody else looks the same."

KINDS: Final[Mapping[type[Exception], ProblemKind]] = {
    errors.UnknownThread: ProblemKind(404, "unknown_thread", "There is no such thread", _GONE),
    errors.UnknownRun: ProblemKind(404, "unknown_run", "There is no such run", _GONE),
    errors.UnknownStep: ProblemKind(404, "unknown_step", "There is no such step", _GONE),
    errors.ThreadExists: ProblemKind(
        409, "thread_exists", "There is such a thread already", "Choose another id, or none."
    ),
    errors.WorkspaceBusy: ProblemKind(
        409, "workspace_busy", "A run is at work on another thread of this workspace", "Wait for its end, or cancel it."
    ),
    errors.ThreadBusy: ProblemKind(
        409, "thread_busy", "A run is at work", "Wait for its end, cancel it, or choose another multitask strategy."
    ),
    errors.StaleAnswer: ProblemKind(
        409, "stale_answer", "The answer is too late", "Fetch the thread and answer the card that is open."
    ),
    errors.NothingToAnswer: ProblemKind(
        409, "nothing_to_answer", "No card is open", "Fetch the thread; send a message instead."
    ),
    errors.NotAllowed: ProblemKind(
        422, "not_allowed", "The card does not take this answer", "See `allowed_decisions` and `editable` of the card."
    ),
    errors.BadInput: ProblemKind(422, "bad_input", "A value cannot be used", "Correct it and send it again."),
    errors.UnknownModel: ProblemKind(
        422, "unknown_model", "There is no such model", "Name one of those that are allowed here."
    ),
    errors.UnknownTask: ProblemKind(404, "unknown_task", "There is no such task", _GONE),
    errors.UnknownEvent: ProblemKind(404, "unknown_event", "There is no such event on these days", _GONE),
    errors.UnknownJob: ProblemKind(404, "unknown_job", "There is no such job", _GONE),
    errors.UnknownMessage: ProblemKind(404, "unknown_message", "There is no such message", _GONE),
    errors.UnknownItem: ProblemKind(404, "unknown_item", "Nothing of this id is remembered", _GONE),
    errors.IllegalStep: ProblemKind(
        409, "illegal_step", "The job cannot go there from where it is", "Choose one of the states that `legal` names."
    ),
    errors.HandedIn: ProblemKind(409, "handed_in", "It was handed in before", "Nothing is left to be done."),
    errors.Incomplete: ProblemKind(409, "incomplete", "Something is missing", "Hand in what `missing` names."),
    errors.AttemptEnded: ProblemKind(409, "attempt_ended", "The attempt has ended", "Stop working on it."),
    errors.CardOpen: ProblemKind(409, "card_open", "A card is open", "Answer it, or reject it, then try again."),
    errors.NotSent: ProblemKind(422, "not_sent", "The message cannot go out", "Choose another recipient."),
    errors.NothingToApply: ProblemKind(
        409, "nothing_to_apply", "The calendar has everything already", "Fetch the preview."
    ),
    errors.NothingToUndo: ProblemKind(409, "nothing_to_undo", "There is nothing to take back", "Fetch the preview."),
    errors.NoCalendar: ProblemKind(409, "no_calendar", "There is no calendar here", "Use a service that keeps one."),
    errors.CalendarChanged: ProblemKind(
        409, "calendar_changed", "The calendar is another one now", "Fetch calendar and preview, and decide again."
    ),
    errors.VersionMismatch: ProblemKind(
        409, "version_mismatch", "Something was changed in between", "Fetch it again, then send the version you see."
    ),
    errors.MatchFailed: ProblemKind(
        412, "match_failed", "Something was changed in between", "Fetch it again, then send its ETag as If-Match."
    ),
    errors.RuleBroken: ProblemKind(
        422, "rule_broken", "The schedule does not allow this", "See `violations`; each says how to mend it."
    ),
    errors.KeyReused: ProblemKind(
        422, "key_reused", "The Idempotency-Key belongs to another request", "Take a new key for a new request."
    ),
    errors.TooLarge: ProblemKind(413, "too_large", "That is more than is kept", "Send less."),
    errors.ChildFailed: ProblemKind(409, "child_failed", "A part of the work has come to nothing"),
    errors.Refused: ProblemKind(409, "refused", "This cannot be done as it stands"),
    errors.Correctable: ProblemKind(
        422, "bad_arguments", "The arguments do not fit", "Correct them and send them again."
    ),
    errors.Damaged: ProblemKind(
        500,
        "damaged",
        "A stored value is not what was written",
        "It was kept as it is; restore this thread from a backup.",
    ),
    errors.TooNew: ProblemKind(
        500, "too_new", "A newer dayloom wrote this", "It was left as it is; update this service to go on with it."
    ),
    errors.Stopped: ProblemKind(409, "moved_on", "Something else came first", "Fetch the thread and try again."),
    errors.ModelUnavailable: ProblemKind(
        503, "model_unavailable", "The model does not answer", "Try again in a moment."
    ),
    errors.StoreUnavailable: STORE_DOWN,
    errors.Unavailable: ProblemKind(503, "unavailable", "Something outside is down", "Try again in a moment."),
    errors.DayloomError: INTERNAL,
}
"""The kind of each error; one that is not named has the kind of its nearest ancestor."""

_STATUSES: Final[Mapping[int, ProblemKind]] = {
    400: MALFORMED,
    404: NOT_FOUND,
    405: ProblemKind(405, "method_not_allowed", "The route does not know this method", "See the `Allow` header."),
}
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}


def kind_of(error: Exception) -> ProblemKind:
    """Return the kind of problem an error is."""
    return next((KINDS[each] for each in type(error).__mro__ if each in KINDS), INTERNAL)


async def handle_error(request: Request, error: Exception) -> Response:
    """Return the problem an error is, without secrets."""
    match error:
        case Problem():
            problem = error
        case RequestValidationError():
            problem = _validation_problem(error)
        case HTTPException():
            problem = _status_problem(error)
        case errors.StoreUnavailable() | RedisError():
            problem = Problem(STORE_DOWN, "The store did not answer as it should; the log of the service says why.")
        case errors.DayloomError():
            problem = Problem(kind_of(error), str(error), **error.more)
        case _:
            problem = Problem(
                INTERNAL, "The request met a mistake in dayloom; nothing is known about what it has done."
            )
    _log_problem(request, problem, error)
    return problem_response(problem, request.app.state.backend, request.url.path)


def problem_response(problem: Problem, backend: Backend, path: str = "/") -> Response:
    """Return the answer that tells of a problem; chat clients find in it what OpenAI would have said."""
    kind, headers, detail = problem.kind, dict(problem.headers), backend.redact(str(problem))
    if kind.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.setdefault("Retry-After", str(RETRY_AFTER))
    body = {
        "type": "about:blank",
        "code": kind.code,
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        **({"mend": kind.mend} if kind.mend else {}),
        **error_json(path, kind.status, kind.code, detail),
        **problem.more,
    }
    written = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(written, kind.status, headers, "application/problem+json")


def _log_problem(request: Request, problem: Problem, error: Exception) -> None:
    backend: Backend = request.app.state.backend
    if problem.kind.status == HTTPStatus.SERVICE_UNAVAILABLE:
        backend.metrics.unreachable.labels(problem.kind.code).inc()
        _log.warning("a request was not served: %s", error, extra=log_extra(code=problem.kind.code))
    elif problem.kind.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        extra = log_extra(code=problem.kind.code, method=request.method)
        _log.error("a request failed", extra=extra, exc_info=error)


def _status_problem(error: HTTPException) -> Problem:
    status = error.status_code
    phrase = _PHRASES.get(status, "Refused")
    kind = _STATUSES.get(status) or ProblemKind(status, phrase.lower().replace(" ", "_"), phrase)
    detail = error.detail if isinstance(error.detail, str) else phrase
    return Problem(kind, f"{kind.title}." if detail == phrase else detail, headers=error.headers)


def _validation_problem(error: RequestValidationError) -> Problem:
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return Problem(MALFORMED, "The body is not JSON.")
    return wrong_fields(found)


def wrong_fields(found: Iterable[Mapping[str, Any]]) -> Problem:
    """Return the problem of a value that does not fit its schema; takes pydantic's errors, and repeats no input."""
    wrong = [{"where": ".".join(map(str, each["loc"])), "wrong": str(each["msg"])} for each in found][:MAX_FIELDS]
    detail = "; ".join(f"{each['where']}: {each['wrong']}" for each in wrong[:3])
    return Problem(INVALID, f"{detail}.", errors=wrong)
