"""What a request for a run costs before the model is asked, counted between a real service and its store."""

from __future__ import annotations

from bench.crossing import GOAL_TRIPS, crossing


async def test_a_new_thread_asks_the_model_after_ten_trips_to_the_store_at_most() -> None:
    found = await crossing()

    reads = found.trips.count("read")
    assert [trip for trip in found.trips if trip not in ("read", "SUBSCRIBE events")] == [
        "SISMEMBER threads + EXISTS index",
        "MULTI + HMGET calendar + HGETALL booked + LRANGE commits + HGETALL tasks + EXEC",
        "lock",
        "HSET active",
        "accept",
        "HGET active + EVAL",
        "open",
        "commit",
    ]
    assert len(found.trips) <= GOAL_TRIPS, f"the stream was read {reads} times"
