"""What the notation of the tables promises, and what the tables owe the reader."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from dayloom.offline import grammar
from dayloom.offline.grammar.notation import Language, to_pattern, within
from dayloom.offline.grammar.sentence import Kind

LISTS = {"move": "move|put off", "不要": "不要|别"}
TABLES = Path(grammar.__file__ or "").parent


@pytest.mark.parametrize(
    ("line", "fits", "fails"),
    [
        ("move it", ["move it"], ["moveit", "move", "move it now"]),
        ("(move|push) it", ["move it", "push it"], ["it", "move push it"]),
        ("move [it] back", ["move it back", "move back"], ["move  back"]),
        ("[please] move [it]", ["move", "please move", "please move it"], ["please  move", " move"]),
        ("(the|my)* task", ["task", "the task", "the my the task"], ["thetask"]),
        ("{move} it", ["move it", "put off it"], ["put it"]),
        ("<name>'s day", ["a b's day"], ["a b day"]),
        ("what ... now", ["what is it now", "what now"], ["what is it", "whatever now"]),
    ],
)
def test_an_english_line_fits_these_texts_and_no_others(line: str, fits: list[str], fails: list[str]) -> None:
    pattern = re.compile(to_pattern(line, Language.EN, LISTS))

    assert [text for text in [*fits, *fails] if pattern.fullmatch(text)] == fits


def test_in_chinese_a_space_is_there_for_the_reader_only() -> None:
    pattern = re.compile(to_pattern("{不要} [再] 安排 <name>", Language.ZH, LISTS))

    assert [bool(pattern.fullmatch(text)) for text in ("不要再安排论文", "别安排论文", "安排论文")] == [
        True,
        True,
        False,
    ]


def test_a_part_is_kept_under_its_name() -> None:
    found = re.fullmatch(to_pattern("{move} <name> <way:back|up>", Language.EN, LISTS), "put off my essay back")

    assert found is not None
    assert found.groupdict() == {"name": "my essay", "way": "back"}


def test_inside_a_text_english_words_are_whole_words() -> None:
    (pattern,) = within({Language.EN: ["now"], Language.ZH: []}, {Language.EN: {}, Language.ZH: {}})

    assert [bool(pattern.search(text)) for text in ("do it now!", "I know", "nowhere")] == [True, False, False]


@pytest.mark.parametrize("line", ["(a|b", "a)", "[a", "{unknown} it", "<name"])
def test_a_line_that_is_written_wrongly_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"missing|unexpected|no list"):
        to_pattern(line, Language.EN, LISTS)


def test_every_kind_stands_in_one_table_with_sentences_in_both_languages() -> None:
    tables = [tomllib.loads((TABLES / f"{name}.toml").read_text("utf-8")) for name in ("orders", "questions")]
    kinds = [kind for table in tables for kind in table]

    assert sorted(kinds) == sorted(Kind)
    assert all(lines.get("needs", lines).keys() == {"en", "zh"} for table in tables for lines in table.values())


@pytest.mark.parametrize("language", Language)
def test_every_list_of_words_is_used(language: Language) -> None:
    tables = "".join(table.read_text("utf-8") for table in TABLES.glob("*.toml"))
    lists = tomllib.loads((TABLES / "words.toml").read_text("utf-8"))[language]

    assert [name for name in lists if f"{{{name}}}" not in tables] == []
