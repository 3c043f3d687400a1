"""The schema: it declares what routes return and nothing else, and nobody waits for it but those who ask for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from serving import Serving

from dayloom.api.drafts import tools as catalogue
from dayloom.api.http.openapi import OpenApiSchema


@pytest.fixture
def schema(offline_server: Serving) -> dict[str, Any]:
    return offline_server.http.get("/openapi.json").json()


def references(value: Any) -> Iterator[str]:
    """Yield whatever is referred to, however deep."""
    match value:
        case dict():
            if isinstance(target := value.get("$ref"), str):
                yield target
            for each in value.values():
                yield from references(each)
        case list():
            for each in value:
                yield from references(each)


def test_a_route_that_streams_declares_events_only(schema: dict[str, Any]) -> None:
    streaming = {path: routes for path, routes in schema["paths"].items() if path.endswith("/stream")}

    assert len(streaming) == 5
    for routes in streaming.values():
        for route in routes.values():
            assert route["responses"]["200"]["content"].keys() == {"text/event-stream"}


def test_completions_declare_that_they_may_be_streamed(schema: dict[str, Any]) -> None:
    answers = schema["paths"]["/v1/chat/completions"]["post"]["responses"]

    assert answers["200"]["content"].keys() == {"application/json", "text/event-stream"}


def test_whatever_is_referred_to_is_there(schema: dict[str, Any]) -> None:
    found = set(references(schema))

    assert "#/components/schemas/ProblemDocument" in found
    assert found <= {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}


class Waiting(FastAPI):
    """Builds its schema when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may, self.built = threading.Event(), 0
        self.include_router(catalogue.router)

    def openapi(self) -> dict[str, Any]:
        assert self.may.wait(timeout=30)
        self.built += 1
        return super().openapi()


async def test_the_service_goes_on_while_its_schema_is_built_once() -> None:
    app = Waiting()
    described = OpenApiSchema(app)
    asked = [asyncio.ensure_future(described.json()) for _ in range(3)]

    await asyncio.sleep(0)
    app.may.set()

    assert len(set(await asyncio.gather(*asked))) == 1
    assert app.built == 1


async def test_whoever_leaves_before_the_schema_is_there_takes_it_from_nobody() -> None:
    app = Waiting()
    described = OpenApiSchema(app)
    left, stays = asyncio.ensure_future(described.json()), asyncio.ensure_future(described.json())

    await asyncio.sleep(0)
    left.cancel()
    app.may.set()

    assert (await stays).startswith(b'{"openapi"')
