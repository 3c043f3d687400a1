"""A message that is to go out, as its card shows it, and the evidence that it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from state.message import Delivery, Letter
from state.when import Locale

_CARD: Final = {
    Locale.EN: "With your approval this message goes out:\nTo: {to}\nSubject: {subject}\n\n{text}",
    Locale.ZH: "你同意后会发送这条消息：\n收件人：{to}\n主题：{subject}\n\n{text}",
}
_YOU: Final = {Locale.EN: "you", Locale.ZH: "你本人"}


def say_letter(letter: Letter, locale: Locale) -> str:
    """Return recipient, subject and text of a message, whole: what is approved is what is shown."""
    to = _YOU[locale] if letter.to_person else letter.to
    return _CARD[locale].format(to=to, subject=letter.subject, text=letter.text)


def say_deliveries(sent: Sequence[Delivery]) -> str:
    """Return what came of a message, for the model and the log: by which way, when, and under which id."""
    return "\n".join(["Sent:", *(f"- {_say_delivery(each)}" for each in sent)])


def _say_delivery(sent: Delivery) -> str:
    to = f" to {sent.to}" if sent.to else ""
    when = sent.at.isoformat(timespec="seconds") if sent.at else "on its way, tried again until it arrives"
    return f"{sent.channel}{to}: {when} ({sent.id})"
