"""Skills are Markdown files with front matter; a folder goes before what is built in, and a bad file is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from dayloom.memory.skills import load_skills
from state.errors import BadInput
from state.memory import AGENT, MemoryKind, Origin


def skill(name: str, body: str = "1. Ask first.", **more: str) -> str:
    front = {"name": name, "description": "When it rains", **more}
    return "---\n" + "\n".join(f"{key}: {value}" for key, value in front.items()) + f"\n---\n{body}\n"


def test_how_to_plan_a_week_is_built_in() -> None:
    [built_in] = load_skills()[AGENT]

    assert (built_in.name, built_in.kind, built_in.origin) == ("plan-a-week", MemoryKind.SKILL, Origin.BUILT_IN)


def test_a_folder_adds_skills_for_the_agents_they_name_and_replaces_what_is_built_in(tmp_path: Path) -> None:
    (tmp_path / "rain.md").write_text(skill("rain", license="MIT"), "utf-8")
    (tmp_path / "plan-a-week.md").write_text(skill("plan-a-week", "My own way."), "utf-8")
    (tmp_path / "reader").mkdir()
    (tmp_path / "reader" / "SKILL.md").write_text(skill("read", scope="reader"), "utf-8")

    found = load_skills([tmp_path])

    assert {(item.name, item.rule) for item in found[AGENT]} == {
        ("plan-a-week", "My own way."),
        ("rain", "1. Ask first."),
    }
    assert [(item.name, item.origin) for item in found["reader"]] == [("read", Origin.FOLDER)]
    assert found["reader"][0].source == str(tmp_path / "reader" / "SKILL.md")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Rain", "no front matter"),
        ("---\nname: rain\n---\nbody", "description"),
        ("---\nname: [\n---\nbody", "rain.md"),
        ("---\n- a\n---\nbody", "dictionary"),
        (skill("rain", "x" * 2**16), "64 KB"),
        (skill("rain", ""), "rule"),
    ],
)
def test_a_file_that_is_no_skill_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "rain.md").write_text(text, "utf-8")

    with pytest.raises(BadInput, match=r"rain\.md") as error:
        load_skills([tmp_path])

    assert said in str(error.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no folder"):
        load_skills([tmp_path / "gone"])
