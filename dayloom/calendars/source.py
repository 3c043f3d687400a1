"""A file somebody gave: its name, its bytes, and its lines of text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from state.errors import BadInput

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_TITLE: Final = 500
_BOM: Final = b"\xef\xbb\xbf"


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
    """Return the file's bytes without a byte order mark; refuses what is missing, too large or not text."""
    file = source if isinstance(source, File) else _from_disk(source)
    if len(file.data) > MAX_BYTES:
        raise BadInput(f"{file.name}: larger than {MAX_BYTES // 2**20} MB; export a shorter period")
    if file.data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(f"{file.name}: is UTF-16 text; save it as UTF-8")
    if b"\0" in file.data:
        raise BadInput(f"{file.name}, line {_line_at(file.data, file.data.index(0))}: is not a text file (zero byte)")
    return File(file.name, file.data.removeprefix(_BOM))


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
    try:
        return file.data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_utf8(file, _line_at(file.data, error.start), error) from error


def not_utf8(file: File, line: int, error: UnicodeDecodeError) -> BadInput:
    """Return the complaint about bytes that are no text."""
    return BadInput(f"{file.name}, line {line}: byte 0x{error.object[error.start]:02x} is not UTF-8; save it as UTF-8")


def _line_at(data: bytes, offset: int) -> int:
    return len(data[: offset + 1].splitlines())


def clean(text: str, *, limit: int = MAX_TITLE) -> str:
    """Return one line of printable text: control characters gone, blanks joined, cut to `limit` characters.

    Text of files is data; controls that reorder or hide text would let it look like something else.
    """
    kept = "".join(" " if char.isspace() else char for char in text if _printable(char))
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _printable(char: str) -> bool:
    if char.isspace() or char == "\u200d":
        return True
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
