"""`dayloom serve`: the chat backend."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import os
import signal
import socket
from typing import Final

import uvicorn
import uvloop

from dayloom.api.app import make_app
from dayloom.api.http.backend import Backend
from dayloom.api.http.open_streams import OpenStreams
from dayloom.api.http.page import HOW_TO_BUILD, is_built
from dayloom.api.http.request_head import BoundedHttp
from dayloom.cli.errors import report_errors
from dayloom.cli.report import ExitCode
from dayloom.cli.terminal import Terminal
from dayloom.settings import Settings, read_settings
from dayloom.stores.redis.connection import check, without_password
from dayloom.stores.redis.server_id import check_server_id
from dayloom.traces.logs import log_extra, write_logs
from dayloom.wiring import backend
from state.errors import BadInput

GRACE: Final = 5
"""Seconds requests may take to end when the service is told to stop."""
SHORT_TOKEN: Final = 16
"""A token with fewer characters can be guessed."""
_log: Final = logging.getLogger("dayloom.serve")


@report_errors
def serve(screen: Terminal, *, host: str | None, port: int | None, origins: tuple[str, ...]) -> ExitCode:
    """Serve until told to stop."""
    settings = read_settings().at(host, port, origins)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve_until_stopped(settings, screen))
    return ExitCode.DONE


async def _serve_until_stopped(settings: Settings, screen: Terminal) -> None:
    with _listen(settings) as listener:
        at = settings.model_copy(update={"port": listener.getsockname()[1]})
        async with backend(at) as parts:
            write_logs(parts.redact)
            await _introduce(parts, listener, screen)
            server = Server(parts)
            gc.freeze()  # what was read at the start stays: walking it again and again kept everybody waiting 0.2 s
            await server.serve(sockets=[listener])
    _log.info("stopped")


class Server(uvicorn.Server):
    """Serves an application until SIGTERM or Ctrl-C, then lets what is under way end."""

    def __init__(self, parts: Backend) -> None:
        super().__init__(
            uvicorn.Config(
                make_app(parts),
                http=BoundedHttp,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._streams: OpenStreams = parts.streams

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve; signals end the serving and not the process, because the store has to be closed after it."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        await self._serve(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests, cut the streams, and wait for the rest."""
        self._streams.close_all()
        await super().shutdown(sockets)


def _listen(settings: Settings) -> socket.socket:
    """Take the address; raises BadInput when it cannot be had."""
    where = f"{settings.host}:{settings.port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host.strip("[]"), settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, OverflowError) as error:
        raise BadInput(
            f"{where} is not an address to listen on. Correct --host or DAYLOOM_HOST, and the port."
        ) from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise BadInput(_say_why_not(where, error)) from error
    return listener


def _say_why_not(where: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"{where} is in use by another program. Stop that one, or choose another port with --port or DAYLOOM_PORT."
        )
    if error.errno == errno.EACCES:
        return f"{where} may not be used by you. Choose a port above 1023 with --port or DAYLOOM_PORT."
    return f"dayloom cannot listen on {where}: {os.strerror(error.errno or 0)}. Correct --host or DAYLOOM_HOST."


async def _introduce(parts: Backend, listener: socket.socket, screen: Terminal) -> None:
    """Say where the service is, what it uses, and what is doubtful about it."""
    settings = parts.settings
    store = without_password(settings.redis_url) if settings.redis_url else f"embedded, in {settings.data_dir}"
    warnings = [
        *await check(parts.client),
        *await check_server_id(parts.client, settings.redis_url or "embedded", settings.data_dir),
        *_short(settings),
        *([] if is_built() else [HOW_TO_BUILD]),
    ]
    screen.tell(f"dayloom serves on {_url(listener)}")
    screen.tell(f"model: {settings.model}; store: {store}; users: {_users(parts)}")
    for warning in warnings:
        screen.tell(f"! {warning}", "yellow")
        _log.warning(warning)
    screen.out.file.flush()
    _log.info("serving", extra=log_extra(url=_url(listener), model=settings.model, store=store))


def _short(settings: Settings) -> list[str]:
    secrets = (each.get_secret_value().rpartition(":")[2] for each in settings.api_tokens)
    if any(len(secret) < SHORT_TOKEN for secret in secrets):
        return [f"A token of DAYLOOM_API_TOKENS has fewer than {SHORT_TOKEN} characters: it can be guessed."]
    return []


def _users(parts: Backend) -> str:
    return "whoever is at this machine" if parts.authentication.open_to_all else "by token"


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
