"""The pure middle of the one door to every tool: read the call, guard it, run it on a copy, judge the result."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from state.calendar_commit import IN_LIST, Act, calendar_changes, with_draft_again
from state.change import Change, changes
from state.desk import Desk, without_draft
from state.errors import BadArguments
from state.message import Letter
from state.schedule import Schedule
from state.task_edit import TaskEdit, task_edits
from state.tool import Effect, ToolCall, ToolReport
from state.violation import Violation, ViolationKind
from tools.list_rules import check_edits, check_events
from tools.load import load_objective
from tools.registry import Arguments, Result, Tool, Toolbox
from tools.rules import check_unmoved, violations
from tools.texts import say_refusal

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checked:
    """A call whose tool exists and whose arguments fit; `call` is the call as it was made."""

    tool: Tool
    args: Arguments
    call: ToolCall


@dataclass(frozen=True)
class Performed:
    """The desk after the call, the report, and what lies elsewhere now; a refused call returns the very same desk.

    The changes of a tool that acts in the calendar are those of the calendar; `edits` are those of the list of tasks.
    """

    desk: Desk
    report: ToolReport
    changes: tuple[Change, ...] = ()
    edits: tuple[TaskEdit, ...] = ()
    letter: Letter | None = None

    @property
    def differs(self) -> bool:
        """Tell whether the call changes anything that a person would be asked about."""
        return bool(self.changes or self.edits or self.letter)


def check(toolbox: Toolbox, call: ToolCall) -> Checked:
    """Find the tool and read its arguments as strict JSON; raise UnknownTool or BadArguments naming the field."""
    tool = toolbox[call.name]
    try:
        return Checked(tool, tool.arguments.model_validate_json(json.dumps(call.arguments)), call)
    except ValidationError as error:
        raise BadArguments(_complaint(tool, error), hint=_takes(tool)) from error
    except (TypeError, ValueError, RecursionError) as error:
        raise BadArguments(f"{tool.name}: the arguments are not JSON: {error}", hint=_takes(tool)) from error


def perform(checked: Checked, desk: Desk) -> Performed:
    """Run a checked call on a copy of the desk; whatever the tool says, only an admissible schedule comes back."""
    tool = checked.tool
    if barred := tuple(wrong for guard in tool.guards if (wrong := guard(desk))):
        return _refuse(desk, ToolReport(text="", violations=barred))
    result = tool.run(desk, checked.args)
    if result.report.violations:
        return Performed(desk, result.report)
    if wrong := _inadmissible(tool, desk, result):
        return _refuse(desk, ToolReport(text="", violations=wrong))
    return _commit(tool, desk, result)


def perform_safely(checked: Checked, desk: Desk) -> Performed:
    """Run it as `perform` does; a defect in the tool is logged and refused by name, so that others go on without it."""
    name = checked.tool.name
    try:
        return perform(checked, desk)
    except Exception:
        log.exception("the tool %s failed through a defect in it", name)
        told = f"{name} failed through a defect in the tool, whatever its arguments; do without it, or tell the person."
        return refuse_call(desk, told, ViolationKind.DEFECT)


def refuse_call(desk: Desk, why: str, kind: ViolationKind = ViolationKind.INFEASIBLE) -> Performed:
    """Return what a call comes to that cannot be carried out."""
    return _refuse(desk, ToolReport(text="", violations=(Violation(kind=kind, message=why),)))


def _inadmissible(tool: Tool, before: Desk, result: Result) -> tuple[Violation, ...]:
    after = result.desk
    if after.schedule is before.schedule or _same(before.schedule, after.schedule):
        return ()
    if not tool.writes:
        told = f"{tool.name} only reads, yet it would change the schedule; use a tool that writes."
        return (Violation(kind=ViolationKind.WRONG_STATUS, message=told),)
    if result.edits:
        return check_events(before.schedule, after.schedule, result.edits)
    if _edits_list(tool, before):
        return check_edits(before, after.schedule, tool.kinds)
    if tool.effect is Effect.OUTSIDE:
        return check_unmoved(before.schedule, after.schedule)
    start = before.schedule
    if tool.moves_written:
        start = with_draft_again(start, [task.id for task in after.schedule.suggested])
    return violations(start, after.schedule, scope=before.order_scope, allow_reorder=before.allow_reorder)


def _edits_list(tool: Tool, before: Desk) -> bool:
    """Tell whether the call changes the list of tasks or events, or takes such a change back."""
    return tool.act in IN_LIST or (tool.act is Act.UNDO and before.commit is not None and bool(before.commit.edits))


def _refuse(desk: Desk, report: ToolReport) -> Performed:
    return Performed(desk, report.model_copy(update={"text": say_refusal(report.violations)}))


def _commit(tool: Tool, before: Desk, result: Result) -> Performed:
    schedule = _next_version(before.schedule, result.desk.schedule)
    if schedule is before.schedule and result.desk.queue == before.queue and not result.edits:
        return Performed(before, result.report, letter=result.letter)
    report = result.report
    if tool.effect is Effect.DRAFT and not report.objectives:
        report = report.model_copy(update={"objectives": (load_objective(before.schedule, schedule),)})
    desk = before.model_copy(update={"schedule": schedule, "queue": result.desk.queue})
    edits = result.edits or (task_edits(before.schedule, schedule) if _edits_list(tool, before) else ())
    events = {edit.id for edit in edits if edit.event}
    found = tuple(
        change.model_copy(update={"reason": report.reasons.get(change.task_id, change.reason)})
        for change in _differing(tool, before, schedule)
        if change.task_id not in events
    )
    return Performed(desk, report, found, edits)


def _differing(tool: Tool, before: Desk, after: Schedule) -> tuple[Change, ...]:
    if tool.effect is Effect.OUTSIDE and not _edits_list(tool, before):
        return calendar_changes(changes(without_draft(before.schedule), without_draft(after)), before.commit, after)
    return changes(before.schedule, after)


def _next_version(before: Schedule, after: Schedule) -> Schedule:
    if _same(before, after):
        return before
    return after.model_copy(update={"version": before.version + 1})


def _same(before: Schedule, after: Schedule) -> bool:
    said = (before.limits, before.usual) == (after.limits, after.usual)
    return said and (before.tasks, before.ended) == (after.tasks, after.ended)


def _complaint(tool: Tool, error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False)
    fields = [wrong["loc"] for wrong in found]
    return "; ".join(
        f"{'.'.join([tool.name, *map(str, wrong['loc'])])}: {wrong['msg'].removeprefix('Value error, ')}"
        for wrong in found
        if not _repeats(wrong["loc"], fields)
    )


def _repeats(field: tuple[int | str, ...], fields: list[tuple[int | str, ...]]) -> bool:
    """Tell whether something inside the field is complained about too; that says more."""
    return any(len(other) > len(field) and other[: len(field)] == field for other in fields)


def _takes(tool: Tool) -> str:
    schema = tool.arguments.model_json_schema()
    fields = _fields(schema, schema.get("$defs", {}))
    return f"{tool.name} takes {fields}." if fields else f"{tool.name} takes no arguments: {{}}."


def _fields(schema: dict[str, Any], defs: dict[str, Any]) -> str:
    required = schema.get("required", [])
    return ", ".join(
        f"{name}{'' if name in required else '?'}: {_type(field, defs)}"
        for name, field in schema.get("properties", {}).items()
    )


def _type(field: dict[str, Any], defs: dict[str, Any]) -> str:
    if "$ref" in field:
        return _type(defs[field["$ref"].rsplit("/", 1)[-1]], defs)
    if "anyOf" in field:
        return " | ".join(_type(choice, defs) for choice in field["anyOf"])
    if "enum" in field:
        return " | ".join(json.dumps(value) for value in field["enum"])
    if "items" in field:
        return f"[{_type(field['items'], defs)}]"
    if "properties" in field:
        return f"{{{_fields(field, defs)}}}"
    return str(field.get("type", "any"))
