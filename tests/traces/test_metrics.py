"""Runs are counted from their events, and no label holds an id or a word of a person."""

from __future__ import annotations

from prometheus_client import generate_latest
from watching import RUN, THREAD, TURN, WORDS, tell

from dayloom.traces.metrics import Metrics
from state.events import EventType


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_a_run_is_counted_from_its_events() -> None:
    metrics = Metrics()

    tell(metrics, *TURN)

    assert value(metrics, "dayloom_runs_total", status="success") == 1
    assert value(metrics, "dayloom_runs_active") == 0
    assert value(metrics, "dayloom_model_calls_total") == 2
    assert value(metrics, "dayloom_model_retries_total") == 1
    assert value(metrics, "dayloom_model_tokens_total", direction="input") == 220
    assert value(metrics, "dayloom_model_tokens_total", direction="output") == 12
    assert value(metrics, "dayloom_corrections_total") == 1
    assert value(metrics, "dayloom_tool_calls_total", result="completed") == 1
    assert value(metrics, "dayloom_run_seconds_count", status="success") == 1
    assert value(metrics, "dayloom_model_seconds_count") == 2


def test_a_run_is_active_until_it_ends_or_goes_elsewhere() -> None:
    metrics = Metrics()

    tell(metrics, *TURN[:3])
    assert value(metrics, "dayloom_runs_active") == 1

    metrics.on_leave(THREAD, RUN)
    metrics.on_leave(THREAD, RUN)
    assert value(metrics, "dayloom_runs_active") == 0


def test_every_ending_has_its_status() -> None:
    metrics = Metrics()

    late = (EventType.RUN_FAILED, {"code": "deadline"})
    endings = [(EventType.RUN_INTERRUPTED, {}), (EventType.RUN_FAILED, {}), (EventType.RUN_CANCELLED, {}), late]
    for ending in endings:
        tell(metrics, (EventType.RUN_STARTED, {}), ending)

    statuses = ("interrupted", "error", "cancelled", "timeout")
    assert [value(metrics, "dayloom_runs_total", status=status) for status in statuses] == [1, 1, 1, 1]


def test_nothing_personal_is_counted_by_name() -> None:
    metrics = Metrics()

    tell(metrics, *TURN)

    told = generate_latest(metrics.registry).decode()
    assert not [word for word in (WORDS, THREAD, RUN, "place", "big-1") if word in told.replace("replace", "")]
