"""The page that shows all routes: everything it needs comes from the service itself."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from serving import Serving

from dayloom.api.http.middleware import HEADERS


def test_the_page_and_all_it_loads_come_from_the_service(offline_server: Serving) -> None:
    page = offline_server.http.get("/docs")
    script = offline_server.http.get("/docs/start.js").text
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text) + re.findall(r'url: "([^"]+)"', script)
    loaded = [each for each in named if not each.startswith("data:")]

    assert len(loaded) == 4
    for each in loaded:
        assert "//" not in each
        assert offline_server.http.get(urljoin("/docs", each)).status_code == 200


def test_the_page_runs_under_the_policy_of_the_service(offline_server: Serving) -> None:
    page = offline_server.http.get("/docs")

    assert page.headers["content-security-policy"] == HEADERS["content-security-policy"]
    assert re.findall(r"<script[^>]*>(.+?)</script>|<style|style=| on[a-z]+=", page.text) == []


def test_nothing_else_of_the_package_is_served(offline_server: Serving) -> None:
    for path in ("/docs/files", "/docs/files/../core.py", "/docs/files/%2e%2e/core.py", "/docs/core.py"):
        assert offline_server.http.get(path).status_code == 404


def test_the_page_can_be_given_a_token(offline_server: Serving) -> None:
    schema = offline_server.http.get("/openapi.json").json()

    assert schema["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
    assert {"token": []} in schema["security"]
