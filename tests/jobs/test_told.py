"""What becomes of a job is told: in the inbox, on the event stream, by webhook; once, and again until it arrives."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hook_receiver import HookReceiver
from job_house import House, Open
from stage import NOW
from standardwebhooks import Webhook

from dayloom.messages.post import AT_ONCE, MOST_TRIES, Outward
from dayloom.messages.webhook import new_secret
from dayloom.stores.owner.told import Told
from dayloom.stores.owner.user_events import RedisUserEvents
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import DUE
from state.job import Every, JobKind, JobStatus
from state.message import Channel, Message

REPLY = {"speak": "The summary is written.", "reason": "done", "action": "reply"}
ASK: dict[str, Any] = {"speak": "For whom is it?", "reason": "unclear", "action": "ask_user"}
GIVE_UP: dict[str, Any] = {
    "speak": "",
    "reason": "no",
    "action": "abort",
    "abort": {"code": "impossible", "user_message": "It cannot be written.", "internal_reason": "x"},
}
DAILY = Every(at="08:00", since=NOW, timezone="UTC")


async def inbox(house: House) -> list[tuple[str, str]]:
    return [(each.subject, each.text) for each in await house.jobs.post.inbox.all()]


@pytest.mark.parametrize(
    ("script", "fields", "subject", "text"),
    [
        ([REPLY], {}, "Done: Write the summary", "The summary is written."),
        ([REPLY], {"reviewer": "bob"}, "To be reviewed: Write the summary", "The summary is written."),
        ([ASK], {}, "A question: Write the summary", "For whom is it?"),
        ([GIVE_UP], {"max_attempts": 1}, "Needs you: Write the summary", "It cannot be written."),
        ([REPLY], {"title": "写总结"}, "已完成：写总结", "The summary is written."),
        (
            [REPLY],
            {"kind": JobKind.SUPERVISION, "recurrence": DAILY},
            "Done: Write the summary",
            "The summary is written.",
        ),
        (
            [GIVE_UP],
            {"kind": JobKind.SUPERVISION, "recurrence": DAILY, "max_attempts": 1},
            "Failed: Write the summary",
            "It cannot be written.",
        ),
    ],
)
async def test_what_a_person_waits_for_is_told_in_the_inbox(
    house: Open, script: list[Any], fields: dict[str, Any], subject: str, text: str
) -> None:
    at_home = house(*script)
    job = await at_home.jobs.add(at_home.job(due=NOW, **fields))

    assert await inbox(at_home) == [(subject, text)]
    [message] = await at_home.jobs.post.inbox.all()
    assert (message.job, message.thread, message.read) == (job.id, job.thread, False)


async def test_a_try_that_is_repeated_and_what_a_person_does_themselves_are_no_news(house: Open) -> None:
    at_home = house(GIVE_UP)
    job = await at_home.jobs.add(at_home.job(due=NOW))
    assert (await at_home.jobs.cancel(job.id)).status is JobStatus.CANCELLED
    assert await inbox(at_home) == []


async def test_every_step_of_a_job_is_an_event(house: Open, redis: AsyncRedis) -> None:
    at_home = house(REPLY)
    job = await at_home.jobs.add(at_home.job(due=NOW, reviewer="bob"))
    await at_home.jobs.accept(job.id)

    page = await RedisUserEvents(redis, owner="ann").page(0)
    assert [event.type for event in page.events] == [
        "job.added",
        "job.started",
        "job.review",
        "message.received",
        "job.ended",
    ]
    assert [event.data.get("status") for event in page.events] == ["pending", "working", "review", None, "done"]


def outward(receiver: HookReceiver, **given: Any) -> Outward:
    return Outward(webhook=receiver.url, private=True, **given)


async def test_a_webhook_is_signed_as_others_verify_it_and_keeps_its_id_until_it_arrives(
    house: Open, redis: AsyncRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = new_secret()
    with HookReceiver([500, 302]) as receiver:
        at_home = house(REPLY, outward=outward(receiver, secret=secret))
        await at_home.jobs.add(at_home.job(id="j1", due=NOW))
        for _ in range(4):
            await at_home.later(hours=1)

        assert len(receiver.calls) == 3
        [id] = {call.headers["webhook-id"] for call in receiver.calls}
        last = receiver.calls[-1]
        assert last.headers["idempotency-key"] == id
        monkeypatch.setattr(Webhook, "_Webhook__verify_timestamp", lambda _, at: stamp(at))
        told = Webhook(secret).verify(last.body, last.headers)
        assert (told["data"]["subject"], told["data"]["user"]) == ("Done: Write the summary", "ann")
        with pytest.raises(Exception, match="signature"):
            Webhook(secret).verify(last.body + b" ", last.headers)
    await at_home.later(days=2)
    assert await at_home.jobs.post.outbox.all() == ()


def stamp(at: str) -> Any:
    return datetime.fromtimestamp(float(at), UTC)


async def test_pauses_grow_and_what_never_arrives_is_given_up_and_told(house: Open) -> None:
    with HookReceiver([503] * 50) as receiver:
        at_home = house(REPLY, outward=outward(receiver))
        await at_home.jobs.add(at_home.job(due=NOW))
        pauses: list[float] = []
        for _ in range(MOST_TRIES - 1):
            [post] = await at_home.jobs.post.outbox.all()
            pauses.append((post.due - at_home.now).total_seconds())
            await at_home.later(seconds=pauses[-1] + 0.001)
        await at_home.later(hours=1)

        assert len(receiver.calls) == MOST_TRIES
        assert all(pause >= 3.7 for pause in pauses)
        assert pauses[-1] > 10 * pauses[0]
        assert (await inbox(at_home))[0][0] == "Not delivered: Done: Write the summary"


async def test_a_webhook_in_a_private_network_is_not_called_unless_allowed(house: Open) -> None:
    with HookReceiver() as receiver:
        at_home = house(REPLY, outward=Outward(webhook=receiver.url))
        await at_home.jobs.add(at_home.job(due=NOW))

        assert receiver.calls == []
        assert "private network" in (await inbox(at_home))[0][1]


async def test_who_has_a_webhook_of_their_own_is_called_there(house: Open) -> None:
    with HookReceiver() as everybodys, HookReceiver() as own:
        at_home = house(REPLY, outward=outward(everybodys))
        contact = await at_home.jobs.post.inbox.contact()
        await at_home.jobs.post.inbox.set_contact(
            contact.model_copy(update={"webhook": own.url, "secret": new_secret()})
        )
        await at_home.jobs.add(at_home.job(due=NOW))

        assert (len(everybodys.calls), len(own.calls)) == (0, 1)
        assert "webhook-signature" in own.calls[0].headers


async def test_a_process_that_died_while_it_sent_is_followed_by_one_that_sends_it_again(house: Open) -> None:
    with HookReceiver() as receiver:
        at_home = house(REPLY, outward=outward(receiver))
        post = at_home.jobs.post
        message = await told_by_hand(at_home)
        [waiting] = await post.outbox.all()
        kept = await post.outbox.get(waiting.id)
        assert kept is not None
        await post.outbox.swap(kept, waiting.model_copy(update={"tries": 1, "due": NOW + timedelta(seconds=60)}))

        await at_home.later(seconds=30)
        assert receiver.calls == []
        await at_home.later(seconds=31)
        assert [json.loads(call.body)["data"]["id"] for call in receiver.calls] == [message]


async def told_by_hand(house: House) -> str:
    post = house.jobs.post
    message = Message(id="m1", at=NOW, subject="Hello")
    assert await post.inbox.tell(await post.told(message), once=message.id)
    assert not await post.inbox.tell(await post.told(message), once=message.id)
    return message.id


async def test_two_processes_send_a_post_once(house: Open) -> None:
    with HookReceiver() as receiver:
        one, other = (house(outward=outward(receiver)) for _ in range(2))
        await told_by_hand(one)
        [post] = await one.jobs.post.outbox.all()
        await asyncio.gather(*(each.jobs.post.work(post.id) for each in (one, other) * (AT_ONCE // 2)))

        assert len(receiver.calls) == 1
        assert post.channel is Channel.WEBHOOK


async def test_of_messages_the_newest_thousand_are_kept(house: Open) -> None:
    box = house().jobs.post.inbox
    many = [Message(id=f"m{at}", at=NOW + timedelta(seconds=at), subject="x") for at in range(1_003)]
    await box.tell(Told(messages=many[:600]))
    await box.mark("m0", read=True)
    await box.tell(Told(messages=many[600:]))

    kept = await box.all()
    assert (len(kept), kept[0].id, kept[-1].id) == (1_000, "m1002", "m3")


async def test_a_job_that_has_ended_is_forgotten_after_a_while_with_its_log(house: Open, redis: AsyncRedis) -> None:
    at_home = house(REPLY)
    job = await at_home.jobs.add(at_home.job(due=NOW))
    await at_home.later(days=29)
    assert (await at_home.jobs.store.get(job.id)).status is JobStatus.DONE
    await at_home.later(days=2)

    assert await at_home.jobs.store.all() == ()
    assert await at_home.log(job) == []
    assert await redis.zcard(DUE) == 0
