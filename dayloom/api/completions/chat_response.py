"""What a run says, as one answer: its messages in order, then the card it stops at, or how it ended."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Final, Literal

from dayloom.api.completions.card import card_text
from dayloom.runs.run import Run, RunStatus
from dayloom.runs.tenants import Tenant
from dayloom.stores.threads.event_log import Recorded
from state.events import EventType
from state.outcome import OutcomeStatus

_ENDED: Final = {
    RunStatus.ERROR: "Something went wrong; what was done so far is kept. Say it again to go on.",
    RunStatus.TIMEOUT: "This took too long and was stopped; what was done so far is kept. Say it again to go on.",
    RunStatus.CANCELLED: "This was cancelled; what was done so far is kept.",
}
"""What is said for a run that ended without a word of its own."""
_APART: Final = "\n\n"


@dataclass(kw_only=True)
class Reply:
    """An answer: its text, the figures, and the reason of its end; they are right when all pieces have been read."""

    text: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    finish_reason: Literal["stop", "length"] = "stop"

    async def pieces(self) -> AsyncGenerator[str]:
        """Yield the text chunk by chunk."""
        if self.text:
            yield self.text


@dataclass(kw_only=True)
class RunReply(Reply):
    """Reads one run; its text begins with what is said before the run does.

    Whole messages only: what a model streams may be taken back, an answer to a chat client may not.
    """

    tenant: Tenant
    run: Run

    async def pieces(self) -> AsyncGenerator[str]:
        """Yield the text chunk by chunk, up to the end of the run."""
        if self.text:
            yield self.text
        status = self.run.status
        async for page in self.tenant.runs.follow(self.run.thread, self.run.id):
            status = page.status
            for event in page.events:
                if chunk := self._append(self._text_of(event)):
                    yield chunk
        if chunk := self._append(await self._last_words(status)):
            yield chunk

    def _append(self, words: str) -> str:
        """Return the words as they continue the text; nothing when there are none."""
        chunk = f"{_APART}{words}" if self.text and words else words
        self.text += chunk
        return chunk

    def _text_of(self, event: Recorded) -> str:
        match event.type:
            case EventType.MESSAGE if not event.data.get("of_card"):
                return str(event.data["text"])
            case EventType.MODEL_COMPLETED:
                self.prompt_tokens += event.data.get("prompt_tokens", 0)
                self.completion_tokens += event.data.get("completion_tokens", 0)
            case EventType.RUN_COMPLETED:
                outcome: dict[str, Any] = event.data.get("outcome") or {}
                exhausted = outcome.get("status") == OutcomeStatus.EXHAUSTED
                self.finish_reason = "length" if exhausted else "stop"
            case _:
                pass
        return ""

    async def _last_words(self, status: RunStatus) -> str:
        if status is RunStatus.INTERRUPTED:
            state = await self.tenant.threads.state(self.run.thread)
            if state is not None and state.interrupt is not None:
                return card_text(state.interrupt, state.locale, said=self.text.rpartition(_APART)[2])
        return "" if self.text else _ENDED.get(status, "")


@dataclass(kw_only=True)
class ObjectReply(RunReply):
    """Reads one run, and answers with one JSON object: all that was said, the open card, and the schedule as it is.

    Its members come from the thread, not from a model, so that each of them is true.
    """

    async def pieces(self) -> AsyncGenerator[str]:
        """Yield the object once the run has ended."""
        async for _ in super().pieces():
            pass
        state = await self.tenant.threads.state(self.run.thread)
        card = state.interrupt.payload if state and state.interrupt else None
        schedule = state.schedule.model_dump(mode="json") if state else None
        said = {"text": self.text, "card": card, "schedule": schedule}
        self.text = json.dumps(said, ensure_ascii=False)
        yield self.text
