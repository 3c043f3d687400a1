"""E-mail through a server of the operator's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from dayloom.messages.failure import DeliveryFailed
from state.errors import BadInput
from state.message import Message

PATIENCE: Final = 20.0
"""Seconds that a delivery may take."""
_PORTS: Final = {"smtp": 587, "smtps": 465}
_ADDRESS: Final = re.compile(r"[^@\s<>,;:\\\"\[\]]{1,64}@[^@\s<>,;:\\\"\[\]]{1,255}")
_PERMANENT: Final = 500


@dataclass(frozen=True)
class MailServer:
    """A server for outgoing mail: `smtp://`, encrypted when the server can, or `smtps://`."""

    url: str
    sender: str

    async def send(self, post: str, to: str, message: Message) -> None:
        """Hand a message over, under a Message-ID that is the same for the same post; raises DeliveryFailed."""
        import aiosmtplib  # noqa: PLC0415 only who sends needs it

        try:
            letter = self._letter(post, to, message)
            parts = urlsplit(self.url)
            await aiosmtplib.send(
                letter,
                hostname=parts.hostname,
                port=parts.port or _PORTS[parts.scheme],
                username=unquote(parts.username) if parts.username else None,
                password=unquote(parts.password) if parts.password else None,
                use_tls=parts.scheme == "smtps",
                timeout=PATIENCE,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            permanent = all(each.code >= _PERMANENT for each in error.recipients)
            raise DeliveryFailed("the mail server refused the recipient", for_good=permanent) from error
        except aiosmtplib.SMTPResponseException as error:
            raise DeliveryFailed(f"the mail server answered {error.code}", for_good=error.code >= _PERMANENT) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise DeliveryFailed(f"the mail server could not be used ({type(error).__name__})") from error
        except (HeaderParseError, ValueError) as error:
            raise DeliveryFailed("it cannot be written as an e-mail", for_good=True) from error

    def _letter(self, post: str, to: str, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = self.sender
        letter["To"] = to
        letter["Subject"] = " ".join(message.subject.split())
        letter["Date"] = format_datetime(message.at)
        host = parseaddr(self.sender)[1].rpartition("@")[2] or "dayloom"
        letter["Message-ID"] = f"<{post}@{host}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.text or message.subject)
        return letter


def check_email(address: str) -> str:
    """Return an e-mail address; raises BadInput for what is none."""
    if not _ADDRESS.fullmatch(address.strip()):
        raise BadInput(f"{address!r} is no e-mail address; write one such as anna@example.org")
    return address.strip()
