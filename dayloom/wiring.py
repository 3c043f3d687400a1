"""The composition root: which adapter stands behind a port is decided here, and nowhere else.

A command needs one person's parts (`local_jobs`), the web service and the workers those of everybody (`backend`,
`at_work`), LangGraph's own dev server a graph (`make_graph`). What only long-lived processes need is imported where
they ask for it, so that no command starts slower for it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from langgraph.config import get_config
from langgraph.runtime import Runtime

from dayloom.jobs.process.agents import read_agents
from dayloom.jobs.process.attempts import Processes
from dayloom.jobs.process.workplace import Workplace, this_process
from dayloom.jobs.service import JobService
from dayloom.jobs.task_prompt import TaskPrompt, load_builder
from dayloom.llm.limits import Limits
from dayloom.llm.mode import Mode
from dayloom.llm.models import Models
from dayloom.memory.skills import load_skills
from dayloom.messages.mail import MailServer
from dayloom.messages.post import DescribeRun, Outward
from dayloom.queue.immediate import ImmediateQueue
from dayloom.runs.observer import Export, Observer, Observers, export_nothing
from dayloom.runs.queue import Engine, Queue, Work
from dayloom.runs.tenants import Shared, Tenants
from dayloom.settings import OFFLINE, ElsewhereModel, Settings, read_settings
from dayloom.stores.memory import MemoryPreviews, NoCalendarStore, NoDelegates, NoMemory, NoMessenger
from dayloom.stores.owner.manners import RedisManners
from dayloom.stores.owner.nearness import load_index
from dayloom.stores.owner.workers import RedisWorkers
from dayloom.stores.redis.background import in_background
from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.redis.embedded import embedded
from dayloom.stores.redis.pubsub import PubSub
from dayloom.stores.redis.schema import check_schema
from dayloom.stores.threads.durations import Durations
from graph.build import NODES, Graph, Node, build
from state.common import CommonState, RunSettings, Update
from state.context import Context
from state.errors import BadInput, StoreUnavailable
from state.events import Event
from state.ids import RunId, ThreadId
from state.memory import AGENT
from state.message import RunEnd

if TYPE_CHECKING:
    from dayloom.api.http.backend import Backend

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Digits and letters that are not taken for one another when read aloud or typed (Crockford's base 32)."""

_DEV_PREVIEWS: Final = MemoryPreviews()

PATIENCE: Final = 6.0
"""Seconds: a command that follows a killed one waits for its lease to end."""
REVIVAL: Final = 1.0
"""Seconds between two looks for runs that nobody is at any more."""


def durations(settings: Settings) -> Durations:
    """Return how long a hold, a card and a thread last under these settings."""
    return Durations(patience=PATIENCE, card=settings.card_expiry, keep=settings.keep_threads)


def new_thread_id() -> ThreadId:
    """Return an id that fits on a command line, such as `k7m3-9qxp`; 40 random bits."""
    return ThreadId(f"{_random(4)}-{_random(4)}")


def new_run_id() -> RunId:
    """Return an id such as `run-5f2a8c1d9e0b`; 60 random bits."""
    return RunId(f"run-{_random(12)}")


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def utc_now() -> datetime:
    """Return the present moment, for what is written into files."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncGenerator[AsyncRedis]:
    """Yield a client of the server the settings name, or else of the embedded one.

    Raises StoreUnavailable when the server cannot start or be reached, and Unreadable when what it holds has another
    schema.
    """
    async with AsyncExitStack() as stack:
        url = settings.redis_url
        if url is None:
            url = await stack.enter_async_context(embedded(settings.data_dir, settings.redis_server))
        client = await stack.enter_async_context(connect(url))
        await check_schema(client)
        yield client


@asynccontextmanager
async def open_models(
    settings: Settings, client: AsyncRedis | None = None, *, discreet: bool = False
) -> AsyncGenerator[Models]:
    """Yield every model a run may ask for; those of an API share one client.

    What is learned of them is kept in the store, where there is one; `discreet` as `Models` has it. Raises BadInput
    when the address or the key of an API cannot be right, or the key is to be in a variable that is not set.
    """
    _check_keys(settings.elsewhere)
    remote = [name for name in settings.models if name != OFFLINE]
    if not remote:
        yield Models()
        return
    from dayloom.llm.chat_completions.model import (  # noqa: PLC0415 half a second that offline use can spare
        OPENAI_URL,
        ChatCompletionsApi,
    )

    limits = Limits(silence=settings.model_timeout, call=settings.run_deadline)
    shared: dict[str, Any] = {"limits": limits, "store": RedisManners(client) if client is not None else None}
    async with AsyncExitStack() as stack:
        key, url = settings.openai_api_key.get_secret_value(), settings.openai_base_url or OPENAI_URL
        api = await stack.enter_async_context(ChatCompletionsApi(base_url=url, api_key=key, **shared))
        elsewhere = {
            model.name: await stack.enter_async_context(
                ChatCompletionsApi(
                    base_url=model.address,
                    api_key=model.key.get_secret_value(),
                    address_setting="DAYLOOM_FALLBACK_MODELS",
                    key_setting=model.key_variable,
                    **shared,
                )
            )
            for model in settings.elsewhere
        }
        models = [elsewhere.get(name, api).model(name) for name in remote]
        yield Models(settings.model, models, limits=limits, discreet=discreet)


def _check_keys(models: Sequence[ElsewhereModel]) -> None:
    """Raise BadInput when a key is to be in a variable that holds none: asking without one is not what was meant."""
    for model in models:
        if model.key_variable and not model.key.get_secret_value():
            raise BadInput(
                f"DAYLOOM_FALLBACK_MODELS takes the key of {model.name} from {model.key_variable}, which is not set. "
                f"Set it, or leave out #{model.key_variable} if no key is wanted there."
            )


@asynccontextmanager
async def local_jobs(settings: Settings, observer: Observer | None = None) -> AsyncGenerator[JobService]:
    """Open store and model for the one person at this machine, whose runs and jobs are done while they are handed over.

    Several commands may work side by side: a workspace is not one's own. Raises as `open_store` and `open_models`.
    """
    async with open_store(settings) as client, open_models(settings, client) as models:
        own = settings.model_copy(update={"workspace_exclusion": False})
        work: dict[str, Work] = {}
        jobs = _build_jobs(own, client, models, observer or Observers(), ImmediateQueue(work))
        work.update(jobs.work)
        async with aclosing(jobs.processes):
            yield jobs


@asynccontextmanager
async def at_work(
    settings: Settings, client: AsyncRedis, models: Models, observer: Observer
) -> AsyncGenerator[JobService]:
    """Do the runs and the jobs of all users, and take over those whose process died, until the end of the context.

    Without a shared store they are done in this process; with one, by whichever process has its hands free.
    """
    from dayloom.traces.prices import read_prices  # noqa: PLC0415 only who exports spans needs it
    from dayloom.traces.spans import Spans  # noqa: PLC0415 as above

    work: dict[str, Work] = {}
    queue, export = engine_of(settings, client, work), Spans(read_prices(settings.prices)).export
    jobs = _build_jobs(settings, client, models, observer, queue, url=settings.service_url, export=export)
    work.update(jobs.work)
    models.of(OFFLINE)  # its grammar is read now, and not while the first person waits for an answer
    background = (jobs.tenants.pubsub.run(), queue.run(), _revive_regularly(jobs.tenants), jobs.run())
    async with in_background(*background), aclosing(jobs.processes):
        yield jobs


@asynccontextmanager
async def backend(settings: Settings) -> AsyncGenerator[Backend]:
    """Open the store, the model and everything the routes stand on.

    Raises as `open_store` and `open_models`, and BadInput when the service would be open to strangers.
    """
    # More than a second that only the service needs:
    from dayloom.api.http.authentication import make_authentication  # noqa: PLC0415
    from dayloom.api.http.backend import Backend  # noqa: PLC0415
    from dayloom.api.http.rate_limit import RateLimit  # noqa: PLC0415
    from dayloom.traces.metrics import Metrics  # noqa: PLC0415
    from dayloom.traces.prices import read_prices  # noqa: PLC0415
    from dayloom.traces.redact import redactor  # noqa: PLC0415
    from dayloom.traces.run_log import RunLog  # noqa: PLC0415

    prices = read_prices(settings.prices)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_store(settings))
        models = await stack.enter_async_context(open_models(settings, client, discreet=True))
        authentication = await make_authentication(settings, client)
        metrics = Metrics()
        jobs = await stack.enter_async_context(at_work(settings, client, models, Observers((metrics, RunLog()))))
        yield Backend(
            settings=settings,
            client=client,
            jobs=jobs,
            authentication=authentication,
            rate_limit=RateLimit(settings.rate_limit),
            metrics=metrics,
            redact=redactor(settings.secrets()),
            prices=prices,
        )


def _build_jobs(
    settings: Settings,
    client: AsyncRedis,
    models: Models,
    observer: Observer,
    queue: Queue,
    *,
    url: str | None = None,
    export: Export = export_nothing,
) -> JobService:
    """Put the runs and jobs of all users together; the queue has yet to be told the work it hands out.

    `url` is where programs reach the service, if there is one.
    """
    workplace = _build_workplace(settings, client, url)
    tenants: Tenants

    async def describe_run(user: str, end: RunEnd) -> dict[str, Any] | None:
        from dayloom.api.agent_server.run_end import describe_run_end  # noqa: PLC0415 only who calls a webhook needs it

        return await describe_run_end(tenants.of(user), end)

    outward = _build_outward(settings, describe_run)
    shared = _build_shared(settings, client, models, observer, queue)
    tenants = Tenants(replace(shared, outward=outward, export=export))
    return JobService(
        client=client,
        tenants=tenants,
        queue=queue,
        clock=settings.now,
        settings=settings.run_settings(always_execute=True, attended=False),
        worker=workplace.worker,
        new_run=new_run_id,
        keep=None if settings.keep_jobs is None else timedelta(seconds=settings.keep_jobs),
        processes=Processes(workplace),
    )


def _build_workplace(settings: Settings, client: AsyncRedis, url: str | None) -> Workplace:
    itself = this_process()
    return Workplace(
        data_dir=settings.data_dir,
        workers=RedisWorkers(client),
        agents=read_agents(settings.workers),
        most=settings.workers_at_once,
        most_of_agent=settings.workers_per_agent,
        url=url,
        clock=settings.now,
        worker=f"{itself.host}:{itself.pid}",
        itself=itself,
        prompt=TaskPrompt(load_builder(settings.workers_prompt)),
    )


def _build_outward(settings: Settings, describe_run: DescribeRun) -> Outward:
    smtp_url = settings.smtp_url.get_secret_value()
    own = settings.address[0] if settings.address else None
    return Outward(
        describe_run=describe_run,
        webhook=settings.webhook,
        secret=settings.webhook_secret.get_secret_value(),
        private=settings.private_addresses,
        mail=MailServer(smtp_url, settings.smtp_from or own or "dayloom@localhost") if smtp_url else None,
        email=own,
    )


def _build_shared(settings: Settings, client: AsyncRedis, models: Models, observer: Observer, queue: Queue) -> Shared:
    return Shared(
        client=client,
        durations=durations(settings),
        models=models,
        queue=queue,
        pubsub=PubSub(client),
        observer=observer,
        clock=settings.now,
        settings=settings.run_settings(),
        deadline=settings.run_deadline,
        exclusive=settings.workspace_exclusion,
        addresses=settings.address,
        skills=load_skills(settings.skills).get(AGENT, ()),
        index=load_index(settings.embed),
        children=settings.max_children,
    )


def engine_of(settings: Settings, client: AsyncRedis, work: Mapping[str, Work]) -> Engine:
    """Return what follows nudges: in this process alone, or with a shared store in whichever has its hands free."""
    if settings.redis_url is None:
        from dayloom.queue.in_process import InProcessQueue  # noqa: PLC0415 no command needs it

        return InProcessQueue(work)
    from dayloom.queue.streaq import StreaqQueue  # noqa: PLC0415 half a second that a service on its own can spare

    return StreaqQueue(client, settings.redis_url, work)


async def _revive_regularly(tenants: Tenants) -> None:
    while True:
        with suppress(StoreUnavailable):
            await tenants.revive()
        await asyncio.sleep(REVIVAL)


@asynccontextmanager
async def make_graph() -> AsyncGenerator[Graph]:
    """Yield the graph for LangGraph's own dev server, which brings its checkpointer and passes no context."""
    settings = await asyncio.to_thread(read_settings)
    async with graph_without_store(settings, settings.run_settings()) as graph:
        yield graph


@asynccontextmanager
async def graph_without_store(settings: Settings, run_settings: RunSettings) -> AsyncGenerator[Graph]:
    """Yield a graph that brings its own model and keeps nothing; whoever runs it brings a checkpointer."""
    async with open_models(settings) as models:
        graph = build(nodes=tuple(_with_ports(node, settings, models, run_settings) for node in NODES))
        graph.context_schema = None
        yield graph


def _with_ports(node: Node, settings: Settings, models: Models, run_settings: RunSettings) -> Node:
    """Return the node with a context of its own; events go to the custom stream.

    Of what the caller may configure, only `model` and `mode` are read.
    """

    @wraps(node)
    async def bound(state: CommonState, runtime: Runtime[Any]) -> Update:
        def emit(event: Event) -> None:
            runtime.stream_writer(event.model_dump(mode="json"))

        info = runtime.execution_info
        asked = get_config().get("configurable", {})
        context = Context(
            thread=ThreadId((info and info.thread_id) or "without-thread"),
            model=models.of(asked.get("model"), Mode(asked["mode"]) if "mode" in asked else None),
            previews=_DEV_PREVIEWS,
            calendar=NoCalendarStore(),
            memory=NoMemory(),
            messenger=NoMessenger(),
            delegates=NoDelegates(),
            emit=emit,
            clock=settings.now,
            settings=run_settings,
        )
        return await node(state, runtime.override(context=context))

    return bound
