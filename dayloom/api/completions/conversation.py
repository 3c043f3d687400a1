"""Which thread a chat client continues, though it names none and sends the whole conversation each time.

A client may name the thread (`X-Thread-Id`, `thread_id` in `metadata`, or `X-OpenWebUI-Chat-Id`). Otherwise a request
without any answer in it begins a thread, and one with answers belongs to the thread that gave the last of them, found
by a digest of everything person and agent said up to there. When that is not known, as after an answer the client cut
off, the newest thread that began with the same words is meant; when there is none, a new one begins.

System messages do not count: clients put the time of day there. Two conversations that went alike word by word cannot
be told apart; the newer one goes on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_OID, uuid4, uuid5

from dayloom.api.completions.chat_request import ChatMessage, CompletionRequest
from dayloom.stores.owner.chats import RedisChats
from prompts.wording import locale_of
from state.ids import ThreadId
from state.when import Locale

_SPEAKERS: Final = ("user", "assistant")
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}")


@dataclass(frozen=True)
class Conversation:
    """What was said on both sides; `user` tells the users of one client apart."""

    user: str
    said: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, given: CompletionRequest, user: str) -> Conversation:
        """Return the conversation of a request by this user of the client."""
        return cls(user, tuple((each.role, each.text) for each in _spoken(given.messages)))

    @property
    def locale(self) -> Locale:
        """The language the person speaks."""
        return locale_of("\n".join(text for role, text in self.said if role == "user"))

    @property
    def opening(self) -> str:
        """The digest of how it began."""
        return self._digest("opening", self.said[:1])

    @property
    def answered(self) -> str | None:
        """The digest of everything up to the last answer; None when there is none yet."""
        last = max((at for at, (role, _) in enumerate(self.said) if role == "assistant"), default=None)
        return None if last is None else self._digest("answered", self.said[: last + 1])

    def with_answer(self, text: str) -> str:
        """Return what `answered` is once the client repeats this text as the last answer."""
        return self._digest("answered", (*self.said, ("assistant", text.strip())))

    def _digest(self, kind: str, said: Sequence[tuple[str, str]]) -> str:
        return hashlib.sha256(json.dumps([kind, self.user, *said]).encode()).hexdigest()


def thread_name(chat: str) -> str:
    """Return the id of the thread that a client's own id of a chat names."""
    return chat if _ID.fullmatch(chat) else str(uuid5(NAMESPACE_OID, chat))


async def thread_of(conversation: Conversation, named: str | None, chats: RedisChats) -> ThreadId:
    """Return the thread a request continues, or the id of a new one; raises StoreUnavailable."""
    if named:
        return ThreadId(named)
    if conversation.answered is None:
        return ThreadId(str(uuid4()))
    known = await chats.find(conversation.answered, conversation.opening)
    return known or ThreadId(str(uuid4()))


def _spoken(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    return [message for message in messages if message.role in _SPEAKERS]
