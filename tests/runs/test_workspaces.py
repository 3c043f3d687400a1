"""A workspace is never left locked with nobody to look after it."""

from __future__ import annotations

import pytest
from backstage import A
from redis_proxy import Fault, RedisProxy, Strike

from dayloom.runs.workspaces import WorkspaceLocks
from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.threads.store import RedisThreads
from state.errors import StoreUnavailable
from state.ids import RunId

WORKSPACES = "dayloom:1:{ann}:workspaces"


def locks_of(client: AsyncRedis) -> WorkspaceLocks:
    return WorkspaceLocks(client, "ann", RedisThreads(RedisCheckpointer(client, owner="ann")))


@pytest.mark.parametrize("strike", [Strike.RESET, Strike.DROP_REPLY])
async def test_what_is_struck_down_while_it_lets_go_leaves_no_workspace_that_nobody_looks_after(
    redis: AsyncRedis, store_url: str, strike: Strike, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dayloom.runs.workspaces.BETWEEN", 0.0)
    states: set[tuple[bool, bool]] = set()
    with RedisProxy(store_url) as proxy:
        for at in range(1, 20):
            locks = locks_of(redis)
            await locks.note_work(await locks.take(A, "default", RunId(f"run-{at}")))
            note, _ = await locks.work_note(A)
            assert note
            proxy.arm(Fault(strike, at))
            async with connect(proxy.url) as client:
                try:
                    await locks_of(client).release(A, note)
                except StoreUnavailable:
                    states.add(((await locks.work_note(A))[0] is not None, bool(await redis.hlen(WORKSPACES))))
                else:
                    break

    assert states
    assert (False, True) not in states


async def test_a_look_between_the_lock_and_its_run_lets_neither_go(
    redis: AsyncRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    locks = locks_of(redis)
    await locks.note_work(await locks.take(A, "default", RunId("run-1")))
    note, _ = await locks.work_note(A)
    assert note

    assert await locks.release(A, note)
    kept = ((await locks.work_note(A))[0], await redis.hlen(WORKSPACES))
    monkeypatch.setattr("dayloom.runs.workspaces.BETWEEN", 0.0)
    assert await locks.release(A, note)

    assert kept == (note, 1)
    assert ((await locks.work_note(A))[0], await redis.hlen(WORKSPACES)) == (None, 0)
