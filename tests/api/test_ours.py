"""Our side of the list of behaviours: the real server, played the whole list at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from api.test_reference import LIST, played, surprises
from doubles import Fault, ScriptedModelServer
from serving import Serving


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Our server, with a model that never answers, which a run may ask for as `slow`."""
    folder: Path = tmp_path_factory.mktemp("ours")
    with (
        ScriptedModelServer(lambda _: Fault("hang")) as model,
        Serving(
            folder,
            DAYLOOM_FALLBACK_MODELS="slow",
            OPENAI_BASE_URL=model.base_url,
            OPENAI_API_KEY="key",
            DAYLOOM_WORKSPACE_EXCLUSION="false",
            DAYLOOM_RATE_LIMIT="100000",
        ) as server,
    ):
        yield server


ALONE = {"another_thread_of_the_same_workspace"}
"""Rows about what this server has switched off, so that the others can be played at once."""


async def test_the_list_is_true_of_ours(ours: Serving) -> None:
    seen = await played(ours.url)

    wrong = surprises(seen, {row.name: row.ours for row in LIST})
    wrong = {name: found for name, found in wrong.items() if name not in ALONE}
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())
