"""The schema of all routes. Building it takes most of a second: it is done once, when first asked for, in a thread."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, FastAPI, Request, Response
from pydantic_core import to_json

from dayloom.api.http.responses import COMPONENTS
from dayloom.api.http.sessions import COOKIE
from dayloom.api.http.streaming import JSON

router = APIRouter(include_in_schema=False)


class OpenApiSchema:
    """The schema of an application as JSON, built once for however many ask meanwhile."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._building: asyncio.Future[bytes] | None = None

    async def json(self) -> bytes:
        """Return the schema; others are answered while it is built."""
        if self._building is None:
            self._building = asyncio.ensure_future(asyncio.to_thread(_build, self._app))
        return await asyncio.shield(self._building)


def _build(app: FastAPI) -> bytes:
    schema = app.openapi()
    cookie = {"type": "apiKey", "in": "cookie", "name": COOKIE}
    schema["components"] |= {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}, "session": cookie}}
    schema["components"]["schemas"] |= COMPONENTS
    schema["security"] = [{"token": []}, {"session": []}, {}]  # none where the settings name none
    return to_json(schema)


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    """Return the schema."""
    schema: OpenApiSchema = request.app.state.openapi
    return Response(await schema.json(), media_type=JSON)
