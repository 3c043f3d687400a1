"""`dayloom doctor`: what works on this machine, and how to mend what does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from langchain_core.messages import HumanMessage

from dayloom.cli.errors import report_errors
from dayloom.cli.report import ExitCode
from dayloom.cli.terminal import Terminal, plain
from dayloom.settings import Settings, read_settings
from dayloom.stores.redis.connection import check, without_password
from dayloom.stores.redis.server_id import check_server_id
from dayloom.stores.threads.sizes import Sizes, measure_sizes
from dayloom.wiring import open_models, open_store
from state.errors import DayloomError
from state.prompt import Prompt
from state.when import say_moment

PATIENCE = 20.0
"""Seconds the model may take for one word."""


class Health(Enum):
    """How a part is."""

    WORKS = "✓"
    DOUBTFUL = "!"
    BROKEN = "✗"


_STYLES = {Health.WORKS: "green", Health.DOUBTFUL: "yellow", Health.BROKEN: "red"}


@dataclass(frozen=True)
class Finding:
    """One sentence about one part."""

    health: Health
    part: str
    text: str


@report_errors
def doctor(screen: Terminal) -> ExitCode:
    """Look at store, data folder, model and time zone."""
    findings = asyncio.run(_examine(read_settings()))
    for found in findings:
        line = plain(f"{found.health.value} {found.part:<12}", _STYLES[found.health])
        screen.out.print(line.append_text(plain(found.text, "default")), soft_wrap=True)
    broken = any(found.health is Health.BROKEN for found in findings)
    return ExitCode.UNREACHABLE if broken else ExitCode.DONE


async def _examine(settings: Settings) -> list[Finding]:
    return [
        *_folder(settings),
        *[found async for found in _store(settings)],
        *[found async for found in _model(settings)],
        Finding(Health.WORKS, "time zone", f"{settings.timezone}; it is {say_moment(settings.now())} there."),
    ]


def _folder(settings: Settings) -> list[Finding]:
    if settings.redis_url is not None:
        return []
    if not (fault := _unwritable(settings.data_dir)):
        return [Finding(Health.WORKS, "data folder", f"{settings.data_dir} can be written to.")]
    cure = "Make it writable for you, or choose another one with DAYLOOM_DATA_DIR."
    return [Finding(Health.BROKEN, "data folder", f"{settings.data_dir} cannot be written to: {fault}. {cure}")]


def _unwritable(folder: Path) -> str | None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return error.strerror or str(error)


async def _store(settings: Settings) -> AsyncIterator[Finding]:
    where = (
        without_password(settings.redis_url) if settings.redis_url else f"the embedded server in {settings.data_dir}"
    )
    try:
        async with open_store(settings) as client:
            warnings = [
                *await check(client),
                *await check_server_id(client, settings.redis_url or "embedded", settings.data_dir),
            ]
            held = await measure_sizes(client)
            about: dict[str, Any] = await client.info("server")  # pyright: ignore[reportUnknownMemberType] untyped there
    except DayloomError as error:
        yield Finding(Health.BROKEN, "store", str(error))
        return
    name, version = ("Valkey", about.get("valkey_version")) if "valkey_version" in about else ("Redis", None)
    yield Finding(Health.WORKS, "store", f"{where} answers: {name} {version or about.get('redis_version')}.")
    yield Finding(Health.WORKS, "threads", _room(held))
    for warning in warnings:
        yield Finding(Health.DOUBTFUL, "store", warning)


def _room(held: Sizes) -> str:
    if held.largest is None:
        return "none yet."
    name, size = held.largest
    return f"{held.threads}, {held.total / 1024:.0f} KiB in all; the largest is {name} with {size / 1024:.0f} KiB."


async def _model(settings: Settings) -> AsyncIterator[Finding]:
    if settings.offline:
        told = "offline: built in, understands a small set of requests, needs no network. DAYLOOM_MODEL names another."
        yield Finding(Health.WORKS, "model", told)
        return
    try:
        answered = await _one_word(settings)
    except TimeoutError:
        told = f"{settings.model} did not answer within {PATIENCE:.0f} s. Check OPENAI_BASE_URL, or try again later."
        yield Finding(Health.BROKEN, "model", told)
    except DayloomError as error:
        yield Finding(Health.BROKEN, "model", str(error))
    else:
        yield Finding(Health.WORKS, "model", f"{answered} answers.")


async def _one_word(settings: Settings) -> str:
    """Return the model that answered the shortest question there is; raises ModelUnavailable and TimeoutError."""
    prompt = Prompt(messages=(HumanMessage("Answer with the one word: yes"),), format=None)
    async with asyncio.timeout(PATIENCE), open_models(settings) as models:
        return (await models.chain(settings.model).answer(prompt, lambda _: None)).model or settings.model
