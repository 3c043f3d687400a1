"""Cards in the terminal: the whole difference, harmless titles, and commands that can be copied."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from builders import schedule, slots, task
from rich.console import Console, RenderableType

from dayloom.cli.card import card_view, how_to_answer
from dayloom.cli.card_edit import edit_from_words
from dayloom.cli.labels import LABELS
from prompts.changes import say_card
from prompts.wording import WORDS
from state.change import Change, ChangeKind, Placed, Unplaced, changes
from state.common import CommonState
from state.decision import PlanStep
from state.errors import NotAllowed
from state.ids import ThreadId
from state.interrupt import AnswerType, Interrupt, InterruptKind
from state.tool import ToolCall
from state.when import Locale

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def rendered(what: RenderableType, width: int = 100) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def placed(day: int) -> Placed:
    start = START + timedelta(days=day - 1)
    return Placed(day=day, slot_start=3, slot_end=3, start=start, end=start + timedelta(minutes=45))


def change(title: str, before: int | None, after: int | None, reason: str | None = None) -> Change:
    kind = ChangeKind.MOVE if before and after else ChangeKind.PLACE if after else ChangeKind.UNPLACE
    old, new = (placed(day) if day else None for day in (before, after))
    return Change(task_id=1, title=title, kind=kind, before=old, after=new, reason=reason)


def tool_card(*changes: Change, name: str = "batch_move", editable: tuple[str, ...] = ()) -> Interrupt:
    call = ToolCall(name=name, arguments={"day": 3})
    return card(InterruptKind.TOOL, call=call, changes=changes, editable=editable, description="for the model")


def card(kind: InterruptKind, **fields: object) -> Interrupt:
    known = {"id": "1-1", "kind": kind, "asker": "plan", "description": "", "state_version": 0, "digest": "sha256:0"}
    return Interrupt.model_validate({**known, **fields})


def test_every_change_is_shown_with_old_and_new_time() -> None:
    shown = rendered(card_view(tool_card(change("A", None, 1), change("B", 1, 2), change("C", 2, None)), Locale.EN))

    assert "+ place" in shown
    assert "Mon 23 Nov 2026 10:00-10:45" in shown
    assert "→ Tue 24 Nov 2026 10:00-10:45" in shown
    assert "→ no place" in shown
    assert "day=3" not in shown
    assert "batch_move" not in shown


def test_a_card_that_reaches_beyond_the_draft_says_so() -> None:
    asked = tool_card(change("A", None, 1), name="apply_schedule").model_copy(
        update={"description": "This goes into your calendar (1):\n- A", "call": ToolCall(name="apply_schedule")}
    )

    shown = rendered(card_view(asked, Locale.EN))

    assert "This goes into your calendar (1):" in shown
    assert "+ place" in shown


def test_a_long_card_is_complete() -> None:
    shown = rendered(card_view(tool_card(*(change(f"Task number {n}.", None, n) for n in range(1, 45))), Locale.EN))

    assert all(f"Task number {n}." in shown for n in range(1, 45))


@pytest.mark.parametrize("told", list(Locale))
def test_what_a_card_cannot_place_or_move_is_on_it_with_the_reason(told: Locale) -> None:
    fits, homeless, stuck = slots(1, 1), task(2, "Thesis", duration=4), task(3, "Essay", slots(6, 2))
    after = schedule(task(1, "Sheet", fits), homeless, stuck)
    left = [Unplaced(task_id=one.id, title=one.title, reason=f"no {one.title}") for one in (homeless, stuck)]
    found = changes(schedule(task(1, "Sheet"), homeless, stuck), after)
    asked = tool_card(*found).model_copy(update={"description": say_card(found, left, after, told)})

    shown = rendered(card_view(asked, Locale.EN))

    assert shown.count("Sheet") == 1
    assert WORDS[told].pending.format(count=1) in shown
    assert shown.index("- Thesis: no Thesis") < shown.index(WORDS[told].stuck.format(count=1))
    assert "- Essay: no Essay" in shown


def test_the_words_of_a_card_list_every_change_they_count() -> None:
    found = [change(f"Task number {n}.", None, 1) for n in range(1, 100)]

    told = say_card(found, (), schedule(), Locale.EN)

    assert told.startswith("With your approval this happens (99):")
    assert all(f"- {one.title}" in told for one in found)


def test_a_reason_that_all_share_stands_once() -> None:
    same = [change(title, None, 1, "keeps the days even") for title in "AB"]

    assert rendered(card_view(tool_card(*same), Locale.EN)).count("keeps the days even") == 1


def test_reasons_that_differ_stand_with_their_changes() -> None:
    shown = rendered(card_view(tool_card(change("A", None, 1, "first"), change("B", None, 2, "second")), Locale.EN))

    assert shown.index("A") < shown.index("first") < shown.index("second")


def test_a_plan_is_shown_step_by_step() -> None:
    steps = (PlanStep(content="Place the tasks", done_when="none is pending"), PlanStep(content="Check the order"))

    shown = rendered(card_view(card(InterruptKind.PLAN, description="My plan:", steps=steps), Locale.EN))

    assert "1. Place the tasks (none is pending)" in shown
    assert "2. Check the order" in shown


@pytest.mark.parametrize("title", ["[bold]x[/bold]", "[link=http://evil]x[/link]"])
def test_markup_in_a_card_is_only_text(title: str) -> None:
    assert title in rendered(card_view(tool_card(change(title, None, 1)), Locale.EN))


def test_a_card_cannot_steer_the_terminal() -> None:
    shown = rendered(card_view(card(InterruptKind.QUESTION, description="Which\x1b[2J\x07 week?\u202e"), Locale.EN))

    assert not set(shown) & set("\x1b\x07\u202e")


def test_the_commands_that_answer_can_be_copied() -> None:
    lines = how_to_answer(tool_card(editable=("day", "slot_start")), ThreadId("my thread"), Locale.EN)

    assert lines[1:] == [
        "  dayloom answer 'my thread' --approve",
        "  dayloom answer 'my thread' --approve-all",
        "  dayloom answer 'my thread' --edit \"Thursday 10:00\"",
        "  dayloom answer 'my thread' --reject \"what should be different\"",
    ]


@pytest.mark.parametrize("locale", list(Locale))
def test_each_language_has_a_word_for_everything(locale: Locale) -> None:
    labels = LABELS[locale]

    assert labels.cards.keys() == set(InterruptKind)
    assert labels.prompts.keys() == set(InterruptKind)
    assert labels.kinds.keys() == set(ChangeKind)
    assert labels.answers.keys() == {kind.value for kind in AnswerType}


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("Thursday 10:00", {"day": 4, "slot_start": 3}),
        ("Thursday", {"day": 4}),
        ("周四10:00", {"day": 4, "slot_start": 3}),
    ],
)
def test_a_card_is_edited_by_day_and_clock_time(words: str, changed: dict[str, int]) -> None:
    state = CommonState(schedule=schedule(), started_at=START)

    answer = edit_from_words(tool_card(editable=("day", "slot_start")), words, state)

    assert answer.edited_action is not None
    assert answer.edited_action.arguments == changed


@pytest.mark.parametrize("words", ["Thursday 25:00", "after lunch", "Thursday or Friday 10:00", "steady"])
def test_a_change_that_is_not_understood_is_no_change(words: str) -> None:
    with pytest.raises(NotAllowed, match="Thursday 10:00"):
        edit_from_words(
            tool_card(editable=("day", "slot_start")), words, CommonState(schedule=schedule(), started_at=START)
        )


def test_a_way_of_planning_is_chosen_in_words() -> None:
    answer = edit_from_words(tool_card(editable=("strategy",)), "as early as possible", CommonState(started_at=START))

    assert answer.edited_action is not None
    assert answer.edited_action.arguments == {"strategy": "rapid"}
