"""A scheduling assistant inside your own chat: one turn, one card, one answer, and the conversation told again.

Runs without network or key: `python -P examples/assistant_in_your_chat.py`.
"""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from dayloom.settings import Settings
from dayloom.stores.redis.keys import LOCAL_OWNER
from dayloom.wiring import local_jobs, new_run_id, new_thread_id
from state.events import Event, EventType
from state.ids import RunId, ThreadId
from state.interrupt import Answer, AnswerType
from state.ports import Accepted
from state.schedule import PERIODS12, Schedule, Task, Window

WEEK = Schedule(
    timezone="Europe/Berlin",
    window=Window(start=date(2026, 11, 23), days=7, allow_past=True),
    grid=PERIODS12,
    tasks=(
        Task(id=1, title="Read chapter 1", category="history", order=1, duration=2),
        Task(id=2, title="Read chapter 2", category="history", order=2, duration=2),
        Task(id=3, title="Exercise sheet", category="maths", duration=3),
    ),
)


class Chat:
    """What your chat shows while the agent works: an `Observer` of its runs."""

    def on_event(self, thread: ThreadId, run: RunId, event: Event) -> None:
        """Print what the agent says; what it tells of a card is on the card."""
        if event.type is EventType.MESSAGE and not event.data.get("of_card"):
            print(f"  agent: {event.data['text']}")

    def on_leave(self, thread: ThreadId, run: RunId) -> None:
        """Do nothing more."""


def asked(**request: Any) -> Accepted:
    """Return a request: a message, or the answer to a card."""
    return Accepted(run=new_run_id(), at=datetime.now(UTC), **request)


async def main(data_dir: Path) -> None:
    """Say something, approve the card, replay the conversation."""
    thread = new_thread_id()
    async with local_jobs(Settings(data_dir=data_dir, model="offline"), Chat()) as jobs:
        person = jobs.tenants.of(LOCAL_OWNER)
        await person.runs.start(thread, asked(message="Plan my tasks, keep Friday free", schedule=WEEK))
        card = (await person.agent.state(thread)).interrupt
        assert card is not None
        print(f"  card: {card.description}")

        run = await person.runs.start(thread, asked(answer=Answer(type=AnswerType.APPROVE), card=card.id))
        print(f"  ended: {(await person.runs.join(thread, run.id)).status.value}")

        async for scene in person.agent.replay(thread):
            print(f"  {scene.at:%H:%M:%S} {', '.join(entry.type for entry in scene.entries)}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(Path(folder)))
