"""Where things are: the parts of an address, and what identifies a request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Path

from state.ids import RunId, ThreadId

Thread = Annotated[ThreadId, Path(alias="thread_id", min_length=1, max_length=200, description="A thread of yours.")]
Run = Annotated[RunId, Path(alias="run_id", min_length=1, max_length=200, description="A run of this thread.")]
TaskId = Annotated[str, Path(alias="task_id", min_length=1, max_length=200, description="A task of your list.")]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Any text of your own; the same one again repeats the answer and changes nothing.",
        examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
    ),
]
MaybeKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Any text of your own; the same one again repeats the answer and changes nothing.",
    ),
]
