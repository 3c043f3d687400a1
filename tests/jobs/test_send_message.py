"""A message goes out as it was shown, to whom it was shown, once; and what came of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hook_receiver import HookReceiver
from job_house import House, Open
from mail_receiver import Mailbox, open_mailbox
from stage import NOW

from dayloom.messages.mail import MailServer
from dayloom.messages.messenger import RunMessenger
from dayloom.messages.post import Outward
from state.errors import BadInput, MovedOn, NotSent
from state.ids import ThreadId
from state.job import JobStatus
from state.message import Channel, Letter

EXECUTE = {"action": "execute", "reason": "one step", "speak": ""}
DONE = {"action": "done", "reason": "all done", "goal_check": "It was sent.", "speak": ""}
ANNA = "anna@example.org"


def sending(**arguments: Any) -> dict[str, Any]:
    call = {"name": "send_message", "arguments": {"subject": "The figures", "text": "Please send them.", **arguments}}
    return {"action": "confirm", "reason": "it is wanted", "tool_call": call, "speak": "I send it."}


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as box:
        yield box


async def audit(house: House, thread: ThreadId) -> list[dict[str, Any]]:
    return await house.service.tenants.of("ann").threads.audit(thread)


def by_mail(box: Mailbox, **given: Any) -> Outward:
    return Outward(mail=MailServer(box.url, "dayloom@example.org"), private=True, **given)


async def test_a_message_to_somebody_else_is_asked_about_whole_and_sent_as_it_was_shown(
    house: Open, mailbox: Mailbox
) -> None:
    at_home = house(EXECUTE, sending(to=ANNA), DONE, "Anna was written to.", outward=by_mail(mailbox))
    job = await at_home.jobs.add(at_home.job(due=NOW))
    job = await at_home.jobs.store.get(job.id)
    assert job.status is JobStatus.BLOCKED
    assert f"To: {ANNA}\nSubject: The figures\n\nPlease send them." in job.attempts[-1].report
    assert mailbox.letters == []

    answered = await at_home.jobs.answer(job.id, "yes")
    assert answered.status is JobStatus.DONE
    [(to, letter)] = mailbox.letters
    assert (to, letter["Subject"], letter.get_content().strip()) == ([ANNA], "The figures", "Please send them.")
    [approved] = [line for line in await audit(at_home, job.thread) if line["what"] == "send"]
    assert (approved["call"], "by_policy" in approved) == ("send_message", False)
    assert any(f"email to {ANNA}: {NOW:%Y-%m-%d}" in line for line in await at_home.log(job))


async def test_what_the_job_allows_is_sent_without_a_question_and_lies_in_the_inbox(house: Open) -> None:
    with HookReceiver() as receiver:
        at_home = house(EXECUTE, sending(), DONE, "Done.", outward=Outward(webhook=receiver.url, private=True))
        job = await at_home.jobs.add(at_home.job(due=NOW, allow=("send_message",)))

        assert (await at_home.jobs.store.get(job.id)).status is JobStatus.DONE
        messages = await at_home.jobs.post.inbox.all()
        assert {(each.subject, each.thread) for each in messages} >= {("The figures", job.thread)}
        assert len(receiver.calls) == 2
        assert [line.get("by_policy") for line in await audit(at_home, job.thread) if line["what"] == "send"] == [
            "allowed"
        ]
        report = next(line for line in await at_home.log(job) if "Sent:" in line)
        assert ("inbox: 2026" in report, "webhook: 2026" in report) == (True, True)


@pytest.mark.parametrize(
    ("to", "why"), [(ANNA, "DAYLOOM_SMTP_URL"), ("Anna", "no e-mail address"), ("a@b.c, d@e.f", "no e-mail address")]
)
async def test_who_cannot_be_reached_is_said_before_anybody_is_asked(house: Open, to: str, why: str) -> None:
    at_home = house(EXECUTE, sending(to=to), DONE, "Nobody could be written to.")
    job = await at_home.jobs.add(at_home.job(due=NOW))

    assert (await at_home.jobs.store.get(job.id)).status is JobStatus.DONE
    assert why in "\n".join(message.text for prompt in at_home.model.prompts for message in prompt.messages)


def messenger(house: House) -> RunMessenger:
    return RunMessenger(house.jobs.post)


LETTER = Letter(to="me", subject="Hello", text="It is done.")


async def test_a_step_that_is_repeated_sends_nothing_again_and_has_the_same_evidence(
    house: Open, mailbox: Mailbox
) -> None:
    at_home = house(outward=by_mail(mailbox))
    other = Letter(to=ANNA, subject="Hello", text="It is done.")
    first, again = [await messenger(at_home).send("key-1", ThreadId("t"), other) for _ in range(2)]
    mine = [await messenger(at_home).send("key-2", ThreadId("t"), LETTER) for _ in range(2)]

    assert first == again
    assert (first[0].channel, first[0].to, first[0].at) == (Channel.EMAIL, ANNA, NOW)
    assert mine[0] == mine[1]
    assert (len(mailbox.letters), len(await at_home.jobs.post.inbox.all())) == (1, 1)


async def test_a_recipient_that_the_server_refuses_is_said(house: Open, mailbox: Mailbox) -> None:
    at_home = house(outward=by_mail(mailbox))
    with pytest.raises(NotSent, match="refused the recipient"):
        await messenger(at_home).send("key-1", ThreadId("t"), Letter(to="nobody@example.org", subject="x", text="y"))
    waits = await messenger(at_home).send("key-2", ThreadId("t"), Letter(to="later@example.org", subject="x", text="y"))
    assert waits[0].at is None


async def test_a_run_that_has_lost_its_thread_sends_nothing(house: Open) -> None:
    async def lost() -> None:
        raise MovedOn("somebody else has the thread")

    at_home = house()
    with pytest.raises(MovedOn):
        await messenger(at_home).under(lost).send("key-1", ThreadId("t"), LETTER)
    assert await at_home.jobs.post.inbox.all() == ()
    with pytest.raises(BadInput):
        await messenger(at_home).check(Letter(to="nowhere", subject="x", text="y"))
