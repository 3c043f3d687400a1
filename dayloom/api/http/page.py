"""The page that people use, from the files that its build has left; without them, what to do."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

router = APIRouter(include_in_schema=False)

BUILT: Final = Path(str(files("dayloom"))) / "web" / "dist"
"""Where the build leaves the page."""
ASSETS: Final = "/assets"
HOW_TO_BUILD: Final = "The page is not built. In a checkout run `make page`; a released package carries it."
_MISSING: Final = f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>dayloom</title><link rel="icon" href="data:,"></head>
<body><h1>dayloom</h1><p>{HOW_TO_BUILD}</p><p>The service itself works: <a href="docs">its routes</a>.</p></body>
</html>
"""


def is_built() -> bool:
    """Return whether there is a page to show."""
    return (BUILT / "index.html").is_file()


@router.get("/")
async def index() -> Response:
    """Return the page, or a page that says how to build it."""
    if not is_built():
        return HTMLResponse(_MISSING, status_code=503)
    return FileResponse(BUILT / "index.html", headers={"Cache-Control": "no-cache"})


def page_files() -> ASGIApp:
    """Return the application that serves the page's scripts, styles and fonts, compressed."""
    return GZipMiddleware(_Unchanging(StaticFiles(directory=BUILT / "assets", check_dir=False)))


class _Unchanging:
    """Lets a browser keep files for good: each has a digest of its content in its name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                message["headers"].append((b"cache-control", b"public, max-age=31536000, immutable"))
            await send(message)

        await self._app(scope, receive, complete)
