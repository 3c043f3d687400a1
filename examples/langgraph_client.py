"""The page of your own chat, in short: LangGraph's SDK talks to `dayloom serve`, shows the card and answers it.

Start `dayloom serve` in another terminal, then run
`python -P examples/langgraph_client.py http://127.0.0.1:2024`. Any address of a dayloom service will do.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from langgraph_sdk import get_client

WEEK: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "window": {"start": "2026-11-23", "days": 7, "allow_past": True},
    "grid": [{"slot": slot, "start": f"{7 + slot:02}:00", "end": f"{7 + slot:02}:45"} for slot in range(1, 13)],
    "tasks": [
        {"id": 1, "title": "Read chapter 1", "category": "history", "order": 1, "duration": 2},
        {"id": 2, "title": "Read chapter 2", "category": "history", "order": 2, "duration": 2},
        {"id": 3, "title": "Exercise sheet", "category": "maths", "duration": 3},
    ],
}


async def main(url: str) -> None:
    """Say something and watch, answer the card, read how it ended."""
    client = get_client(url=url)
    thread = (await client.threads.create(metadata={"title": "My week"}))["thread_id"]

    card: dict[str, Any] = {}
    said = {"messages": [{"role": "user", "content": "Plan my tasks, keep Friday free"}], "schedule": WEEK}
    async for part in client.runs.stream(thread, "dayloom", input=said, stream_mode=["updates"]):
        if part.event == "updates":
            print(f"  {part.event}: {', '.join(part.data)}")
            card = (part.data.get("__interrupt__") or [{}])[0].get("value", card)
    print(f"  card: {card['action_requests'][0]['description']}")

    answer: Any = {"resume": {"decisions": [{"type": "approve"}]}}
    run = await client.runs.create(thread, "dayloom", command=answer)
    values: Any = await client.runs.join(thread, run["run_id"])
    print(f"  agent: {values['messages'][-1]['content']}")

    ended = await client.runs.get(thread, run["run_id"])
    print(f"  ended: {ended['status']}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:2024"))
