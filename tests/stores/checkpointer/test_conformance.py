"""LangGraph's public conformance suite, each of its tests as one of ours."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.conformance import checkpointer_test, validate
from langgraph.checkpoint.conformance.capabilities import ALL_CAPABILITIES, BASE_CAPABILITIES, Capability

from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.redis.connection import AsyncRedis

Check = Callable[[BaseCheckpointSaver[int]], Awaitable[None]]


def checks(capability: Capability) -> list[Check]:
    """Return the suite's tests of one capability."""
    spec = importlib.import_module(f"langgraph.checkpoint.conformance.spec.test_{capability.value}")
    return getattr(spec, f"ALL_{capability.name}_TESTS")


ALL = [
    pytest.param(check, id=f"{capability.value}-{check.__name__}")
    for capability in Capability
    for check in checks(capability)
]


def test_the_suite_has_the_81_tests_we_claim_to_pass() -> None:
    assert len(ALL) == 81
    assert sum(len(checks(capability)) for capability in BASE_CAPABILITIES) == 58


@pytest.mark.parametrize("check", ALL)
async def test_the_checkpointer_conforms(check: Check, redis: AsyncRedis) -> None:
    await check(RedisCheckpointer(redis))


async def test_every_capability_is_found_and_passed(redis: AsyncRedis) -> None:
    @checkpointer_test(name="RedisCheckpointer")
    async def registered() -> AsyncIterator[RedisCheckpointer]:
        yield RedisCheckpointer(redis)

    report = await validate(registered)

    assert {name for name, each in report.results.items() if each.detected} == {each.value for each in ALL_CAPABILITIES}
    assert report.passed_all(), {name: each.failures for name, each in report.results.items() if each.failures}
