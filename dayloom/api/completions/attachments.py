"""Parts of a message that are no words: calendars are taken in, all others passed over, and the person is told so."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from dayloom.api.completions.chat_request import FileData, Part
from dayloom.api.http.content import ICALENDAR, to_utf8
from dayloom.calendar_sync.calendar import put_calendar
from dayloom.runs.tenants import Tenant
from dayloom.settings import Settings
from state.errors import BadInput, TooLarge
from state.when import Locale

_LISTED: Final = 20
"""So many things that a calendar does not hold as written are told."""


@dataclass(frozen=True)
class _Words:
    taken_in: str
    left_out: str
    more: str
    refused: str
    passed_over: str
    kinds: Mapping[str, str]
    between: str


_WORDS: Final[Mapping[Locale, _Words]] = {
    Locale.EN: _Words(
        taken_in="Your calendar is now what {names} holds; what was applied from here stays in it.",
        left_out="Left out, or read otherwise than written:",
        more="… and {count} more.",
        refused="{names} cannot be taken in as your calendar: {why}",
        passed_over="Passed over, for only words and calendars (.ics) can be read here: {kinds}.",
        kinds={"image_url": "an image", "input_audio": "a recording", "file": "a file"},
        between=", ",
    ),
    Locale.ZH: _Words(
        taken_in="已把 {names} 读入为你的日历；从这里写入的安排保留其中。",
        left_out="以下内容略过，或读法与原文不同：",
        more="……另有 {count} 处。",
        refused="{names} 无法读入为日历：{why}",
        passed_over="这里只能读取文字和日历（.ics），已略过：{kinds}。",
        kinds={"image_url": "图片", "input_audio": "录音", "file": "文件"},
        between="、",
    ),
}


async def take_in(parts: Sequence[Part], tenant: Tenant, settings: Settings, locale: Locale) -> str:
    """Replace the user's calendar with those among the parts, and return what to tell the person about all of them.

    Raises what `put_calendar` raises, but for a file that cannot be read, and TooLarge.
    """
    calendars = [part.file for part in parts if part.file and _is_calendar(part.file)]
    others = [part for part in parts if part.file not in calendars]
    told = [_say_passed_over(others, _WORDS[locale])] if others else []
    if calendars:
        told.insert(0, await _put(calendars, tenant, settings, _WORDS[locale]))
    return "\n\n".join(told)


async def _put(files: Sequence[FileData], tenant: Tenant, settings: Settings, words: _Words) -> str:
    names = words.between.join(file.filename or ICALENDAR for file in files)
    try:
        text = b"\r\n".join(_read(file) for file in files)
        if len(text) > settings.max_calendar:
            raise TooLarge(f"{names} has more than {settings.max_calendar} bytes")
        async with tenant.uploading:
            _, left_out = await put_calendar(tenant.calendar, text, settings.timezone)
    except BadInput as wrong:
        return words.refused.format(names=names, why=wrong)
    return "\n".join([words.taken_in.format(names=names), *_say_left_out(left_out, words)])


def _is_calendar(file: FileData) -> bool:
    if not file.file_data:
        return False
    return file.filename.lower().endswith(".ics") or _split(file)[0].partition(";")[0].lower() == ICALENDAR


def _split(file: FileData) -> tuple[str, str]:
    """Return the head of a data URL and its data; plain base64 is all data."""
    if not file.file_data.startswith("data:"):
        return ";base64", file.file_data
    head, _, data = file.file_data.removeprefix("data:").partition(",")
    return head, data


def _read(file: FileData) -> bytes:
    """Return what a calendar file holds, in UTF-8; raises BadInput."""
    head, data = _split(file)
    kind, is_base64, _ = head.rpartition(";base64")
    try:
        held = b64decode(data) if is_base64 else unquote_to_bytes(data)
    except (binascii.Error, ValueError) as error:
        raise BadInput("its data is not base64") from error
    return to_utf8(held, kind if is_base64 else head).removeprefix(b"\xef\xbb\xbf")


def _say_passed_over(parts: Sequence[Part], words: _Words) -> str:
    named = [part.file.filename if part.file and part.file.filename else "" for part in parts]
    kinds = [name or words.kinds.get(part.type, part.type) for name, part in zip(named, parts, strict=True)]
    return words.passed_over.format(kinds=words.between.join(dict.fromkeys(kinds)))


def _say_left_out(left_out: Sequence[str], words: _Words) -> Iterator[str]:
    if left_out:
        yield words.left_out
    yield from (f"- {each}" for each in left_out[:_LISTED])
    if len(left_out) > _LISTED:
        yield words.more.format(count=len(left_out) - _LISTED)
