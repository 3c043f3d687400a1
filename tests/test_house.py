"""The house keeps its plan: rooms where they belong, one door to the environment, a README that tells the truth."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.diagram import mermaid

ROOT = Path(__file__).parents[1]
AGENT = ("state", "prompts", "tools", "nodes", "graph")
ROOMS = (*AGENT, "dayloom")
PROSE = ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md")

# What a module outside graph may take from LangGraph: the runtime of a node's signature, and the one interrupt.
LANGGRAPH = {
    "nodes": {"langgraph.runtime"},
    "nodes/confirm.py": {"langgraph.runtime", "langgraph.types"},
}


def modules(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def mentions(path: Path, *dotted: str) -> list[str]:
    """Return where the module says one of these names, `a.b` or `from a import b` alike."""
    found: list[str] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            said = {ast.unparse(node)}
        elif isinstance(node, ast.ImportFrom):
            said = {f"{node.module}.{alias.name}" for alias in node.names}
        else:
            continue
        found += [f"{name(path)}:{node.lineno}: {one}" for one in sorted(said & set(dotted))]
    return found


def commands() -> list[tuple[str, str]]:
    """Return every `make …` and `dayloom …` line printed in the prose, with the page that prints it."""
    found: list[tuple[str, str]] = []
    for page in PROSE:
        text = (ROOT / page).read_text(encoding="utf-8")
        for block in re.findall(r"^```(?:sh|bash|console)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            lines = block.replace("\\\n", " ").splitlines()
            found += [(page, line.removeprefix("$ ").strip().removeprefix(".venv/bin/")) for line in lines]
        found += [(page, span.removeprefix(".venv/bin/")) for span in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)]
    return [(page, line) for page, line in dict.fromkeys(found) if line.startswith(("make ", "dayloom "))]


def help_of(*command: str) -> str:
    program = Path(sys.executable).with_name("dayloom")
    asked = subprocess.run(
        [program, *command, "--help"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stdout + asked.stderr
    return asked.stdout


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_resolves_inside_the_repository(room: str) -> None:
    found = importlib.util.find_spec(room)

    assert found is not None
    assert found.origin == str(ROOT / room / "__init__.py")


def test_a_child_started_elsewhere_finds_the_same_rooms(tmp_path: Path) -> None:
    look = f"import importlib.util as i; [print(i.find_spec(room).origin) for room in {ROOMS}]"

    found = subprocess.run([sys.executable, "-P", "-c", look], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert found.stdout.split() == [str(ROOT / room / "__init__.py") for room in ROOMS]


def test_tests_are_no_package() -> None:
    assert [name(path) for path in (ROOT / "tests").rglob("__init__.py")] == []


def test_only_the_settings_read_the_environment() -> None:
    readers = [path for path in modules(*ROOMS) if name(path) != "dayloom/settings.py"]

    said = [
        place for path in readers for place in mentions(path, "os.environ", "os.getenv", "os.environb", "os.putenv")
    ]

    assert said == []


def test_the_agent_asks_a_clock_for_the_time() -> None:
    clocks = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "datetime.datetime.now")

    assert [place for path in modules(*AGENT) for place in mentions(path, *clocks)] == []


def test_nodes_take_only_their_signature_from_langgraph() -> None:
    strangers = {
        name(path): taken
        for path in modules("nodes")
        if (taken := {one for one in imported(path) if one.split(".")[0] == "langgraph"})
        - LANGGRAPH.get(name(path), LANGGRAPH["nodes"])
    }

    assert strangers == {}


def test_every_room_of_the_product_has_its_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    named = {room.strip(" ()") for layer in layers for room in layer.split("|")}
    rooms = {
        f"dayloom.{path.relative_to(ROOT / 'dayloom').parts[0].removesuffix('.py')}" for path in modules("dayloom")
    }

    assert rooms - named <= {"dayloom.__init__", "dayloom.__main__"}


def test_the_graph_that_the_dev_server_opens_exists() -> None:
    graphs = json.loads((ROOT / "langgraph.json").read_text(encoding="utf-8"))["graphs"]

    for file, factory in (graph.split(":") for graph in graphs.values()):
        defined = {
            node.name for node in tree(ROOT / file).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert factory in defined


def test_the_picture_on_the_first_page_is_drawn_from_the_table() -> None:
    assert f"```mermaid\n{mermaid()}\n```" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_layers_on_the_page_are_those_that_are_checked() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    [layers] = [contract["layers"] for contract in contracts if contract["id"] == "layers"]
    [block] = re.findall(r"^```\n(dayloom\.cli\n.*?)^```", page, re.MULTILINE | re.DOTALL)

    assert [line for line in block.splitlines() if not line.startswith("--")] == [
        re.sub(r"[()]", "", layer) for layer in layers
    ]


@pytest.mark.parametrize("page", PROSE)
def test_every_file_and_module_that_is_named_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    files = re.findall(r"`((?:[\w.-]+/)+[\w-]+\.(?:py|md|toml|lua))`|\]\((?!https?:)([^)#]+)\)", text)
    dotted = re.findall(rf"`((?:{'|'.join(ROOMS)})(?:\.(?!toml)[a-z_]+)+)`", text)

    assert [file for pair in files if not (ROOT / (file := "".join(pair))).exists()] == []
    assert [module for module in dotted if importlib.util.find_spec(module) is None] == []


def _depths(words: list[str]) -> list[int]:
    """Return how many words may name the command: its own, and that of the group it belongs to."""
    groups = {"calendar", "feed", "inbox", "jobs", "limits", "memory", "task", "threads", "token"}
    return [0] if words[0].startswith("-") else [1, 2] if words[0] in groups and len(words) > 1 else [1]


def test_every_name_on_the_page_of_the_architecture_is_in_the_code() -> None:
    named = re.findall(r"`(\w+)(?:\.(\w+))?(?:\(\))?`", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    sources = [path.read_text(encoding="utf-8") for path in modules(*ROOMS)]
    words = {word for source in sources for word in re.findall(r"\w+", source)} | set(ROOMS)
    members = {
        (node.name, member.name)
        for path in modules(*ROOMS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        for member in node.body
        if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert [name for name, member in named if not member and name not in words] == []
    assert [pair for pair in named if pair[0][0].isupper() and pair[1] and pair not in members] == []


@pytest.mark.parametrize(
    ("page", "line"), [pytest.param(*said, id=said[1].split("#")[0].strip()) for said in commands()]
)
def test_every_printed_command_exists(page: str, line: str) -> None:
    program, *words = shlex.split(line, comments=True)
    if program == "make":
        targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        assert {word for word in words if "=" not in word} <= targets, page
    else:
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        told = "".join(help_of(*words[:depth]) for depth in _depths(words))
        assert {option for option in options if option not in told} == set(), page
