"""A scheduling assistant inside your own chat: one turn, one card, one answer, and the conversation told again.

Runs without network or key: `python -P examples/assistant_in_your_chat.py`.
"""

from __future__ import annotations

import asyncio
import tempfile
from datetime import date
from pathlib import Path

from dayloom.settings import Settings
from dayloom.wiring import new_run_id, new_thread_id, wired
from state.common import RunSettings
from state.events import Event, EventType
from state.interrupt import Answer, AnswerType
from state.schedule import PERIODS12, Schedule, Task, Window

WEEK = Schedule(
    timezone="Europe/Berlin",
    window=Window(start=date(2026, 11, 23), days=7),
    grid=PERIODS12,
    tasks=(
        Task(id=1, title="Read chapter 1", category="history", order=1, duration=2),
        Task(id=2, title="Read chapter 2", category="history", order=2, duration=2),
        Task(id=3, title="Exercise sheet", category="maths", duration=3),
    ),
)


def show(event: Event) -> None:
    """Print what your chat would show while the agent works."""
    if event.type is EventType.MESSAGE:
        print(f"  agent: {event.data['text']}")


async def main(data_dir: Path) -> None:
    """Say something, approve the card, replay the conversation."""
    thread = new_thread_id()
    async with wired(Settings(data_dir=data_dir, model="offline")) as parts:
        context = parts.context(thread, show, RunSettings())
        asked = await parts.agent.turn("Plan my tasks, keep Friday free", context, new_run_id(), schedule=WEEK)
        assert asked.interrupt is not None
        print(f"  card: {asked.interrupt.description}")

        approved = Answer(type=AnswerType.APPROVE)
        ended = await parts.agent.resume(approved, context, new_run_id(), interrupt_id=asked.interrupt.id)
        print(f"  ended: {ended.status.value}")

        async for scene in parts.agent.replay(thread):
            print(f"  {scene.at:%H:%M:%S} {', '.join(entry.type for entry in scene.entries)}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(Path(folder)))
