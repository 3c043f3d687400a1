"""What is on its way to one user's webhook or e-mail address, or to whoever asked to be told of a run.

`work` brings a post as far as it can be brought now, and may be called at any time, by any number of processes. It is
taken before it is sent, so that one process sends it; one that dies meanwhile is followed by another, which sends it
again under the same id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from pydantic_core import to_json

from dayloom.messages import webhook
from dayloom.messages.backoff import backoff
from dayloom.messages.failure import DeliveryFailed
from dayloom.messages.mail import MailServer
from dayloom.messages.run_end import LOOK, post_id
from dayloom.stores.owner.told import KeptPost, RedisInbox, RedisOutbox, Told
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import LOCAL_OWNER
from prompts.wording import locale_of
from state.ids import RunId
from state.message import Channel, Contact, Message, Post, RunEnd
from state.user_event import UserEventType
from state.when import Locale

MOST_TRIES: Final = 10
KEPT: Final = timedelta(days=1)
"""How long it is kept what came of a post: whoever repeats a request does not send it again."""
UNKNOWN: Final = timedelta(minutes=10)
"""How long a run is waited for that somebody wanted to start."""
LEASE: Final = timedelta(seconds=60)
"""How long a post is taken to be on its way; longer than any sending may last."""
AT_ONCE: Final = 16
"""Posts that one process sends at once, so that slow receivers keep nobody waiting."""
_FIRST_DELAY: Final = 5.0
_LONGEST_DELAY: Final = 6 * 3600.0

DescribeRun: TypeAlias = Callable[[str, RunEnd], Awaitable[dict[str, Any] | None]]
"""Returns what a webhook is told of a user's run; None while it goes on, an empty one when there is no such run."""

_NOT_DELIVERED: Final = {
    Locale.EN: ("Not delivered: {what}", "After {tries} tries to reach {to}: {why}."),
    Locale.ZH: ("未能送达：{what}", "尝试了 {tries} 次仍无法送达 {to}：{why}。"),
}


async def no_run(user: str, end: RunEnd) -> dict[str, Any] | None:
    """Say of any run that there is none."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Outward:
    """The ways out that an operator has set up; `email` is that of the one person at this machine.

    `private` lets webhooks lie in private networks.
    """

    describe_run: DescribeRun = no_run
    webhook: str | None = None
    secret: str = ""
    private: bool = False
    mail: MailServer | None = None
    email: str | None = None
    sending: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))


@dataclass(frozen=True)
class PostOffice:
    """Sends one user's posts."""

    user: str
    client: AsyncRedis
    outward: Outward
    clock: Callable[[], datetime]

    @property
    def inbox(self) -> RedisInbox:
        """The messages to this user."""
        return RedisInbox(self.client, self.user)

    @property
    def outbox(self) -> RedisOutbox:
        """What is on its way from this user."""
        return RedisOutbox(self.client, self.user)

    async def told(self, message: Message) -> Told:
        """Return what telling a message means: the message, the event, and what goes out of it."""
        event = (UserEventType.MESSAGE_RECEIVED, {"message_id": message.id, "subject": message.subject})
        return Told((event,), (message,), await self._posts(message))

    async def addresses(self) -> Contact:
        """Return where the user is told beside the inbox: as they want it, or else as the operator does."""
        contact, outward = await self.inbox.contact(), self.outward
        own = outward.email if self.user == LOCAL_OWNER else None
        return Contact(
            webhook=contact.webhook or outward.webhook, email=(contact.email or own) if outward.mail else None
        )

    def post(self, message: Message, channel: Channel, to: str) -> Post:
        """Return a message as it goes out by a channel."""
        now = self.clock()
        return Post(id=f"{message.id}.{channel}", channel=channel, to=to, message=message, made=now, due=now)

    async def note_end(self, run: RunId) -> None:
        """Take down how a run has ended, for whoever is called then: its thread is about to be deleted."""
        kept = await self.outbox.get(post_id(run))
        if kept and kept.post.run_end and kept.post.body is None and not kept.post.settled:
            described = await self.outward.describe_run(self.user, kept.post.run_end)
            await self.outbox.swap(kept, kept.post.model_copy(update={"body": described or None, "due": self.clock()}))

    async def work(self, id: str) -> None:
        """Send a post that is due, and see to it that it is looked at again."""
        kept = await self.outbox.get(id)
        await self.outbox.wake_at(id, await self._look_after(kept) if kept else None)

    async def _posts(self, message: Message) -> tuple[Post, ...]:
        known = await self.addresses()
        ways = ((Channel.WEBHOOK, known.webhook), (Channel.EMAIL, known.email))
        return tuple(self.post(message, channel, to) for channel, to in ways if to)

    async def _look_after(self, kept: KeptPost) -> datetime | None:
        """Do what is due, and return when to look again."""
        now, post = self.clock(), kept.post
        if post.settled is not None:
            if now < post.settled + KEPT:
                return post.settled + KEPT
            return None if await self.outbox.swap(kept, None) else now
        if post.run_end is not None and post.body is None:
            return await self._look_at_run(kept, post.run_end)
        if post.due > now:
            return post.due
        if self.outward.sending.locked():
            return now + timedelta(seconds=1)
        async with self.outward.sending:
            return await self._send(kept)

    async def _send(self, kept: KeptPost) -> datetime:
        now = self.clock()
        taken = kept.post.model_copy(update={"tries": kept.post.tries + 1, "due": now + LEASE})
        claimed = await self.outbox.swap(kept, taken)
        if claimed is None:
            return taken.due
        try:
            await self._hand_over(taken)
            after = taken.model_copy(update={"delivered": self.clock(), "error": None})
        except DeliveryFailed as failed:
            after = self._tried(taken, failed)
        return await self._settle(claimed, after)

    async def _look_at_run(self, kept: KeptPost, end: RunEnd) -> datetime | None:
        """Take down how a run has ended, as soon as it has, and send it then."""
        now, post = self.clock(), kept.post
        described = await self.outward.describe_run(self.user, end)
        if described is None:
            return max(now + LOOK, post.due)
        if not described and now < post.due + UNKNOWN:
            return now + LOOK  # whoever asked for it may yet come back
        ended = post.model_copy(update={"body": described, "due": now, **({} if described else {"given_up": now})})
        claimed = await self.outbox.swap(kept, ended)
        return await self._look_after(claimed) if claimed else now + LOOK

    def _body(self, post: Post) -> bytes:
        """Return what a webhook is told."""
        if post.body is not None:
            return to_json({**post.body, "webhook_sent_at": self.clock()})
        message = post.message
        assert message is not None, "a post is a message, or the end of a run"
        told = message.model_dump(mode="json", exclude={"read"}) | {"user": self.user}
        return to_json({"type": UserEventType.MESSAGE_RECEIVED, "timestamp": message.at, "data": told})

    async def _hand_over(self, post: Post) -> None:
        if post.channel is Channel.EMAIL:
            if self.outward.mail is None or post.message is None:
                raise DeliveryFailed("no mail server is set up (DAYLOOM_SMTP_URL)")
            await self.outward.mail.send(post.id, post.to, post.message)
            return
        contact = await self.inbox.contact()
        own = contact.webhook is not None and (post.run_end is not None or post.to == contact.webhook)
        secret = contact.secret if own else self.outward.secret
        body = self._body(post)
        headers = webhook.headers_of(post.id, self.clock(), body, secret)
        await webhook.call(post.to, body, headers, private=self.outward.private)

    def _tried(self, post: Post, failed: DeliveryFailed) -> Post:
        now = self.clock()
        if failed.for_good or post.tries >= MOST_TRIES:
            return post.model_copy(update={"given_up": now, "error": str(failed)})
        pause = backoff(post.tries, first=_FIRST_DELAY, longest=_LONGEST_DELAY)
        return post.model_copy(update={"due": now + pause, "error": str(failed)})

    async def _settle(self, claimed: KeptPost, after: Post) -> datetime:
        """Keep what came of a try; what is given up is told in the inbox."""
        if after.given_up is not None:
            message = _not_delivered(after, after.given_up)
            told = Told([(UserEventType.MESSAGE_RECEIVED, {"message_id": message.id})], [message])
            await self.inbox.tell(told, once=message.id)
        if after.settled is not None:
            after = after.model_copy(update={"body": None, "message": None})
        await self.outbox.swap(claimed, after)
        return after.settled + KEPT if after.settled else after.due


def _not_delivered(post: Post, now: datetime) -> Message:
    about, run = post.message, post.run_end
    what = about.subject if about else f"run {run.run if run else ''}"
    subject, text = _NOT_DELIVERED[locale_of(what)]
    said = {"what": what, "tries": post.tries, "to": post.to, "why": post.error}
    return Message(
        id=f"{post.id}.failed",
        at=now,
        subject=subject.format(**said)[:300],
        text=text.format(**said),
        job=about.job if about else None,
        run=run.run if run else about and about.run,
        thread=run.thread if run else about and about.thread,
    )
