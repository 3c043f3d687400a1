"""A file somebody gave: its name, its bytes, and its lines of text."""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from state.errors import BadInput

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_TITLE: Final = 500
_MARKS: Final = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte order marks and what they tell; the mark of UTF-32 begins with that of UTF-16."""
_SAMPLE: Final = 200


@dataclass(frozen=True)
class File:
    """What a file held, under the name that errors call it by."""

    name: str
    data: bytes

    @property
    def kind(self) -> str:
        """The end of the name, lower case: `.ics`, `.csv`, `.yaml`."""
        return Path(self.name).suffix.lower()


Source: TypeAlias = Path | File
"""A file on disk, or one already in memory (an upload)."""


def open_file(source: Source) -> File:
    """Return the file's bytes as UTF-8 without a byte order mark; refuses what is missing, too large or not text.

    A calendar whose bytes are not UTF-8 stays as it is, because a fold may stand inside a character.
    """
    file = source if isinstance(source, File) else _from_disk(source)
    if len(file.data) > MAX_BYTES:
        raise BadInput(f"{file.name}: larger than {MAX_BYTES // 2**20} MB; export a shorter period")
    data = _utf8(file.data)
    if b"\0" in data:
        raise BadInput(f"{file.name}, line {_line_at(data, data.index(0))}: is not a text file (zero byte)")
    return File(file.name, data)


def _utf8(data: bytes) -> bytes:
    data = data.removeprefix(codecs.BOM_UTF8)
    mark = next((mark for mark in _MARKS if data.startswith(mark)), None)
    if mark is not None:
        return data.decode(_MARKS[mark], "replace").encode()
    sample = data[:_SAMPLE]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if zeros and not any(zeros):
            return data.decode(encoding, "replace").encode()
    return data


def read_text(data: bytes) -> str:
    """Return bytes as text: UTF-8, else as old Western programs write it, where every byte is some letter."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _from_disk(path: Path) -> File:
    try:
        with path.open("rb") as stream:
            return File(path.name, stream.read(MAX_BYTES + 1))
    except FileNotFoundError as error:
        raise BadInput(f"{path}: there is no such file") from error
    except IsADirectoryError as error:
        raise BadInput(f"{path}: is a folder; name a file in it") from error
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: cannot be read ({error})") from error


def decode(file: File) -> str:
    """Return the text of an opened file."""
    return read_text(file.data)


def _line_at(data: bytes, offset: int) -> int:
    return len(data[: offset + 1].splitlines())


def clean(text: str, *, limit: int = MAX_TITLE) -> str:
    """Return one line of printable text: control characters gone, blanks joined, cut to `limit` characters.

    Text of files is data; controls that reorder or hide text would let it look like something else.
    """
    if not text.isprintable():  # looking at each character costs a tenth of reading a calendar, and few need it
        text = "".join(" " if char.isspace() else char for char in text if _printable(char))
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _printable(char: str) -> bool:
    if char.isspace() or char == "\u200d":
        return True
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
