"""What the agent may do to the person's list of tasks: after a card, once, for every thread, and back."""

from __future__ import annotations

from typing import Any

import pytest
from durable import DONE, EXECUTE, REPLY, WEEK
from list_desk import Desk
from stage import NOW, ScriptedModel, a_call

from dayloom.calendar_sync.calendar import put_calendar
from dayloom.calendar_sync.drafts import Drafts, Drag
from dayloom.calendar_sync.new_schedule import Week, schedule_of
from dayloom.calendar_sync.task_list import add_tasks, change_item, find_item, with_ending
from dayloom.calendars import Row
from dayloom.stores.redis.connection import AsyncRedis
from graph.build import build
from state.errors import CalendarChanged
from state.ids import ThreadId
from state.schedule import Ending, Status

TODO = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VTODO\r
UID:taxes\r
DTSTAMP:20261101T000000Z\r
SUMMARY:Taxes\r
END:VTODO\r
END:VCALENDAR\r
"""


@pytest.fixture
def desk(redis: AsyncRedis) -> Desk:
    return Desk(redis)


ESSAY = {"title": "Essay", "duration": "90min", "time_range": "08:00-12:00"}


async def test_a_new_task_stands_on_the_list_after_the_yes_and_not_before(desk: Desk) -> None:
    await desk.began()

    card = await desk.asked("add_tasks", tasks=[{"title": "Call mum", "minutes": 20, "deadline": "2026-11-27"}])

    assert "New: Call mum; 20 min; due Fri 27 Nov 2026 23:59" in card.description
    assert [edit["kind"] for edit in card.payload["dayloom"]["edits"]] == ["add"]
    assert await desk.items() == ()
    await desk.person.answer("approve")
    [item] = await desk.items()
    [task] = (await desk.schedule()).tasks
    assert (item.id, item.fields) == (
        task.source_id,
        {
            "title": "Call mum",
            "duration": "20min",
            "deadline": "2026-11-27T23:59:00+01:00",
            "priority": 3,
            "locked": False,
        },
    )
    assert await desk.store.find_unfollowed(desk.thread) is None


async def test_a_no_changes_nothing(desk: Desk) -> None:
    before = await desk.began(ESSAY)
    await desk.asked("drop_task", task_ids=[1])

    await desk.person.answer("reject")

    assert (await desk.schedule()).tasks == before.tasks
    assert [item.ending for item in await desk.items()] == [None]


async def test_what_the_list_says_and_what_the_thread_has_stay_one(desk: Desk) -> None:
    await desk.began(ESSAY, {"title": "Essay", "duration": 1})
    said = {
        "minutes": 100,
        "earliest": "2026-11-24",
        "weekdays": [3, 4],
        "hours": "08:00-15:10",
        "order": 2,
        "locked": True,
    }
    await desk.did("change_task", task_ids=[1], title="Paper", category="history", **said)
    await desk.did(
        "add_tasks", tasks=[{"title": "Slides", "minutes": 45, "priority": 1, "deadline": "2026-11-26T18:00"}]
    )
    await desk.did("finish_task", task_ids=[2], took=30)
    there = await desk.schedule()

    renewed = await desk.renewed()

    assert renewed.by_id == there.by_id
    assert renewed.ended == there.ended


async def test_only_what_differs_is_written_into_the_list(desk: Desk) -> None:
    await desk.began(ESSAY | {"deadline": "2026-11-27"})

    await desk.did("change_task", task_ids=[1], title="Paper")

    assert [item.fields for item in await desk.items()] == [ESSAY | {"title": "Paper", "deadline": "2026-11-27"}]


async def test_another_thread_takes_the_change_in_and_can_take_it_back(redis: AsyncRedis, desk: Desk) -> None:
    other = Desk(redis, thread=ThreadId("other"))
    await desk.began(ESSAY)
    await other.began()
    await desk.did("finish_task", task_ids=[1], took=50)

    seen = await other.renewed()

    assert seen.tasks == ()
    assert [(one.task.title, one.took) for one in seen.ended] == [("Essay", 50)]
    await other.did("finish_task", task_ids=[1], back=True)
    assert [item.ending for item in await desk.items()] == [None]
    assert [task.title for task in (await desk.renewed()).tasks] == ["Essay"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("add_tasks", {"tasks": [{"title": "Call", "minutes": 10}]}),
        ("change_task", {"task_ids": [1], "title": "Paper", "minutes": 200}),
        ("finish_task", {"task_ids": [1], "took": 10}),
        ("drop_task", {"task_ids": [1]}),
    ],
)
async def test_undo_takes_a_change_back_in_list_and_thread(desk: Desk, tool: str, arguments: dict[str, Any]) -> None:
    before, items = await desk.began(ESSAY), await desk.items()
    await desk.did(tool, **arguments)
    assert await desk.items() != items

    card = await desk.asked("undo_apply")
    assert card.edits
    await desk.person.answer("approve")

    assert await desk.items() == items
    assert (await desk.schedule()).by_id == before.by_id
    assert (await desk.store.calendar()).commits == ()


async def test_undo_by_hand_takes_back_what_the_agent_changed(desk: Desk) -> None:
    before, items = await desk.began(ESSAY), await desk.items()
    await desk.did("drop_task", task_ids=[1])

    outcome = await desk.commits.undo(desk.thread, key="k", version=None)

    assert [(edit.title, edit.kind.value) for edit in outcome.edits] == [("Essay", "reopen")]
    assert (await desk.items(), (await desk.schedule()).by_id) == (items, before.by_id)


async def test_what_somebody_changed_since_is_not_taken_back(desk: Desk) -> None:
    await desk.began(ESSAY)
    await desk.did("change_task", task_ids=[1], title="Paper")
    [item] = await desk.items()
    await change_item(desk.store, item.id, lambda found: with_ending(found, Ending.DONE, NOW))

    with pytest.raises(CalendarChanged):
        await desk.commits.undo(desk.thread, key="k", version=None)


async def test_a_change_of_the_list_by_another_thread_leaves_an_apply_to_be_taken_back(
    redis: AsyncRedis, desk: Desk
) -> None:
    other = Desk(redis, thread=ThreadId("other"))
    await desk.began(ESSAY, {"title": "Notes", "duration": 1})
    await other.began()
    drafts = Drafts(desk.person.threads, build(), desk.person.previews)
    await drafts.edit(desk.thread, [Drag(task_id=1, day=2, slot_start=1)], match=None)
    await desk.commits.apply(desk.thread, key="a", version=None)
    await other.did("change_task", task_ids=[2], title="Remarks")

    await desk.commits.undo(desk.thread, key="u", version=None)

    assert (await desk.schedule()).by_id[1].status is Status.SUGGESTED
    assert [commit.thread for commit in (await desk.store.calendar()).commits] == ["other"]


async def test_a_new_calendar_leaves_a_change_of_the_list_to_be_taken_back(desk: Desk) -> None:
    await desk.began(ESSAY)
    await desk.did("drop_task", task_ids=[1])
    await put_calendar(desk.store, TODO, "Europe/Berlin")

    await desk.commits.undo(desk.thread, key="u", version=None)

    assert [item.ending for item in await desk.items()] == [None]


async def test_a_task_that_was_deleted_meanwhile_is_not_brought_back_by_a_change(desk: Desk) -> None:
    await desk.began(ESSAY)
    await desk.asked("change_task", task_ids=[1], title="Paper")
    [item] = await desk.items()
    await desk.store.remove(item.id)

    await desk.person.answer("approve")

    assert await desk.items() == ()
    assert (await desk.schedule()).by_id[1].title == "Essay"


async def test_a_to_do_of_the_calendar_that_is_changed_stands_on_the_list_from_then_on(desk: Desk) -> None:
    await put_calendar(desk.store, TODO, "Europe/Berlin")
    await desk.began()

    await desk.did("change_task", task_ids=[1], minutes=120)

    assert find_item(await desk.items(), "taxes").fields["duration"] == "120min"
    assert [(task.title, task.duration) for task in (await desk.renewed()).tasks] == [("Taxes", 3)]
    await desk.did("drop_task", task_ids=[1])
    assert (await desk.renewed()).tasks == ()


async def test_a_schedule_that_was_given_keeps_its_changes_to_itself(desk: Desk) -> None:
    desk.person.model = ScriptedModel([REPLY])
    await desk.person.say("Hello", WEEK)

    await desk.did("add_tasks", tasks=[{"title": "Call", "minutes": 10}])
    await desk.did("drop_task", task_ids=[1])

    assert await desk.items() == ()
    assert [task.title for task in (await desk.schedule()).tasks] == ["Lecture", "Report", "Call"]
    await desk.commits.undo(desk.thread, key="u", version=None)
    assert [task.title for task in (await desk.schedule()).pending] == ["Report", "Call", "Essay"]


async def test_a_task_that_is_new_can_be_placed_in_the_same_turn(desk: Desk) -> None:
    await desk.began()
    add = {
        "action": "confirm",
        "speak": "?",
        "tool_call": a_call("add_tasks", tasks=[{"title": "Call", "minutes": 10}]),
    }
    place = {"action": "confirm", "speak": "?", "tool_call": a_call("place", task_id=1, day=2, slot_start=1)}
    desk.person.model = ScriptedModel([EXECUTE, add, place, DONE, ""])
    await desk.person.say("Do it")
    await desk.person.answer("approve")

    turn = await desk.person.answer("approve")

    assert turn.state.outcome is not None
    assert "Call: Tue 24 Nov 2026 08:00-08:45" in turn.state.outcome.message
    assert "Changed on your list of tasks (1):\n- New: Call; 10 min" in turn.state.outcome.message
    assert "Taken out" not in turn.state.outcome.message


async def test_the_parts_of_a_task_stand_on_the_list_and_go_back_into_it(desk: Desk) -> None:
    await desk.began(ESSAY)
    [whole] = await desk.items()

    await desk.did("split_task", task_id=1, parts=2)

    first, second = await desk.items()
    assert (first.id, second.id) == (whole.id, f"{whole.id}~2")
    assert [(one.fields["duration"], one.fields["parent"], one.fields["part"]) for one in (first, second)] == [
        ("45min", whole.id, 1),
        ("45min", whole.id, 2),
    ]
    assert (await desk.renewed()).tasks == (await desk.schedule()).tasks
    other = (await schedule_of(desk.store, NOW, Week(start=WEEK.window.start, timezone="Europe/Berlin"))).schedule
    assert [(one.parent, one.part, one.minutes) for one in other.tasks] == [(whole.id, 1, 45), (whole.id, 2, 45)]

    await desk.did("join_task", task_id=1)
    [joined] = await desk.items()
    assert (joined.id, joined.fields["duration"], joined.fields.get("parent")) == (whole.id, "90min", None)


async def test_undo_brings_the_list_back_to_before_a_split(desk: Desk) -> None:
    await desk.began(ESSAY)
    before = await desk.items()
    await desk.did("split_task", task_id=1, parts=2)

    await desk.did("undo_apply")

    assert await desk.items() == before


async def test_a_rule_stands_on_the_list_once_and_what_is_done_of_it_beside_it(desk: Desk) -> None:
    await desk.began()
    await desk.did("repeat", title="Run", minutes=45, times=3, per="week", apart=2)
    schedule = await desk.schedule()
    [rule] = await desk.items()

    await desk.did("finish_task", task_ids=[schedule.tasks[0].id])

    _, over = await desk.items()
    assert (rule.fields["repeat"], rule.fields["duration"], rule.ending) == ("3 a week, 2 days apart", "45min", None)
    assert (over.id, over.ending) == (schedule.tasks[0].source_id, Ending.DONE)
    later = await schedule_of(desk.store, NOW, Week(start=WEEK.window.start, days=14, timezone="Europe/Berlin"))
    assert [one.source_id for one in later.schedule.tasks][:2] == [one.source_id for one in schedule.tasks[1:]]
    assert len(later.schedule.tasks) == 5
    assert (await desk.renewed()).tasks == schedule.tasks[1:]


async def test_what_is_changed_of_a_rule_holds_in_later_weeks(desk: Desk) -> None:
    await desk.began()
    await desk.did("repeat", title="Run", minutes=45, times=2, per="week")
    await desk.did("change_task", task_ids=[1], title="Swim")

    await desk.did("repeat", task_id=1, times=3, per="week")

    [rule] = await desk.items()
    assert (rule.fields["title"], rule.fields["repeat"]) == ("Swim", "3 a week, 1 days apart")
    await desk.did("repeat", task_id=1, times=0, per="week")
    assert [one.ending for one in await desk.items()] == [Ending.DROPPED]
    assert (await desk.renewed()).tasks == ()


async def test_a_long_task_of_a_list_is_kept_as_blocks(desk: Desk) -> None:
    await add_tasks(
        desk.store, [Row("t", {"title": "Thesis", "duration": "20h", "max_block": "2h"})], NOW, timezone="Europe/Berlin"
    )

    items = await desk.items()

    assert [one.fields["part"] for one in items] == list(range(1, len(items) + 1))
    assert sum(int(one.fields["duration"].removesuffix("min")) for one in items) == 20 * 60
