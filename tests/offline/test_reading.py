"""Which sentences mean what: the grammar, sentence by sentence."""

from __future__ import annotations

from datetime import time

import pytest
from builders import STEADY
from hypothesis import given
from hypothesis import strategies as st

from dayloom.offline.reader import LONGEST, read_text
from dayloom.offline.requests import (
    Amount,
    Apply,
    ClearTasks,
    GoOn,
    GroupBySubject,
    Help,
    KeepFree,
    Limits,
    MoveTask,
    PlanTasks,
    Reading,
    Relocate,
    RemoveTask,
    Request,
    SpreadEvenly,
    SwapTasks,
    TakeBack,
    Tasks,
    Thanks,
    There,
    Undo,
    Unknown,
    WhatIsOn,
    WhatIsOpen,
    WhenFree,
    WhereIs,
    WhoAreYou,
)
from dayloom.offline.whereabouts import DateWords, Where
from tools.planners.draft import Strategy

TITLES = (
    "Essay",
    "Lab report",
    "Read chapter 3 to 5",
    "Research and development",
    "Plan for Friday, keep it free",
    "论文",
)

MONDAY, TUESDAY, WEDNESDAY, FRIDAY, SUNDAY = (Where(weekdays=(day,)) for day in (1, 2, 3, 5, 7))
WEEKEND, WORKDAYS = Where(weekdays=(6, 7)), Where(weekdays=(1, 2, 3, 4, 5))
FRIDAY_EVENING = Where(weekdays=(5,), start=time(18))
AFTERNOON, MORNING = Where(start=time(12), end=time(18)), Where(end=time(12))
BEFORE_9, AFTER_18, AFTER_20 = Where(end=time(9)), Where(start=time(18)), Where(start=time(20))


def free(*places: Where) -> Limits:
    return Limits(keep_free=places)


def only(*places: Where) -> Limits:
    return Limits(allowed=places)


def asks(*requests: Request, agrees: bool | None = None, order: bool | None = None, unread: str = "") -> Reading:
    return Reading(requests=requests, agrees=agrees, may_reorder=order, unread=unread)


TABLE: list[tuple[Reading, tuple[str, ...]]] = [
    (
        asks(PlanTasks()),
        (
            "Plan my tasks",
            "PLAN MY WEEK!!!",
            "plan my week.",
            "Please arrange these tasks",
            "could you please schedule all my open tasks?",
            "organise my week for me",
            "I would like you to plan everything",
            "make a plan for the week",
            "fit in the remaining tasks",
            "plan",
            "安排我的一周",
            "规划我的任务",
            "请帮我安排一下任务吧",
            "排一下这些任务",
            "把所有任务安排好",
            "給我安排任務",
        ),
    ),
    (
        asks(PlanTasks(Strategy.STEADY)),
        ("plan everything steadily", "Plan my tasks at a steady pace", "平稳地安排所有任务"),
    ),
    (
        asks(PlanTasks(Strategy.RAPID)),
        (
            "Plan everything as early as possible",
            "as early as possible",
            "plan my tasks asap",
            "Plan my tasks, as early as possible",
            "get everything done as soon as possible",
            "尽早",
            "尽早完成所有任务",
            "尽快安排我的任务",
            "安排任务，越早越好",
        ),
    ),
    (
        asks(PlanTasks(limits=free(FRIDAY_EVENING))),
        (
            "Plan my tasks, keep Friday evening free",
            "plan my tasks and keep friday evening free",
            "plan my week but nothing on Friday evening",
            "Plan my tasks, leave Friday evenings free please",
            "plan my tasks; Friday evening must stay free",
            "plan my tasks, I'm busy on Friday after 18:00",
            "plan my tasks. don't plan anything on friday evening",
            "安排任务，周五晚上空出来",
            "请帮我安排任务,把周五晚上空出来",
            "规划我的一周，周五晚上不要安排",
            "安排我的任务，星期五晚上要留空",
        ),
    ),
    (
        asks(PlanTasks(limits=free(WEEKEND))),
        ("plan my tasks, not on the weekend", "plan my tasks, no work on weekends", "安排任务，周末不要安排"),
    ),
    (
        asks(PlanTasks(limits=only(WORKDAYS))),
        (
            "plan my tasks on weekdays",
            "plan my tasks only on weekdays",
            "plan my tasks from Monday to Friday",
            "安排任务，只在工作日",
            "安排工作日的任务",
        ),
    ),
    (asks(PlanTasks(limits=only(Where(weeks=(1,))))), ("plan my tasks for next week", "安排下周的任务")),
    (
        asks(PlanTasks(limits=only(Where(start=time(9), end=time(17))))),
        ("plan my tasks between 9 and 5", "plan my tasks only between 9:00 and 17:00", "安排任务，只在9点到17点"),
    ),
    (asks(PlanTasks(names=("essay", "lab report"))), ("plan Essay and Lab report", "schedule Essay, Lab report")),
    (
        asks(KeepFree(free(FRIDAY_EVENING))),
        (
            "keep Friday evening free",
            "Keep free Friday evening",
            "I want Friday evening off",
            "free up friday night",
            "周五晚上空出来",
            "周五晚上我有事",
        ),
    ),
    (
        asks(KeepFree(free(FRIDAY))),
        ("keep Friday free", "Keep fridays free!", "no tasks on Friday", "not on friday", "周五不要安排", "周五休息"),
    ),
    (
        asks(KeepFree(free(WEEKEND))),
        ("Keep the weekend free please", "nothing at the weekend", "周末不要安排", "不要在周末安排任务", "周末别排"),
    ),
    (
        asks(KeepFree(free(Where(weekdays=(1,), end=time(12)), Where(weekdays=(2,), start=time(12), end=time(18))))),
        ("leave Monday morning free and Tuesday afternoon too", "keep Monday morning and Tuesday afternoon free"),
    ),
    (asks(KeepFree(free(MONDAY, FRIDAY_EVENING))), ("keep Monday and Friday evening free",)),
    (
        asks(KeepFree(free(Where(weekdays=(1, 5), start=time(18))))),
        ("keep Monday and Friday evenings free", "周一和周五晚上空出来"),
    ),
    (
        asks(KeepFree(free(Where(dates=(DateWords(25, 11),))))),
        ("keep 25 November free", "keep Nov 25th free", "11月25日空出来"),
    ),
    (asks(KeepFree(free(Where(dates=(DateWords(25, 11, 2026),))))), ("keep 2026-11-25 free", "2026年11月25日不要安排")),
    (asks(KeepFree(free(Where(dates=(DateWords(25),))))), ("keep the 25th free", "25号空出来")),
    (
        asks(KeepFree(free(BEFORE_9))),
        (
            "nothing before 9",
            "no tasks before 9am",
            "not before 9:00",
            "no earlier than 9",
            "9点之前不要安排",
            "九点以前不排",
        ),
    ),
    (
        asks(KeepFree(free(AFTER_20))),
        (
            "nothing after 8",
            "nothing after 8pm",
            "no tasks after 20:00",
            "not later than 20:00",
            "晚上8点以后不要安排",
            "20点之后别安排",
        ),
    ),
    (
        asks(KeepFree(free(Where(start=time(12), end=time(14))))),
        ("nothing between 12 and 14", "keep lunch free", "12点到14点不要安排", "中午休息"),
    ),
    (asks(KeepFree(only(MORNING))), ("only in the mornings", "only before noon", "只在上午安排")),
    (asks(KeepFree(only(Where(end=time(18))))), ("finish by 18:00", "be done before 6 pm")),
    (
        asks(SpreadEvenly()),
        (
            "Spread my tasks evenly",
            "spread everything out evenly over the week",
            "even out the load",
            "balance my week",
            "please distribute the tasks more evenly",
            "平均分配",
            "把任务平均分配到每天",
            "均匀分布任务",
        ),
    ),
    (
        asks(MoveTask("essay", (TUESDAY,))),
        (
            "move Essay to Tuesday",
            "Move ESSAY to tuesday.",
            "please move my Essay to Tuesday",
            'move "Essay" to tues',
            "put Essay on Tuesday",
            "reschedule essay to Tuesday, please",
            "move Essay from Monday to Tuesday",
            "把Essay移到周二",
            "把 essay 挪到星期二",
            "把Essay改到礼拜二吧",
            "移动Essay到周二",
        ),
    ),
    (
        asks(MoveTask("essay", (Where(weekdays=(2,), at=time(14)),))),
        (
            "move Essay to Tuesday 14:00",
            "move Essay to Tuesday at 2pm",
            "schedule essay on Tuesday at 14:00",
            "move Essay to tuesday at 2",
            "把Essay移到周二下午两点",
            "把Essay安排在周二14:00",
        ),
    ),
    (
        asks(MoveTask("essay", (AFTERNOON,))),
        ("move Essay to the afternoon", "move essay into the afternoon", "把Essay移到下午"),
    ),
    (asks(MoveTask("essay", (Where(ahead=(1,)),))), ("move Essay to tomorrow", "把Essay移到明天")),
    (asks(MoveTask("essay", days=2)), ("postpone Essay by 2 days", "move Essay two days later", "把Essay推迟两天")),
    (
        asks(MoveTask("essay", days=-1)),
        ("move Essay one day earlier", "move Essay to the previous day", "把Essay提前一天"),
    ),
    (asks(MoveTask("essay")), ("move Essay", "reschedule Essay")),
    (asks(MoveTask("论文", (TUESDAY,))), ("把论文移到周二", "论文改到周二")),
    (asks(MoveTask("it", (WEDNESDAY,)), agrees=False), ("no, move it to Wednesday instead",)),
    (
        asks(MoveTask("essay", (FRIDAY,), limits=free(Where(end=time(14))))),
        ("move Essay to Friday, not before 14:00",),
    ),
    (asks(MoveTask("read chapter 3 to 5", (TUESDAY,))), ("move Read chapter 3 to 5 to Tuesday",)),
    (asks(MoveTask("research and development", (TUESDAY,))), ("move Research and development to Tuesday",)),
    (asks(MoveTask("plan for friday, keep it free", (TUESDAY,))), ("move Plan for Friday, keep it free to Tuesday",)),
    (
        asks(MoveTask("essay", (TUESDAY,)), MoveTask("lab report", (FRIDAY,))),
        ("move Essay to Tuesday and Lab report to Friday", "move Essay to Tuesday, then move Lab report to Friday"),
    ),
    (
        asks(MoveTask("essay", (TUESDAY,)), MoveTask("lab report", (TUESDAY,))),
        ("move Essay and Lab report to Tuesday",),
    ),
    (
        asks(Relocate(Tasks((WEEKEND,)), (WORKDAYS,))),
        (
            "Move all weekend tasks to Monday to Friday",
            "move the weekend tasks to monday-friday",
            "move everything on the weekend to weekdays",
            "move all tasks from the weekend to Mon-Fri",
            "把周末的任务都移到周一到周五",
            "把所有周末的任务移到工作日",
        ),
    ),
    (
        asks(Relocate(Tasks((MONDAY,)), (TUESDAY,))),
        ("move everything from Monday to Tuesday", "move all tasks on Monday to Tuesday", "把周一的任务移到周二"),
    ),
    (
        asks(Relocate(Tasks((Where(weekdays=(5,), start=time(12), end=time(18)),)), (Where(weekdays=(6,)),))),
        ("move all tasks on Friday afternoon to Saturday",),
    ),
    (asks(Relocate(Tasks(word="math"), (MONDAY,))), ("move all math tasks to Monday", "move my math tasks to monday")),
    (
        asks(SwapTasks("essay", "lab report")),
        (
            "swap Essay and Lab report",
            "please exchange Essay with Lab report",
            "switch essay and lab report",
            "交换Essay和Lab report",
            "把Essay和Lab report对调一下",
        ),
    ),
    (
        asks(RemoveTask("essay")),
        (
            "remove Essay",
            "delete the Essay from the plan",
            "cancel Essay please",
            "unplace essay",
            "take Essay out of the schedule",
            "删除Essay的安排",
            "取消Essay",
            "把Essay删掉",
        ),
    ),
    (
        asks(ClearTasks(Tasks((FRIDAY,)))),
        ("cancel all tasks on Friday", "remove everything on friday", "取消周五的安排"),
    ),
    (asks(ClearTasks(Tasks())), ("clear the plan", "remove all tasks", "start over", "清空计划", "删除所有任务")),
    (
        asks(GroupBySubject(), order=True),
        (
            "group by subject, order does not matter",
            "Group my tasks by subject; the order doesn't matter.",
            "cluster everything by course, in any order",
            "you may change the order, group the tasks by category",
            "按科目集中，顺序无所谓",
            "按科目集中(顺序无所谓)",
            "按学科归类，不管顺序",
        ),
    ),
    (
        asks(GroupBySubject()),
        (
            "group by subject",
            "sort my week by subject",
            "fewer context switches",
            "按科目集中",
            "把相同科目的任务放在一起",
        ),
    ),
    (
        asks(GroupBySubject(), order=False),
        (
            "group by subject but keep the order",
            "group by subject, don't change the order",
            "group by subject; the order does not matter, but keep the order",
            "按科目集中，但是不要打乱顺序",
        ),
    ),
    (
        asks(PlanTasks(), GroupBySubject(), order=True),
        (
            "plan my tasks and then group by subject; the order does not matter",
            "plan my tasks grouped by subject, order doesn't matter",
            "安排我的任务，然后按科目集中，顺序无所谓",
        ),
    ),
    (asks(PlanTasks(), SpreadEvenly()), ("plan my tasks, then spread them evenly", "先安排任务，再平均分配")),
    (
        asks(WhatIsOn((WEDNESDAY,))),
        (
            "What is on Wednesday?",
            "what's on wednesday",
            "whats planned on Wednesday",
            "what do I have on Wednesday?",
            "show me Wednesday",
            "周三有什么",
            "周三有什么安排？",
            "看看周三的日程",
            "星期三我要做什么",
        ),
    ),
    (asks(WhatIsOn()), ("show my week", "my schedule", "what is planned", "overview", "我的日程")),
    (
        asks(WhatIsOpen()),
        ("which tasks are still open?", "what is not planned yet?", "list the unplaced tasks", "哪些任务还没安排？"),
    ),
    (asks(WhereIs("essay")), ("when is Essay?", "where is my Essay", "when do I do Essay", "Essay在什么时候？")),
    (
        asks(WhenFree()),
        ("When am I free?", "when do I have time", "show me free slots", "我什么时候有空", "什么时候有时间？"),
    ),
    (asks(WhenFree((FRIDAY,))), ("am I free on Friday?", "is Friday free?", "free time on friday?", "周五有空吗")),
    (asks(WhenFree((FRIDAY_EVENING,))), ("is Friday evening free?", "周五晚上有空吗？")),
    (asks(WhenFree((Where(weeks=(0,)),))), ("when am I free this week?", "这周我什么时候有空")),
    (
        asks(WhenFree((FRIDAY,), Amount(minutes=120))),
        ("when am I free for 2 hours on Friday", "find me two hours on Friday", "周五什么时候有两个小时的空"),
    ),
    (
        asks(WhenFree((), Amount(slots=3))),
        ("when am I free for 3 slots", "find a gap of three slots", "什么时候有三节课的空"),
    ),
    (
        asks(WhenFree((), Amount(minutes=90))),
        ("find me a free slot of 90 minutes", "when do I have 1.5 hours?", "什么时候有一个半小时的空"),
    ),
    (
        asks(Undo()),
        ("undo", "Undo that, please", "revert the last change", "take it back", "撤销", "撤销上一步", "恢复"),
    ),
    (
        asks(Apply()),
        (
            "put it into my calendar",
            "Apply it, please",
            "apply",
            "put this into my calendar",
            "write the plan to my calendar",
            "save it",
            "add them to the calendar",
            "Can you put everything in my calendar?",
            "写入日历",
            "把它放进我的日历",
            "把草稿写入日历",
            "请把计划加到日历里",
            "应用",
            "保存到日历",
        ),
    ),
    (
        asks(TakeBack()),
        (
            "take it out of my calendar again",
            "remove it from my calendar",
            "undo the apply",
            "take that back from my calendar",
            "undo that in my calendar",
            "unapply",
            "从日历里撤回",
            "把它从日历中撤出来",
            "撤销写入",
            "把这些从我的日历里删掉",
        ),
    ),
    (asks(PlanTasks(), Apply()), ("plan my tasks and put them into my calendar", "安排我的任务，然后写入日历")),
    (asks(PlanTasks()), ("schedule everything in my calendar", "把任务安排到日历里")),
    (asks(RemoveTask("essay")), ("remove essay from my calendar",)),
    (asks(GoOn()), ("continue", "Go on.", "keep going", "继续", "接着做")),
    (asks(agrees=True), ("yes", "Yes, please", "YES!", "ok", "go ahead", "是", "好的", "可以", "没问题")),
    (asks(agrees=False), ("no", "No.", "nope", "no thanks", "never mind", "不", "不是", "不要", "算了")),
    (asks(KeepFree(free(FRIDAY)), agrees=False), ("no, keep Friday free too", "不,周五也要空出来")),
    (asks(agrees=False, unread="that is silly"), ("no, that is silly",)),
    (asks(There((WEDNESDAY,))), ("Wednesday", "on wednesday please", "周三")),
    (asks(There((Where(weekdays=(3,), at=time(10)),))), ("Wednesday at 10", "周三上午10点")),
    (
        asks(WhoAreYou()),
        ("Who are you?", "what are you", "are you an AI?", "which model are you", "你是谁", "你是机器人吗"),
    ),
    (asks(Help()), ("help", "hello", "what can you do?", "你好", "你能做什么")),
    (asks(Thanks()), ("thanks", "Thank you very much!", "谢谢")),
    (asks(KeepFree(free(FRIDAY_EVENING)), unread="i have choir"), ("I have choir, keep Friday evening free",)),
]


@pytest.mark.parametrize(("meant", "said"), [(meant, said) for meant, texts in TABLE for said in texts])
def test_a_sentence_is_read_as_what_it_asks_for(meant: Reading, said: str) -> None:
    assert read_text(said, TITLES) == meant


@pytest.mark.parametrize(
    "said",
    [
        "What is the meaning of life?",
        "paint the house",
        "don't move Essay",
        "do not plan my tasks",
        "tell me a joke",
        "the second one",
        "keep Friday at 25:00 free",
        "今天天气怎么样",
        "给我讲个笑话",
        "",
        "   ",
        "?!",
        "x" * (LONGEST + 1),
    ],
)
def test_what_is_not_in_the_grammar_is_unknown(said: str) -> None:
    assert read_text(said, TITLES) == asks(Unknown(said))


def test_quotes_and_known_titles_protect_a_name_that_reads_like_a_request() -> None:
    assert read_text('move "Swap Monday and Tuesday" to Friday').requests == (
        MoveTask("swap monday and tuesday", (FRIDAY,)),
    )


def test_a_sentence_may_begin_with_a_word_that_joins_sentences() -> None:
    assert read_text("并且swap Essay and Lab report", TITLES).requests == (SwapTasks("essay", "lab report"),)


VOCABULARY = """
plan my tasks keep friday evening free not only before after 9 14:00 and then , . ; move all to tuesday swap with
group by subject order does matter what is on when am i for 2 hours no yes
把 周五 移到 安排 不要 晚上 的 任务 顺序 无所谓
"""
WORDS = st.sampled_from(VOCABULARY.split())


@STEADY
@given(st.text(max_size=200) | st.lists(WORDS, max_size=25).map(" ".join))
def test_any_text_is_read_without_an_error_and_always_the_same(said: str) -> None:
    assert read_text(said, TITLES) == read_text(said, TITLES)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["move a to ", "and ", "keep ", "周五和", "monday ", "no, ", "a", "把", "1:", "((((", ", "]
)
def test_a_long_text_of_one_repeated_piece_is_read_in_time(piece: str) -> None:
    read_text((piece * LONGEST)[:LONGEST])
