"""Tasks from YAML: a list of tasks, or a mapping whose key `tasks` holds one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from dayloom.calendars.cells import Cells
from dayloom.calendars.reading import Reading
from dayloom.calendars.row import Faults, Row, read_rows, unknown_field
from dayloom.calendars.source import File, decode
from state.errors import BadInput


class _Loader(yaml.SafeLoader):
    """Plain data only; an alias is refused, since a few of them can stand for gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(problem=f"alias *{event.anchor} is not allowed", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def read_document(file: File, cells: Cells) -> Reading:
    """Return the tasks of an opened YAML file; raises `BadInput` with the lines at fault."""
    faults = Faults(file.name)
    return read_rows(document_rows(file, faults), faults, cells)


def document_rows(file: File, faults: Faults) -> list[Row]:
    """Return the tasks of an opened YAML file as they are written there."""
    try:
        loader = _Loader(decode(file))
        try:
            return list(_rows(loader, loader.get_single_node(), faults))
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise BadInput(_told(file, error)) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{file.name}: is not a plain list of tasks ({error})") from error


def _told(file: File, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f", line {mark.line + 1}" if mark else ""
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return f"{file.name}{line}: is not YAML as expected ({problem}); write one task per '- title: …'"


def _rows(loader: _Loader, node: yaml.Node | None, faults: Faults) -> Iterator[Row]:
    for item in _items(node, faults):
        where = f"line {item.start_mark.line + 1}"
        if not isinstance(item, yaml.MappingNode):
            faults.add(where, "is not a task; write '- title: …' and its other fields below")
            continue
        yield Row(where, _fields(loader, item, faults))


def _items(node: yaml.Node | None, faults: Faults) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        named = [value for key, value in node.value if key.value == "tasks"]
        node = named[0] if len(node.value) == 1 and named else node
    if not isinstance(node, yaml.SequenceNode):
        raise BadInput(f"{faults.name}: holds no list of tasks; write one task per '- title: …'")
    return node.value


def _fields(loader: _Loader, item: yaml.MappingNode, faults: Faults) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, value in item.value:
        where, name = f"line {key.start_mark.line + 1}", str(key.value).strip().lower()
        if name in fields:
            faults.add(where, f"{name!r} is there twice in one task; remove one")
        elif fault := unknown_field(name):
            faults.add(where, fault)
        elif isinstance(value, yaml.ScalarNode) or (name == "weekdays" and isinstance(value, yaml.SequenceNode)):
            fields[name] = loader.construct_object(value, deep=True)
        else:
            faults.add(where, f"{name!r} holds a list or a mapping; write one value")
    return fields
