"""What the offline model says in English."""

from __future__ import annotations

from typing import Final

from dayloom.llm.offline.sentences import Phrases

ENGLISH: Final = Phrases(
    who="I am dayloom's built-in offline model: a small fixed grammar, no AI and no network. ",
    greeting="Hello! I am dayloom with its built-in offline model, a small fixed grammar. ",
    thanks="You are welcome.",
    lost="I am the offline model and did not understand “{text}”. ",
    too_long="I am the offline model and read at most {limit} characters at once; please say it shorter. ",
    still_lost="I still do not understand that, so I leave everything as it is. ",
    help=(
        "I understand requests like these:\n"
        "- Plan my tasks, keep Friday evening free (also: steadily, as early as possible, nothing after 18:00)\n"
        "- Spread my tasks evenly\n"
        "- Move Essay to Tuesday 14:00; swap Essay and Lab report; remove Essay\n"
        "- Move all weekend tasks to Monday to Friday\n"
        "- Group my tasks by subject, the order does not matter\n"
        "- What is on Wednesday? When am I free for 2 hours? Which tasks are open?\n"
        "- Undo; continue; yes; no, keep Saturday free too"
    ),
    unread="I did not understand “{text}” and left it out. ",
    nothing_open="There is no open question of mine to answer. ",
    left_as_is="All right, I leave everything as it is. Nothing was changed by this.",
    declined="You declined the change, so I did not make it. Tell me what you would like instead.",
    misspoken="While a card is open, words count as declining it, even a yes; approve the card itself. "
    "Nothing was changed by this; ask me again and I propose it once more.",
    noted_order="I only need to know about the order together with a request. ",
    no_tasks="There are no tasks to plan. Add some, then ask me again.",
    all_placed="Every task already has a place ({tasks}); there is nothing left to plan.",
    not_found="I find no task called “{name}”. ",
    which_one="Which one do you mean by “{name}”?\n{choices}",
    not_movable="{title} is fixed ({why}), so I cannot change it.",
    where_to="Where should I move {title} to? Tell me a day or a time.",
    no_such_time="That day or time does not lie in the planned days ({window}).",
    no_place="I found no place for {title} {where}. ",
    instead="There is no place for {title} {where}; the best other place is {place}. Shall I take it?",
    not_placed="{title} has no place in the draft.",
    none_there="No task that I may move lies there.",
    already_free="No task of the draft lies there.",
    already_there="{title} is already there: {place}.",
    may_reorder="Grouping by subject can change the order of tasks that belong in sequence. May I change the order?",
    needs_reorder="Grouping by subject needs your permission to change the order; "
    "say “group by subject, the order does not matter”.",
    nothing_to_group="There are fewer than two placed tasks, so there is nothing to group.",
    nothing_to_undo="There is no change of the draft that I could take back.",
    refused="That is not possible: {why}",
    propose_plan="I would place {tasks}{how}. Please look at the places.",
    propose_anew="To plan anew I first take {tasks} out of the draft; then I place them again and ask once more.",
    propose_relocate="I would move {tasks}{how}. Please look at the changes.",
    propose_clear="I would take {tasks} out of the draft.",
    propose_spread="I would even out the daily load{how}.",
    propose_group="I would put tasks of one subject next to each other; their order may change.",
    propose_undo="I would take the last change back ({tasks}).",
    propose_swap="I would swap {first} and {second}.",
    propose_remove="I would take {title} out of the draft.",
    propose_move="I would put {title} here: {place}.",
    looking="I am looking that up.",
    step_plan="Place the open tasks{how}",
    step_relocate="Move tasks{how}",
    step_spread="Even out the daily load{how}",
    step_group="Group tasks by subject within each day",
    step_keep_free="Clear what is to be free{how}",
    step_move="Move {name}{how}",
    step_swap="Swap {first} and {second}",
    step_remove="Take {name} out of the draft",
    step_clear="Take tasks out of the draft",
    step_undo="Take the last change back",
    step_read="Look up what was asked",
    keeping_free=", keeping free {where}",
    only_in=", only {where}",
    steady=", evenly over the days",
    rapid=", as early as possible",
    placed="{count} placed",
    moved="{count} moved",
    unplaced="{count} taken out",
    nothing_changed="Nothing was changed.",
    nothing_needed="Nothing had to be changed: it cannot be better than it is.",
    stuck="Could not be moved:",
    one_task="1 task",
    several_tasks="{count} tasks",
    evidence="{changed}; without a place: {tasks}",
    still_open="Without a place: {tasks}",
    more="… and {count} more.",
    day="{day}: {entries}",
    nothing_that_day="nothing",
    free="Free{how}:",
    nothing_free="There is no free time{how}.",
    free_for=" for {amount}",
    none_open="Every task has a place.",
    is_at="{title}: {places}.",
    has_no_place="{title} has no place yet.",
    separator=", ",
    stop=".",
    from_time="from {time}",
    until_time="until {time}",
    minutes="{count} minutes",
    slots="{count} slots",
    those_tasks="these tasks",
    no_place_yet="no place yet",
    from_calendar="it comes from the calendar",
    locked="it is locked",
    nothing_to_continue="Nothing was cut short, so there is nothing to continue.",
)
