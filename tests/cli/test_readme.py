"""The README tells the truth: its commands run as printed, its card is the one they show, its client code works."""

from __future__ import annotations

import asyncio
import re
import shlex
import textwrap
from pathlib import Path

import pytest
from serving import Serving
from shell import Shell

from dayloom.jobs.process.agents import read_agents

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def block(language: str, part: str) -> str:
    """The one block in a language that holds this."""
    [found] = [text for kind, text in BLOCKS if kind == language and part in text]
    return found


def commands(text: str) -> list[list[str]]:
    """What the shell would make of the lines: the words of each command behind the program's name."""
    lines = text.replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines]


@pytest.fixture
def reader(shell: Shell) -> Shell:
    """Somebody in a folder where the sample files are, without a key, and with a store of their own."""
    shell.set(DAYLOOM_REDIS_URL=None)
    (shell.folder / "dayloom").mkdir()
    (shell.folder / "dayloom" / "sample").symlink_to(ROOT / "dayloom" / "sample")
    return shell


def test_the_real_example_shows_the_card_that_is_printed_and_goes_on_as_told(reader: Shell) -> None:
    [planning] = commands(block("sh", 'dayloom plan "Plan my tasks'))
    planned = reader(*planning)

    assert f"exit\ncode {planned.code} at a card" in README
    assert block("", "Proposed change") in planned.out
    for left_out in ("Algorithms tutorial", "Mila's birthday"):
        assert left_out in planned.err
    for words in commands(block("sh", "dayloom answer my-week")):
        done = reader(*words)
        assert done.code == 0, (words, done.err)
    assert (reader.folder / "planned.ics").exists()


def test_the_everyday_that_is_printed_is_done(reader: Shell) -> None:
    done = {words[1]: reader(*words) for words in commands(block("sh", "dayloom task add"))}

    assert {name: each.err for name, each in done.items() if each.code} == {}
    assert "Thesis 4 parts, 4 to be planned" in done["list"].out
    assert "12:00-13:00" in done["show"].out


def test_the_jobs_that_are_printed_are_kept_and_listed(reader: Shell) -> None:
    done = [reader(*words) for words in commands(block("sh", "dayloom jobs add"))]

    assert [each.code for each in done] == [0] * len(done), [each.err for each in done]
    assert "What is at risk?" in done[-1].out


def test_the_client_code_runs_against_the_service(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = textwrap.indent(block("python", "langgraph_sdk"), "    ")
    with Serving(tmp_path / "home") as server:
        given = f"async def main():\n{code}".replace("http://127.0.0.1:2024", server.url)
        names: dict[str, object] = {}
        exec(given, names)
        main = names["main"]
        assert callable(main)
        asyncio.run(main())

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()][:1] == ["metadata"]


def test_the_agents_that_are_printed_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "agents.toml"
    file.write_text(block("toml", "[writer]"), encoding="utf-8")

    assert read_agents(file)["writer"].limits.seconds == 600


def test_every_block_is_tried_here_or_drawn_from_the_code() -> None:
    tried = [
        block("sh", "make demo"),
        block("sh", 'dayloom plan "Plan my tasks'),
        block("sh", "dayloom answer my-week"),
        block("sh", "dayloom task add"),
        block("sh", "dayloom jobs add"),
    ]
    tried += [
        block("toml", "[writer]"),
        block("sh", "dayloom serve"),
        block("", "Proposed change"),
        block("python", "langgraph_sdk"),
    ]
    drawn = [text for kind, text in BLOCKS if kind == "mermaid"]

    assert sorted(text for _, text in BLOCKS) == sorted([*tried, *drawn])
