"""Many at once: one run at a time in a workspace, unless it is allowed; never two in a thread."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from doubles import ScriptedModelServer
from serving import Serving
from talking import Chat, Rounds, together

pytestmark = pytest.mark.timeout(300)
CROWD = 50


def crowd(server: Serving, threads: int) -> tuple[list[Chat], Counter[int]]:
    chats = [Chat.opened(server.http) for _ in range(threads)]
    codes = together(
        CROWD,
        lambda number: chats[number % threads].post(f"#{number} Plan my week", multitask_strategy="reject").status_code,
    )
    return chats, Counter(codes)


def test_of_fifty_posts_at_once_in_one_workspace_one_is_accepted(tmp_path: Path) -> None:
    model = Rounds(hangs_in=0)
    with ScriptedModelServer(model) as scripted, Serving(tmp_path, model=scripted.base_url) as server:
        _, codes = crowd(server, threads=CROWD)

    assert codes == {200: 1, 409: CROWD - 1}


def test_of_fifty_posts_at_once_in_one_thread_one_is_accepted(tmp_path: Path) -> None:
    model = Rounds(hangs_in=0)
    with ScriptedModelServer(model) as scripted, Serving(tmp_path, model=scripted.base_url) as server:
        _, codes = crowd(server, threads=1)

    assert codes == {200: 1, 409: CROWD - 1}


def test_fifty_posts_in_fifty_threads_are_all_done_where_a_workspace_may_do_many_things(tmp_path: Path) -> None:
    model = Rounds()
    with (
        ScriptedModelServer(model) as scripted,
        Serving(tmp_path, model=scripted.base_url, DAYLOOM_WORKSPACE_EXCLUSION="false") as server,
    ):
        chats, codes = crowd(server, threads=CROWD)
        ends = Counter(
            chat.ended(run["run_id"])
            for chat in chats
            for run in server.http.get(f"/threads/{chat.thread}/runs").json()
        )

    assert codes == {200: CROWD}
    assert ends == {"success": CROWD}
