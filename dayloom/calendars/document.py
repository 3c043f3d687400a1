"""Tasks from YAML: a list of tasks, or a mapping whose key `tasks` holds one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import yaml

from dayloom.calendars.columns import Column, columns_of
from dayloom.calendars.sheet import MAX_ROWS, Row, Sheet, row_of
from dayloom.calendars.source import File, decode
from state.errors import BadInput

_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
"""How YAML says that there is no value."""


class _Loader(yaml.SafeLoader):
    """Plain data only, and text as it is written: `NO`, `12:30` and `1.10` are no booleans, times or numbers.

    An alias is refused, since a few of them can stand for gigabytes.
    """

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        return super().resolve(kind, value, (False, True) if kind is yaml.ScalarNode else implicit)

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(problem=f"alias *{event.anchor} is not allowed", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def document_sheet(file: File) -> Sheet:
    """Return the tasks of an opened YAML file; raises `BadInput` if it holds no list."""
    try:
        loader = _Loader(decode(file))
        try:
            return _sheet(loader, file.name)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise BadInput(_say_error(file, error)) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{file.name}: is not a plain list of tasks ({error})") from error


def _say_error(file: File, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f", line {mark.line + 1}" if mark else ""
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return f"{file.name}{line}: is not YAML as expected ({problem}); write one task per '- title: …'"


def _sheet(loader: _Loader, name: str) -> Sheet:
    items = _items(loader.get_single_node(), name)
    if len(items) > MAX_ROWS:
        where = f"line {items[MAX_ROWS].start_mark.line + 1}"
        raise BadInput(f"{name}, {where}: more than {MAX_ROWS} tasks; split the file")
    keys = [str(key.value) for item in items if isinstance(item, yaml.MappingNode) for key, _ in item.value]
    columns = columns_of(list(dict.fromkeys(keys)))
    by_name = {column.name: column for column in columns.known.values()}
    notes = tuple(f"{name}: {told}" for told in columns.notes())
    return Sheet(name, tuple(_row(loader, item, by_name) for item in items), notes)


def _items(node: yaml.Node | None, name: str) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        named = [value for key, value in node.value if str(key.value).strip().lower() == "tasks"]
        lists = [value for _, value in node.value if isinstance(value, yaml.SequenceNode)]
        node = next(iter(named if len(named) == 1 else lists), node)
    if not isinstance(node, yaml.SequenceNode):
        raise BadInput(f"{name}: holds no list of tasks; write one task per '- title: …'")
    return node.value


def _row(loader: _Loader, item: yaml.Node, columns: Mapping[str, Column]) -> Row:
    where = f"line {item.start_mark.line + 1}"
    if isinstance(item, yaml.ScalarNode):
        return Row(where, {"title": item.value})
    if not isinstance(item, yaml.MappingNode):
        return Row(where, {}, faults=("is not a task; write '- title: …' and its other fields below",))
    written: dict[str, tuple[Column, Any]] = {}
    faults: list[str] = []
    for key, value in item.value:
        column = columns.get(str(key.value))
        if column is None:
            continue
        if column.name in written:
            faults.append(f"{column.name!r} is there twice; remove one")
        elif isinstance(value, yaml.ScalarNode) or (
            column.field == "weekdays" and isinstance(value, yaml.SequenceNode)
        ):
            written[column.name] = column, _value(loader, value, column)
        else:
            faults.append(f"{column.name!r} holds a list or a mapping; write one value")
    return row_of(where, written.values(), faults)


def _value(loader: _Loader, node: yaml.Node, column: Column) -> Any:
    is_plain = isinstance(node, yaml.ScalarNode) and node.style is None
    if is_plain and column.field != "title" and node.value in _NULL:
        return None
    return loader.construct_object(node, deep=True)
