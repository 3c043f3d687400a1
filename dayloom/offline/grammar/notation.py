"""The notation of the tables, and how a line of it becomes a pattern.

| written                 | stands for                                                                     |
| ----------------------- | ------------------------------------------------------------------------------ |
| `move it`               | these words, one after the other                                               |
| `(a|b)`, `[a|b]`        | one of these; one of these or nothing                                          |
| `(a|b)*`                | any number of these                                                            |
| `{move}`                | one of the words of the list `move` in `words.toml`, of the same language      |
| `<name>`, `<way:a|b>`   | a part that is kept: any words, or what `_PARTS` says; one of these            |
| `...`, `^`, `$`, `!(a)` | anything at all; the beginning; the end; not followed by this                  |

In English a space in the notation is a space in the text; in Chinese it is there for the reader only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from dayloom.offline.duration import LENGTH
from dayloom.offline.whereabouts import WHERE

_SIGN: Final = re.compile(r"\.\.\.|[\[\](){}<>|*^$!:]|\s+|[^\s\[\](){}<>|*^$!:.]+|\.")
_CLOSING: Final = {"(": ")", "[": "]", "{": "}", "<": ">"}
_NAME: Final = ".+?"
_PARTS: Final = {
    "where": WHERE,
    "source": WHERE,
    "number": r"\d+|one|an?|half an?|two|three|four|five|six|seven|半|[一二两三四五六七]",
    "title": "[^,;?]+?",
    "length": LENGTH,
    "least": LENGTH,
    "count": r"\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|half|halves|thirds|[二两三四五六七八九十]|几",
    "known": "[\ue000-\uefff]",
    "item": "[^;?]+?",
    "timed": "[^;?]+?",
    "word": "(?!task|ones)[^的]*?",
}
"""What a kept part may be; any other is a name, which may be anything."""


class Language(StrEnum):
    """A language the grammar is written in."""

    EN = "en"
    ZH = "zh"


Lines: TypeAlias = Mapping[Language, Sequence[str]]
"""Lines of the notation, by language."""

Lists: TypeAlias = Mapping[str, str]
"""Words that mean the same, by the name of their list."""

WordLists: TypeAlias = Mapping[Language, Lists]
"""The lists of words, by language."""


def to_pattern(line: str, language: Language, lists: Lists) -> str:
    """Return the regular expression that a line stands for; a `ValueError` says what is wrong with the line."""
    line_reader = _Line(list(reversed(_SIGN.findall(" ".join(line.split())))), language, lists)
    return line_reader.alternatives("")


def whole(lines: Lines, lists: WordLists) -> tuple[re.Pattern[str], ...]:
    """Return one pattern for each line, to be matched with a whole clause."""
    return tuple(
        re.compile(to_pattern(line, language, lists[language])) for language in Language for line in lines[language]
    )


def within(lines: Lines, lists: WordLists) -> tuple[re.Pattern[str], ...]:
    """Return one pattern for each line, to be found inside a text; English words are whole words there."""
    english = [rf"(?<![a-z])(?:{pattern.pattern})(?![a-z])" for pattern in whole({**lines, Language.ZH: ()}, lists)]
    return (*map(re.compile, english), *whole({**lines, Language.EN: ()}, lists))


def either(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    """Return one pattern that matches what any of these matches."""
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern in patterns))


@dataclass
class _Line:
    """A line being read; the next sign is the last of `signs`."""

    signs: list[str]
    language: Language
    lists: Lists

    @property
    def _gap(self) -> str:
        return r"\s" if self.language is Language.EN else ""

    def alternatives(self, closing: str) -> str:
        """Read alternatives up to the closing bracket, or to the end of the line."""
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        if closing:
            self._expect(closing)
        elif self.signs:
            raise ValueError(f"unexpected {self.signs[-1]!r}")
        return "|".join(branches)

    def _sequence(self) -> str:
        pattern, begun, spaced = "", False, False
        while self.signs and self.signs[-1] not in "|)]}>":
            sign = self.signs.pop()
            if sign.isspace():
                spaced = True
                continue
            if sign in ("^", "$", "...", "!"):
                pattern += self._bare(sign, begun=begun)
                begun = begun and sign == "$"
                continue
            body, optional = self._item(sign), sign == "["
            repeated = self._take("*")
            before = self._gap if begun and spaced else ""
            after = self._gap if not begun and self.signs and self.signs[-1].isspace() else ""
            if optional or repeated:
                pattern += f"(?:{before}{body}{after}){'*' if repeated else '?'}"
            else:
                pattern, begun = f"{pattern}{before}{body}", True
            spaced = False
        return pattern

    def _bare(self, sign: str, *, begun: bool) -> str:
        """Return the pattern of a sign that no space belongs to."""
        if sign == "!":
            return f"(?!{self._item(self.signs.pop())})"
        if sign == "...":
            return ("(?![a-z])" if begun and self._gap else "") + ".*"
        return sign

    def _item(self, sign: str) -> str:
        if sign not in _CLOSING:
            return re.escape(sign)
        if sign == "{":
            return self._list()
        if sign != "<":
            return f"(?:{self.alternatives(_CLOSING[sign])})"
        name = self.signs.pop()
        if self._take(":"):
            return f"(?P<{name}>{self.alternatives('>')})"
        self._expect(">")
        return f"(?P<{name}>{_PARTS.get(name, _NAME)})"

    def _list(self) -> str:
        name = self.signs.pop()
        self._expect("}")
        if name not in self.lists:
            raise ValueError(f"there is no list {name!r} in {self.language}")
        return f"(?:{to_pattern(self.lists[name], self.language, self.lists)})"

    def _expect(self, closing: str) -> None:
        if not self._take(closing):
            raise ValueError(f"{closing!r} is missing before {''.join(reversed(self.signs))!r}")

    def _take(self, sign: str) -> bool:
        if self.signs and self.signs[-1] == sign:
            self.signs.pop()
            return True
        return False
