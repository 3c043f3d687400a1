"""Routes: Chat Completions as OpenAI has them, for any client that knows nothing of threads and cards."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Response
from fastapi.responses import JSONResponse

from dayloom.api.agent_server.run_body import Configurable, Name, RunCreate
from dayloom.api.agent_server.run_request import RunRequest
from dayloom.api.completions.chat_json import CompletionJson, model_json, models_json
from dayloom.api.completions.chat_request import MODEL, CompletionRequest
from dayloom.api.completions.chat_response import RunReply
from dayloom.api.completions.conversation import Conversation, thread_of
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import OptionalIdempotencyKey
from dayloom.api.http.problem_kind import Problem, ProblemKind
from dayloom.api.http.responses import STREAMED, problems
from dayloom.api.http.streaming import EVENTS, KeepAliveResponse
from dayloom.runs.run import MultitaskStrategy, Run
from dayloom.runs.tenants import Tenant
from dayloom.settings import Settings
from dayloom.stores.owner.chats import RedisChats
from state.ids import ThreadId
from tools.answer_words import answer_from_words

router = APIRouter(prefix="/v1", tags=["chat clients"], responses=problems(404, 409))

NO_MODEL: Final = ProblemKind(404, "model_not_found", "There is no such model", "GET /v1/models lists them.")

Named = Annotated[Name | None, Header(alias="X-Thread-Id")]


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
    named: Named = None,
    key: OptionalIdempotencyKey = None,
) -> Response:
    """Say the last message in its conversation, and return or stream all that dayloom says to it."""
    conversation, chats = Conversation.of(given), RedisChats(backend.client, owner=tenant.user)
    named = named or (given.metadata.thread_id if given.metadata else None)
    thread = await thread_of(conversation, named, chats)
    asked = await _to_run(tenant, thread, given, _model_of(given.model, backend.settings))
    run = await RunRequest(tenant, backend.settings, thread, asked, key).start()
    await chats.remember(thread, conversation.opening)
    answer = CompletionReply(RunReply(tenant, run), conversation, chats, _completion_json(given, run))
    headers = {"X-Thread-Id": thread}
    if given.stream:
        return KeepAliveResponse(answer.stream(), media_type=EVENTS, keepalive=b": working\n\n", headers=headers)
    return JSONResponse(await answer.whole(), headers=headers)


@dataclass(frozen=True)
class CompletionReply:
    """Reads what a run says, and remembers by what was said which thread it was."""

    reply: RunReply
    conversation: Conversation
    chats: RedisChats
    json: CompletionJson

    async def stream(self) -> AsyncGenerator[bytes]:
        """Yield the completion in chunks."""
        yield self.json.opening()
        async for text in self.reply.pieces():
            yield self.json.piece(text)
        await self._remember()
        yield self.json.closing(self.reply)

    async def whole(self) -> dict[str, Any]:
        """Return the completion once the run has ended."""
        async for _ in self.reply.pieces():
            pass
        await self._remember()
        return self.json.whole(self.reply)

    async def _remember(self) -> None:
        await self.chats.remember(self.reply.run.thread, self.conversation.with_answer(self.reply.text))


async def _to_run(tenant: Tenant, thread: ThreadId, given: CompletionRequest, model: str | None) -> RunCreate:
    """Return the run that is asked for: the answer to the card that is open, or a turn."""
    card, _ = await tenant.threads.open_card(thread)
    said: dict[str, Any] = {"input": {"messages": [{"role": "user", "content": given.words}]}}
    if card is not None:
        said = {"command": {"resume": {card.id: answer_from_words(card, given.words).model_dump(mode="json")}}}
    return RunCreate.model_validate(
        {
            **said,
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


def _completion_json(given: CompletionRequest, run: Run) -> CompletionJson:
    usage = bool(given.stream_options and given.stream_options.include_usage)
    return CompletionJson(f"chatcmpl-{run.id}", int(run.asked.at.timestamp()), given.model, usage)
