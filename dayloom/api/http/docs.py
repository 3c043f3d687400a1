"""The routes as a page that tries them out: Swagger UI, from files that a package brings; no browser asks elsewhere."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)

FILES: Final = "/docs/files"
"""Where the files of Swagger UI are."""
# Relative addresses, so that the page works behind a proxy that adds a prefix. No script stands in the page itself: the
# policy of the service lets none run that does.
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>dayloom: routes</title>
<link rel="stylesheet" href="docs/files/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/files/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START: Final = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "none",
  validatorUrl: null,
});
"""


def swagger_files() -> StaticFiles:
    """Return the application that serves Swagger UI's files."""
    return StaticFiles(packages=[("fastapi_offline", "static")])


@router.get("/docs")
async def docs() -> HTMLResponse:
    """Return the page."""
    return HTMLResponse(_PAGE)


@router.get("/docs/start.js")
async def start() -> Response:
    """Return the script that begins it."""
    return Response(_START, media_type="text/javascript")
