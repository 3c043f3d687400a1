"""Routes: Chat Completions as OpenAI has them, for any client that knows nothing of threads and cards."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import uuid4

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import JSONResponse

from dayloom.api.agent_server.run_body import Configurable, Name, RunCreate
from dayloom.api.agent_server.run_request import RunRequest
from dayloom.api.completions.attachments import take_in
from dayloom.api.completions.chat_json import CompletionJson, model_json, models_json
from dayloom.api.completions.chat_request import MODEL, CompletionRequest, ResponseFormat
from dayloom.api.completions.chat_response import ObjectReply, Reply, RunReply
from dayloom.api.completions.conversation import Conversation, thread_name, thread_of
from dayloom.api.completions.side_request import find_side_request
from dayloom.api.http.body import TOO_LARGE
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import OptionalIdempotencyKey
from dayloom.api.http.problem_kind import INVALID, Problem, ProblemKind
from dayloom.api.http.responses import STREAMED, problems
from dayloom.api.http.streaming import EVENTS, KeepAliveResponse
from dayloom.runs.run import MultitaskStrategy
from dayloom.settings import Settings
from dayloom.stores.owner.chats import RedisChats
from state.ids import ThreadId

router = APIRouter(prefix="/v1", tags=["chat clients"], responses=problems(404, 409))

NO_MODEL: Final = ProblemKind(404, "model_not_found", "There is no such model", "GET /v1/models lists them.")


@dataclass(frozen=True)
class Names:
    """What the headers call thread and person; a chat page sends its own ids of both."""

    thread: Annotated[Name | None, Header(alias="X-Thread-Id")] = None
    chat: Annotated[Name | None, Header(alias="X-OpenWebUI-Chat-Id")] = None
    person: Annotated[Name | None, Header(alias="X-OpenWebUI-User-Id")] = None

    def thread_of(self, given: CompletionRequest) -> str | None:
        """Return the id of the thread that is named; None when none is."""
        named = self.thread or (given.metadata.thread_id if given.metadata else None)
        return named or (thread_name(self.chat) if self.chat else None)


@router.get("/models")
async def models(tenant: CurrentTenant, backend: CurrentBackend) -> dict[str, Any]:
    """List the models: dayloom with the configured one, and with each that a run may ask for."""
    return models_json(backend.settings.models)


@router.get("/models/{name:path}")
async def model(tenant: CurrentTenant, backend: CurrentBackend, name: str) -> dict[str, Any]:
    """Return one model."""
    return model_json(_model_of(name, backend.settings))


@router.post("/chat/completions", responses=STREAMED)
async def complete(
    tenant: CurrentTenant,
    backend: CurrentBackend,
    given: CompletionRequest,
    names: Annotated[Names, Depends()],
    key: OptionalIdempotencyKey = None,
) -> Response:
    """Say the last message in its conversation, and return or stream all that dayloom says to it."""
    model = _model_of(given.model, backend.settings)
    if (aside := find_side_request(given.messages)) is not None:
        reply = Reply(text=aside.answer(given.format.json_schema.json_schema))
        return await _respond(given, CompletionReply(reply, _completion_json(given, str(uuid4()))))
    as_object = _check_format(given.format)
    if len(given.words.encode()) > backend.settings.max_body:
        raise Problem(TOO_LARGE, f"The message has more than {backend.settings.max_body} bytes.")
    conversation = Conversation.of(given, given.user or names.person or "")
    chats = RedisChats(backend.client, owner=tenant.user)
    thread = await thread_of(conversation, names.thread_of(given), chats)
    told = await take_in(given.messages[-1].attached, tenant, backend.settings, conversation.locale)
    if given.words:
        run = await RunRequest(tenant, backend.settings, thread, _to_run(given, model), key).start()
        kind = ObjectReply if as_object else RunReply
        reply, id = kind(text=told, tenant=tenant, run=run), run.id
    else:
        reply, id = Reply(text=told), str(uuid4())
    await chats.remember(thread, conversation.opening)

    async def remember(text: str) -> None:
        await chats.remember(thread, conversation.with_answer(text))

    return await _respond(given, CompletionReply(reply, _completion_json(given, id), remember), thread)


async def _respond(given: CompletionRequest, answer: CompletionReply, thread: ThreadId | None = None) -> Response:
    headers = {"X-Thread-Id": thread} if thread else {}
    if given.stream:
        return KeepAliveResponse(answer.stream(), media_type=EVENTS, keepalive=b": working\n\n", headers=headers)
    return JSONResponse(await answer.whole(), headers=headers)


async def _remember_nothing(text: str) -> None:
    pass


@dataclass(frozen=True)
class CompletionReply:
    """Writes an answer as it comes; `remember` is told what was said in it."""

    reply: Reply
    json: CompletionJson
    remember: Callable[[str], Awaitable[None]] = _remember_nothing

    async def stream(self) -> AsyncGenerator[bytes]:
        """Yield the completion in chunks."""
        yield self.json.opening()
        async for text in self.reply.pieces():
            yield self.json.piece(text)
        await self.remember(self.reply.text)
        yield self.json.closing(self.reply)

    async def whole(self) -> dict[str, Any]:
        """Return the completion once all of the answer is there."""
        async for _ in self.reply.pieces():
            pass
        await self.remember(self.reply.text)
        return self.json.whole(self.reply)


def _check_format(wanted: ResponseFormat) -> bool:
    """Tell whether the answer is to be one object; raises Problem for a schema of the client's own.

    Nothing here could fill a foreign schema with what is true: a model would have to guess its meaning.
    """
    if wanted.type == "json_schema":
        cure = 'use {"type": "json_object"}, which answers with text, card and schedule, or leave it out'
        raise Problem(INVALID, f"response_format: no schema but our own can be filled with what is true; {cure}")
    return wanted.type == "json_object"


def _to_run(given: CompletionRequest, model: str | None) -> RunCreate:
    """Return the run that says the last message; to an open card it is the answer."""
    return RunCreate.model_validate(
        {
            "input": {"messages": [{"role": "user", "content": given.words}]},
            "assistant_id": MODEL,
            "config": {"configurable": Configurable(model=model, mode=given.mode).model_dump(exclude_none=True)},
            "if_not_exists": "create",
            "multitask_strategy": MultitaskStrategy.ENQUEUE,
        }
    )


def _model_of(name: str, settings: Settings) -> str | None:
    """Return the model of `dayloom/<model>`, None for plain `dayloom`; raises Problem for any other."""
    if name == MODEL:
        return None
    prefix, _, inside = name.partition("/")
    if prefix != MODEL or inside not in settings.models:
        known = ", ".join([MODEL, *(f"{MODEL}/{each}" for each in settings.models)])
        raise Problem(NO_MODEL, f"There is no model {name!r} here; there are {known}.")
    return inside


def _completion_json(given: CompletionRequest, id: str) -> CompletionJson:
    usage = bool(given.stream_options and given.stream_options.include_usage)
    return CompletionJson(f"chatcmpl-{id}", int(time.time()), given.model, usage)
