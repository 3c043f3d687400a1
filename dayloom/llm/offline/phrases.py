"""Every sentence of the offline model, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from state.when import Locale


@dataclass(frozen=True)
class Phrases:
    """The sentences of one language; braces are filled with `str.format`."""

    who: str
    greeting: str
    thanks: str
    lost: str
    too_long: str
    still_lost: str
    help: str
    unread: str
    nothing_open: str
    left_as_is: str
    declined: str
    noted_order: str
    no_tasks: str
    all_placed: str
    not_found: str
    which_one: str
    not_movable: str
    where_to: str
    no_such_time: str
    no_place: str
    instead: str
    not_placed: str
    none_there: str
    already_free: str
    already_there: str
    may_reorder: str
    needs_reorder: str
    nothing_to_group: str
    nothing_to_undo: str
    refused: str
    propose_plan: str
    propose_relocate: str
    propose_clear: str
    propose_spread: str
    propose_group: str
    propose_undo: str
    propose_swap: str
    propose_remove: str
    propose_move: str
    looking: str
    step_plan: str
    step_relocate: str
    step_spread: str
    step_group: str
    step_keep_free: str
    step_move: str
    step_swap: str
    step_remove: str
    step_clear: str
    step_undo: str
    step_read: str
    keeping_free: str
    only_in: str
    steady: str
    rapid: str
    placed: str
    moved: str
    unplaced: str
    nothing_changed: str
    evidence: str
    still_open: str
    more: str
    day: str
    nothing_that_day: str
    free: str
    nothing_free: str
    free_for: str
    open_tasks: str
    none_open: str
    is_at: str
    has_no_place: str
    separator: str
    stop: str
    from_time: str
    until_time: str
    minutes: str
    slots: str
    whole_window: str
    those_tasks: str
    no_place_yet: str
    from_calendar: str
    locked: str
    nothing_to_continue: str


PHRASES: Final[Mapping[Locale, Phrases]] = {
    Locale.EN: Phrases(
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
        noted_order="I only need to know about the order together with a request. ",
        no_tasks="There are no tasks to plan. Add some, then ask me again.",
        all_placed="All {count} tasks already have a place; there is nothing left to plan.",
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
        needs_reorder="Grouping by subject needs your permission to change the order; say “group by subject, the order does not matter”.",
        nothing_to_group="There are fewer than two placed tasks, so there is nothing to group.",
        nothing_to_undo="There is no change of the draft that I could take back.",
        refused="That is not possible: {why}",
        propose_plan="I would place {count} tasks{how}. Please look at the places.",
        propose_relocate="I would move {count} tasks{how}. Please look at the changes.",
        propose_clear="I would take {count} tasks out of the draft.",
        propose_spread="I would even out the daily load{how}.",
        propose_group="I would put tasks of one subject next to each other; their order may change.",
        propose_undo="I would take the last change back ({count} tasks).",
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
        evidence="{changed}; {pending} tasks without a place",
        still_open="{count} tasks have no place:",
        more="… and {count} more.",
        day="{day}: {entries}",
        nothing_that_day="nothing",
        free="Free{how}:",
        nothing_free="There is no free time{how}.",
        free_for=" for {amount}",
        open_tasks="{count} tasks have no place:",
        none_open="Every task has a place.",
        is_at="{title}: {places}.",
        has_no_place="{title} has no place yet.",
        separator=", ",
        stop=".",
        from_time="from {time}",
        until_time="until {time}",
        minutes="{count} minutes",
        slots="{count} slots",
        whole_window="the whole window",
        those_tasks="these tasks",
        no_place_yet="no place yet",
        from_calendar="it comes from the calendar",
        locked="it is locked",
        nothing_to_continue="Nothing was cut short, so there is nothing to continue.",
    ),
    Locale.ZH: Phrases(
        who="我是 dayloom 内置的离线模型：只会一套固定的句式，不是人工智能，也不联网。",
        greeting="你好！我是 dayloom，正在使用内置的离线模型，只会一套固定的句式。",
        thanks="不客气。",
        lost="我是离线模型，没有听懂“{text}”。",
        too_long="我是离线模型，一次最多读 {limit} 个字符，请说得短一些。",
        still_lost="我还是没有听懂，所以一切保持原样。",
        help=(
            "我能听懂这样的话：\n"
            "- 安排我的任务，周五晚上空出来（还可以说：平均、尽早、晚上8点以后不要安排）\n"
            "- 把任务平均分配到每天\n"
            "- 把论文移到周二下午两点；交换论文和实验报告；删除论文的安排\n"
            "- 把周末的任务都移到周一到周五\n"
            "- 按科目集中，顺序无所谓\n"
            "- 周三有什么？我什么时候有两个小时的空？哪些任务还没安排？\n"
            "- 撤销；继续；是；不，周六也空出来"
        ),
        unread="“{text}”这部分我没有听懂，没有考虑。",
        nothing_open="现在没有等你回答的问题。",
        left_as_is="好的，一切保持原样，没有因此改动什么。",
        declined="你拒绝了这个改动，所以我没有做。请告诉我你想怎样。",
        noted_order="顺序的要求请和具体的请求一起说。",
        no_tasks="没有可以安排的任务。请先添加任务，再来找我。",
        all_placed="全部 {count} 个任务都已安排好，没有剩下的了。",
        not_found="没有找到叫“{name}”的任务。",
        which_one="“{name}”指的是哪一个？\n{choices}",
        not_movable="{title} 是固定的（{why}），我不能改动。",
        where_to="要把 {title} 移到什么时候？请告诉我日期或时间。",
        no_such_time="那个日期或时间不在计划范围内（{window}）。",
        no_place="{where}没有适合 {title} 的位置。",
        instead="{where}没有适合 {title} 的位置；其他位置中最好的是 {place}。要用这个吗？",
        not_placed="{title} 在草稿里没有安排。",
        none_there="那里没有我可以移动的任务。",
        already_free="草稿里没有任务落在那里。",
        already_there="{title} 已经在那里了：{place}。",
        may_reorder="按科目集中可能会改变有先后顺序的任务的顺序。可以改变顺序吗？",
        needs_reorder="按科目集中需要你允许改变顺序；请说“按科目集中，顺序无所谓”。",
        nothing_to_group="已安排的任务不到两个，没有什么可集中的。",
        nothing_to_undo="没有可以撤销的草稿改动。",
        refused="做不到：{why}",
        propose_plan="我打算安排 {count} 个任务{how}。请看看这些位置。",
        propose_relocate="我打算移动 {count} 个任务{how}。请看看这些改动。",
        propose_clear="我打算把 {count} 个任务从草稿里撤下来。",
        propose_spread="我打算让每天的任务量更平均{how}。",
        propose_group="我打算把同一科目的任务放在一起，它们的顺序可能会变。",
        propose_undo="我打算撤销上一次改动（{count} 个任务）。",
        propose_swap="我打算交换 {first} 和 {second}。",
        propose_remove="我打算把 {title} 从草稿里撤下来。",
        propose_move="我打算把 {title} 放在：{place}。",
        looking="我查一下。",
        step_plan="安排还没有位置的任务{how}",
        step_relocate="移动任务{how}",
        step_spread="让每天的任务量更平均{how}",
        step_group="每天之内按科目集中任务",
        step_keep_free="腾出时间{how}",
        step_move="移动 {name}{how}",
        step_swap="交换 {first} 和 {second}",
        step_remove="把 {name} 从草稿里撤下来",
        step_clear="把任务从草稿里撤下来",
        step_undo="撤销上一次改动",
        step_read="查询所问的内容",
        keeping_free="，空出 {where}",
        only_in="，只在 {where}",
        steady="，平均到每天",
        rapid="，尽早完成",
        placed="安排了 {count} 个",
        moved="移动了 {count} 个",
        unplaced="撤下了 {count} 个",
        nothing_changed="没有任何改动。",
        evidence="{changed}；还有 {pending} 个任务没有位置",
        still_open="{count} 个任务没有位置：",
        more="……另有 {count} 个。",
        day="{day}：{entries}",
        nothing_that_day="没有安排",
        free="空闲时间{how}：",
        nothing_free="没有空闲时间{how}。",
        free_for="（{amount}）",
        open_tasks="{count} 个任务没有位置：",
        none_open="每个任务都有位置。",
        is_at="{title}：{places}。",
        has_no_place="{title} 还没有位置。",
        separator="，",
        stop="。",
        from_time="{time} 以后",
        until_time="{time} 以前",
        minutes="{count} 分钟",
        slots="{count} 个时段",
        whole_window="整个计划范围",
        those_tasks="这些任务",
        no_place_yet="还没有位置",
        from_calendar="来自日历",
        locked="已锁定",
        nothing_to_continue="没有中断的工作，所以没有什么要继续的。",
    ),
}
