"""Calls made from a tool's own schema, so that a new tool is tried without anybody having to think of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from state.calendar_commit import Act
from state.desk import Desk
from state.schedule import Source
from tools.registry import Tool

ODD: Final = 0.1
"""The share of calls with a number beyond the edge of the schedule."""


def any_arguments(chance: Random, on: Desk, tool: Tool) -> dict[str, Any]:
    """Arguments that fit the schema; ids, days and slots mostly those of the schedule, and of tasks the tool is for."""
    fit = {"place": on.schedule.pending, "move": on.schedule.suggested, "swap": on.schedule.suggested}
    fitting = fit.get(tool.name, on.schedule.suggested if tool.name == "unplace" else on.schedule.tasks)
    on_events = tool.act is Act.EVENTS
    ids = [task.id for task in fitting if (task.source is Source.EVENT if on_events else task.movable)]
    odd = chance.random() < ODD
    drawing = _Drawing(chance, on, tool.spec.parameters.get("$defs", {}), [] if odd else ids, int(odd))
    return drawing.value("", tool.spec.parameters)


@dataclass(frozen=True)
class _Drawing:
    """Draws values for schemas: `ids` are the tasks to name, `over` is how far numbers may lie over the edge."""

    chance: Random
    on: Desk
    defs: Mapping[str, Any]
    ids: list[int]
    over: int

    def value(self, name: str, schema: Mapping[str, Any]) -> Any:
        """A value for the field of this name."""
        if "$ref" in schema:
            return self.value(name, self.defs[schema["$ref"].rsplit("/", 1)[-1]])
        if "anyOf" in schema:
            choices = [choice for choice in schema["anyOf"] if choice != {"type": "null"} or self.chance.random() < 0.2]
            return self.value(name, self.chance.choice(choices))
        if "enum" in schema:
            return self.chance.choice(schema["enum"])
        match schema["type"]:
            case "object":
                return self._sensible({field: self.value(field, each) for field, each in self._given(schema)})
            case "array":
                fewest, most = schema.get("minItems", 0), min(3, schema.get("maxItems", 3))
                return [self.value(name.removesuffix("s"), schema["items"]) for _ in range(self._number(fewest, most))]
            case "integer":
                return self._integer(name, schema)
            case "boolean":
                return self.chance.random() < 0.5
            case "string" if "format" in schema:
                return self._said(schema["format"])
            case "string":
                words = [word for task in self.on.schedule.tasks for word in (task.title, task.category)]
                return self.chance.choice([*words, ""])[: schema.get("maxLength")]
            case "null":
                return None
            case other:
                raise NotImplementedError(f"no way to draw a value of type {other!r} for {name!r}")

    def _said(self, form: str) -> str:
        """A moment, or clock times, at the slots of the schedule."""
        schedule, first = self.on.schedule, self.chance.choice(self.on.schedule.grid)
        if form == "hours":
            return f"{first.start:%H:%M}-{max(first.start, schedule.grid[-1].end):%H:%M}"
        day = f"{schedule.date_of(self._number(1, schedule.window.days + self.over))}"
        return day if self.chance.random() < 0.5 else f"{day}T{first.end:%H:%M}"

    def _given(self, schema: Mapping[str, Any]) -> list[tuple[str, Any]]:
        fields, required = schema.get("properties", {}), schema.get("required", ())
        return [(name, each) for name, each in fields.items() if name in required or self.chance.random() < 0.3]

    def _integer(self, name: str, schema: Mapping[str, Any]) -> int:
        """A number of the schedule where the name says that it is one, else one the schema allows."""
        schedule, least = self.on.schedule, schema.get("minimum", 0)
        if name.endswith("task_id"):
            return self.chance.choice(self.ids) if self.ids else self._number(1, len(schedule.tasks) + self.over)
        if name == "day":
            return self._number(1, schedule.window.days + self.over)
        if name.startswith("slot_"):
            return self._number(1, len(schedule.grid) + self.over)
        if name in ("minutes", "took"):
            return self._number(1, 2 * schedule.slot_minutes)
        return self._number(least, min(schema.get("maximum", 3), least + 6 if name == "weekday" else 3))

    def _number(self, least: int, most: int) -> int:
        return self.chance.randint(least, max(least, most))

    def _sensible(self, drawn: dict[str, Any]) -> dict[str, Any]:
        """The ends of a stretch in order; both halves of a place or none; now and then a place inside a host."""
        hosts = [at for task in self.on.schedule.tasks if task.can_embed for at in task.slots]
        if drawn.get("slot_start") and drawn.get("slot_end"):
            drawn["slot_start"], drawn["slot_end"] = sorted((drawn["slot_start"], drawn["slot_end"]))
        elif drawn.get("day", 0) is None:
            drawn["slot_start"] = None
        elif drawn.get("on") or drawn.get("end"):
            drawn = {name: value for name, value in drawn.items() if name not in ("series", "minutes")}
        elif drawn.get("day") and drawn.get("slot_start") and hosts and self.chance.random() < 0.25:
            at = self.chance.choice(hosts)
            drawn |= {"day": at.day, "slot_start": self.chance.randint(at.slot_start, max(at.slot_start, at.slot_end))}
        return drawn
