"""The page of routes names routes that there are."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi.routing import APIRoute

from dayloom.api.app import ROUTERS

PAGE = Path(__file__).parents[2] / "docs" / "routes.md"


def test_every_route_that_the_page_names_is_served() -> None:
    named = set(re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`?]*)`", PAGE.read_text("utf-8")))
    served = {
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }

    assert len(named) > 20
    assert named <= served
