"""A browser, and services it visits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, Browser
from serving import Serving

from dayloom.api.http.page import HOW_TO_BUILD, is_built


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    if not is_built():
        pytest.skip(HOW_TO_BUILD)
    async with Browser.open() as browser:
        yield browser


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    """`dayloom serve` with its embedded store and the offline model."""
    with Serving(tmp_path / "home") as server:
        yield server
