"""What a run sends: a message to its person, or an e-mail to somebody else; once, whoever repeats the step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dayloom.messages.mail import check_email
from dayloom.messages.post import PostOffice
from dayloom.stores.owner.told import Told
from state.errors import NotSent
from state.ids import ThreadId
from state.message import Channel, Delivery, Letter, Message
from state.ports import Hold


async def _hold_nothing() -> None:
    return


@dataclass(frozen=True)
class RunMessenger:
    """Sends for the runs of one user; an operation that was sent before only tells what came of it."""

    post: PostOffice
    hold: Hold = _hold_nothing

    def under(self, hold: Hold) -> RunMessenger:
        """Return it for a run that must still have its thread when something is sent."""
        return replace(self, hold=hold)

    async def check(self, letter: Letter) -> None:
        """Raise NotSent for a recipient who cannot be reached from here, BadInput for what is no address."""
        if letter.to_person:
            return
        check_email(letter.to)
        if self.post.outward.mail is None:
            raise NotSent("e-mail is not set up here (DAYLOOM_SMTP_URL); only the person themselves can be written to")

    async def send(self, key: str, thread: ThreadId, letter: Letter) -> tuple[Delivery, ...]:
        """Send a message under a key; raises as `check`, Stopped, and NotSent when it was refused for good."""
        await self.check(letter)
        now = self.post.clock()
        message = Message(id=key, at=now, subject=letter.subject, text=letter.text, thread=thread)
        if letter.to_person:
            told, once = await self.post.told(message), message.id
        else:
            told = Told(posts=[self.post.post(message, Channel.EMAIL, letter.to)])
            once = told.posts[0].id
        await self.hold()
        await self.post.inbox.tell(told, once=once)
        return await self._deliveries(key, letter)

    async def _deliveries(self, key: str, letter: Letter) -> tuple[Delivery, ...]:
        """Try what is on its way now, and return what came of it."""
        found: list[Delivery] = []
        if letter.to_person:
            message = await self.post.inbox.get(key)
            found.append(Delivery(channel=Channel.INBOX, id=key, at=message.at))
        for channel in (Channel.WEBHOOK, Channel.EMAIL):
            id = f"{key}.{channel}"
            await self.post.work(id)
            if (kept := await self.post.outbox.get(id)) is None:
                continue
            if kept.post.given_up and not letter.to_person:
                raise NotSent(f"the message to {letter.to} was not taken: {kept.post.error}")
            to = kept.post.to if channel is Channel.EMAIL else ""
            found.append(Delivery(channel=channel, to=to, id=id, at=kept.post.delivered))
        return tuple(found)
