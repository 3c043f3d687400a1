"""E-mail goes out through a real server, in words that a mail program reads back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from mail_receiver import Mailbox, open_mailbox

from dayloom.messages.failure import DeliveryFailed
from dayloom.messages.mail import MailServer, check_email
from state.errors import BadInput
from state.message import Message

MESSAGE = Message(
    id="m1", at=datetime(2026, 11, 29, 18, tzinfo=UTC), subject="完成 Plan\r\nBcc: x@y.z", text="周一 9:00"
)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as box:
        yield box


def server(box: Mailbox) -> MailServer:
    return MailServer(box.url, "Dayloom <dayloom@example.org>")


async def test_a_message_arrives_as_it_was_and_subjects_add_no_recipients(mailbox: Mailbox) -> None:
    await server(mailbox).send("m1.email", "ann@example.org", MESSAGE)

    [(to, letter)] = mailbox.letters
    assert to == ["ann@example.org"]
    assert letter["Subject"] == "完成 Plan Bcc: x@y.z"
    assert letter["Message-ID"] == "<m1.email@example.org>"
    assert letter.get_content().strip() == "周一 9:00"
    assert letter["Bcc"] is None


@pytest.mark.parametrize(("to", "for_good"), [("nobody@example.org", True), ("later@example.org", False)])
async def test_a_refusal_is_for_good_or_for_now_as_the_server_says(mailbox: Mailbox, to: str, for_good: bool) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await server(mailbox).send("m1.email", to, MESSAGE)
    assert failed.value.for_good is for_good
    assert mailbox.letters == []


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await MailServer("smtp://127.0.0.1:1", "dayloom@example.org").send("m1.email", "ann@example.org", MESSAGE)
    assert not failed.value.for_good


@pytest.mark.parametrize("address", ["ann", "ann@", "a b@example.org", "ann@example.org, bob@example.org", "<a@b.c>"])
def test_what_is_no_single_address_is_refused(address: str) -> None:
    with pytest.raises(BadInput):
        check_email(address)
