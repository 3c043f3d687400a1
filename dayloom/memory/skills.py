"""Skills from files: Markdown with front matter that names the skill, its case and the agent it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from state.errors import BadInput
from state.memory import AGENT, Line, MemoryItem, MemoryKind, Name, Origin

MOST_SKILLS: Final = 200
_MARK: Final = "---"
_LARGEST: Final = 64 * 2**10


class _Front(BaseModel):
    """What stands above a skill; other keys are for other programs."""

    model_config = ConfigDict(extra="ignore")

    name: Name
    description: Line
    scope: Annotated[str, Field(min_length=1, max_length=64)] = AGENT


Skills = dict[str, tuple[MemoryItem, ...]]
"""Skills by the type of agent they are for."""


def load_skills(folders: Iterable[Path] = ()) -> Skills:
    """Return the skills of these folders, and the built-in ones whose names are not taken; raises BadInput.

    A folder holds `NAME.md`, or `NAME/SKILL.md`.
    """
    found: dict[tuple[str, str], MemoryItem] = {}
    for path in _built_in():
        found |= _read(path.name, path.read_text("utf-8"), Origin.BUILT_IN)
    for folder in folders:
        for path in _paths(folder):
            found |= _read(str(path), _read_file(path), Origin.FOLDER)
    skills: Skills = {}
    for (scope, _), item in found.items():
        skills[scope] = (*skills.get(scope, ()), item)
    return skills


def _built_in() -> Iterator[Path]:
    for each in (files("dayloom.memory") / "skills").iterdir():
        yield Path(str(each))


def _paths(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise BadInput(f"DAYLOOM_SKILLS names {folder}, which is no folder.")
    paths = sorted([*folder.glob("*.md"), *folder.glob("*/SKILL.md")])
    if len(paths) > MOST_SKILLS:
        raise BadInput(f"{folder} holds {len(paths)} skills; {MOST_SKILLS} are the most.")
    return paths


def _read_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise BadInput(f"The skill {path} is larger than {_LARGEST // 2**10} KB.")
        return content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The skill {path} cannot be read: {error}.") from error


def _read(source: str, text: str, origin: Origin) -> dict[tuple[str, str], MemoryItem]:
    first, _, rest = text.replace("\r\n", "\n").partition("\n")
    head, mark, body = rest.partition(f"\n{_MARK}\n")
    if first.strip() != _MARK or not mark:
        raise BadInput(f"The skill {source} has no front matter: name and description between two lines of {_MARK}.")
    try:
        front = _Front.model_validate(yaml.safe_load(head))
        item = MemoryItem(
            id=f"skill:{front.name}",
            kind=MemoryKind.SKILL,
            name=front.name,
            condition=front.description,
            rule=body,
            confidence=1.0,
            origin=origin,
            source=source,
        )
    except (ValidationError, yaml.YAMLError) as error:
        wrong = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
        raise BadInput(f"The skill {source}: {'.'.join(map(str, wrong['loc']))} {wrong['msg']}.") from error
    return {(front.scope, front.name): item}
