"""Path parameters and headers that several routes take."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Header, Path

from state.ids import RunId, ThreadId

ThreadPath = Annotated[
    ThreadId, Path(alias="thread_id", min_length=1, max_length=200, description="A thread of yours.")
]
RunPath = Annotated[RunId, Path(alias="run_id", min_length=1, max_length=200, description="A run of this thread.")]
ItemPath = Annotated[str, Path(alias="item_id", min_length=1, max_length=128, description="Something remembered.")]
CronPath = Annotated[str, Path(alias="cron_id", min_length=1, max_length=64, description="A cron of yours.")]
JobPath = Annotated[str, Path(alias="job_id", min_length=1, max_length=64, description="A job of yours.")]
MessagePath = Annotated[
    str, Path(alias="message_id", min_length=1, max_length=200, description="A message in your inbox.")
]
TaskPath = Annotated[str, Path(alias="task_id", min_length=1, max_length=200, description="A task of your list.")]
EventPath = Annotated[str, Path(alias="uid", min_length=1, max_length=2_000, description="UID of an event.")]

_KEY: Final = Header(
    alias="Idempotency-Key",
    min_length=1,
    max_length=255,
    pattern=r"^[\x21-\x7e]+$",
    description="Any text of your own; the same one again repeats the answer and changes nothing.",
    examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
)
IdempotencyKey = Annotated[str, _KEY]
OptionalIdempotencyKey = Annotated[str | None, _KEY]
