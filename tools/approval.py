"""Reading a person's answer to a card: only what the card offers, and only the fields it marks editable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError

from state.errors import Correctable, NotAllowed
from state.interrupt import Answer, AnswerType, Interrupt
from state.tool import ToolCall
from tools.dispatch import check
from tools.registry import Toolbox


def check_answer(toolbox: Toolbox, asked: Interrupt, given: object, *, spoken: bool = False) -> Answer:
    """Return the answer in full, or raise NotAllowed saying what this card takes.

    `given` is an Answer, its plain data, or a resume value `{"decisions": [{"type": …}], "scope": …}`. What is `spoken`
    may ask about any card.
    """
    answer = read_answer(given)
    asks = spoken and answer.type is AnswerType.RESPOND
    if answer.type not in asked.allowed and not answer.ends_turn and not asks:
        takes = ", ".join(kind.value for kind in asked.allowed)
        raise NotAllowed(f"this {asked.kind.value} takes {takes}, not {answer.type.value}")
    if answer.type is AnswerType.EDIT:
        return answer.model_copy(update={"edited_action": _edit(toolbox, asked, answer.edited_action)})
    return answer


def read_answer(given: object) -> Answer:
    """Return an answer in whichever of these forms it was given, unchecked against any card; raises NotAllowed."""
    if isinstance(given, Answer):
        return given
    try:
        return Answer.model_validate(_flat(given))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'answer'}: {e['msg']}" for e in error.errors())
        raise NotAllowed(f"the answer cannot be read: {wrong}") from error


def _flat(given: object) -> object:
    """Turn the resume shape of the approval request into one flat answer."""
    if not isinstance(given, Mapping):
        return {"type": "respond", "message": given} if isinstance(given, str) else given
    value = dict(cast(Mapping[str, Any], given))
    if "decisions" not in value:
        return value
    decisions = value.pop("decisions")
    if not isinstance(decisions, list) or len(cast(list[Any], decisions)) != 1:
        raise NotAllowed("give exactly one decision: a card asks about one action")
    decision = cast(list[object], decisions)[0]
    if not isinstance(decision, Mapping):
        raise NotAllowed('the decision must be an object such as {"type": "approve"}')
    if surplus := value.keys() - {"scope"}:
        raise NotAllowed(f"{', '.join(sorted(surplus))} cannot stand beside decisions; only scope can")
    flat = {**value, **_rename(cast(Mapping[str, Any], decision))}
    if flat.get("scope") == "turn" and flat.get("type") == AnswerType.REJECT:
        raise NotAllowed("scope 'turn' belongs to approve, not to reject")
    return flat


def _rename(decision: Mapping[str, Any]) -> dict[str, Any]:
    """Call the arguments of an edit as we do; the approval request says `args`."""
    flat = dict(decision)
    if isinstance(action := flat.get("edited_action"), Mapping) and "args" in action:
        flat["edited_action"] = {**cast(Mapping[str, Any], action), "arguments": action["args"]}
        del flat["edited_action"]["args"]
    return flat


def _read_numbers(toolbox: Toolbox, tool: str, given: dict[str, Any]) -> dict[str, Any]:
    """Take text for the number that the tool wants there: a page with text fields sends nothing else."""
    try:
        read = toolbox[tool].arguments.model_validate(given, strict=False)
    except ValidationError:
        return given
    numbers = {name: getattr(read, name, None) for name, value in given.items() if isinstance(value, str)}
    return {**given, **{name: value for name, value in numbers.items() if isinstance(value, int | float)}}


def _edit(toolbox: Toolbox, asked: Interrupt, edited: ToolCall | None) -> ToolCall:
    shown = asked.call
    if edited is None or shown is None or edited.name != shown.name:
        raise NotAllowed("an edit must give edited_action with the name of the tool on the card")
    merged = _read_numbers(toolbox, shown.name, {**shown.arguments, **edited.arguments})
    fixed = {name: value for name, value in merged.items() if name not in asked.editable}
    wrong = [name for name, value in fixed.items() if name not in shown.arguments or value != shown.arguments[name]]
    if wrong:
        raise NotAllowed(f"{', '.join(wrong)} cannot be edited on this card; only {', '.join(asked.editable)} can")
    call = ToolCall(name=shown.name, arguments=merged)
    try:
        check(toolbox, call)
    except Correctable as error:
        raise NotAllowed(f"the edit does not fit: {error.complaint}") from error
    return call
