"""Which thread a chat client continues: found by what was said, since it names none."""

from __future__ import annotations

from typing import Any

import pytest

from dayloom.api.completions.chat_request import CompletionRequest
from dayloom.api.completions.conversation import Conversation, thread_of
from dayloom.stores.owner.chats import RedisChats
from dayloom.stores.redis.connection import AsyncRedis
from state.ids import ThreadId

HI, HELLO = ("user", "Plan my week"), ("assistant", "Here is a card.")


@pytest.fixture
def chats(redis: AsyncRedis) -> RedisChats:
    return RedisChats(redis)


def chat(*said: tuple[str, str], **more: Any) -> Conversation:
    messages = [{"role": role, "content": text} for role, text in said]
    given = CompletionRequest.model_validate({"model": "dayloom", "messages": messages, **more})
    return Conversation.of(given, given.user)


async def begun(chats: RedisChats, *said: tuple[str, str], answer: str = HELLO[1], **more: Any) -> ThreadId:
    """Say something and remember the answer, as the door does."""
    conversation = chat(*said, **more)
    thread = await thread_of(conversation, None, chats)
    await chats.remember(thread, conversation.opening)
    await chats.remember(thread, conversation.with_answer(answer))
    return thread


async def test_a_chat_goes_on_in_its_thread(chats: RedisChats) -> None:
    thread = await begun(chats, HI)
    again = await begun(chats, HI, HELLO, ("user", "approve"), answer="Done.")

    assert again == thread
    assert await thread_of(chat(HI, HELLO, ("user", "approve"), ("assistant", "Done."), HI), None, chats) == thread


async def test_the_same_words_begin_another_chat(chats: RedisChats) -> None:
    first = await begun(chats, HI, answer="One card.")
    second = await begun(chats, HI, answer="Another card.")

    assert first != second
    assert await thread_of(chat(HI, ("assistant", "One card."), ("user", "yes")), None, chats) == first
    assert await thread_of(chat(HI, ("assistant", "Another card."), ("user", "yes")), None, chats) == second


async def test_an_answer_that_was_cut_off_belongs_to_the_newest_chat_begun_so(chats: RedisChats) -> None:
    await begun(chats, HI, answer="One card.")
    newest = await begun(chats, HI, answer="Another card.")

    assert await thread_of(chat(HI, ("assistant", "Anoth"), ("user", "go on")), None, chats) == newest


async def test_system_messages_and_white_space_do_not_matter(chats: RedisChats) -> None:
    thread = await begun(chats, ("system", "It is 10:00."), HI, answer=" Here is a card.\n")
    later = chat(("system", "It is 10:05."), ("user", "Plan my week "), HELLO, ("user", "yes"))

    assert await thread_of(later, None, chats) == thread


async def test_a_clients_users_do_not_share_chats(chats: RedisChats) -> None:
    thread = await begun(chats, HI, user="ada")

    assert await thread_of(chat(HI, HELLO, ("user", "yes"), user="ada"), None, chats) == thread
    assert await thread_of(chat(HI, HELLO, ("user", "yes"), user="bob"), None, chats) != thread


async def test_owners_do_not_share_chats(redis: AsyncRedis) -> None:
    thread = await begun(RedisChats(redis, owner="ada"), HI)

    assert await thread_of(chat(HI, HELLO, ("user", "yes")), None, RedisChats(redis, owner="bob")) != thread


async def test_a_named_thread_is_the_thread(chats: RedisChats) -> None:
    await begun(chats, HI)

    assert await thread_of(chat(HI, HELLO, ("user", "yes")), "my-week", chats) == "my-week"


async def test_a_failed_request_does_not_break_the_chat(chats: RedisChats) -> None:
    thread = await begun(chats, HI)
    said = (HI, HELLO, ("user", "edit colour=red"), ("user", "approve"))

    assert await begun(chats, *said, answer="Done.") == thread
    assert await thread_of(chat(*said, ("assistant", "Done."), HI), None, chats) == thread
