"""Every sentence the agent itself says to a person, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from state.event_edit import Scope
from state.task_edit import EditKind
from state.when import Locale


@dataclass(frozen=True)
class Words:
    """The sentences of one language; braces are filled with `str.format`."""

    working: str
    plan_card: str
    tool_card: str
    apply_card: str
    undo_card: str
    applied: str
    taken_back: str
    list_card: str
    list_changed: str
    events_changed: str
    events_card: str
    limits_card: str
    limits_changed: str
    limits_always: str
    limits_now: str
    outside: str
    edits: Mapping[EditKind, str]
    scopes: Mapping[Scope, str]
    tell: str
    clashes: str
    not_kept: str
    fields: Mapping[str, str]
    minutes: str
    times_a_day: str
    times_a_week: str
    days_apart: str
    comes_each: Mapping[str, str]
    comes_every: Mapping[str, str]
    comes_until: str
    nothing: str
    yes: str
    no: str
    took: str
    gives_up: str
    reorder_card: str
    order_broken: str
    order_would_break: str
    changes: str
    no_changes: str
    more: str
    pending: str
    stuck: str
    unplaced: str
    in_parts: str
    gone_by: str
    overdue: str
    offer_places: str
    outdated: str
    now_there: str
    taken_in: str
    came: str
    went: str
    moved: str
    lost: str
    not_taken_in: str
    others: str
    not_planned: str
    exhausted: str
    go_on: str
    too_many_corrections: str
    model_failed: str
    approved: str
    approved_all: str
    edited: str
    rejected: str
    rejected_plan: str
    declined_call: str
    left_at_that: str
    taken_as_no: str
    at_this_card: str
    choices: str
    chosen: Mapping[str, str]
    either: str


WORDS: Final[Mapping[Locale, Words]] = {
    Locale.EN: Words(
        working="One moment.",
        plan_card="This is how I would go about it:",
        tool_card="With your approval this happens ({count}):",
        apply_card="With your approval this goes into your calendar ({count}), and stays where it is from then on:",
        undo_card="With your approval this is taken out of your calendar again ({count}); the draft keeps the places:",
        applied="Written into your calendar ({count}):",
        taken_back="Taken out of your calendar, draft again ({count}):",
        list_changed="Changed on your list of tasks ({count}):",
        limits_card="With your approval, this is kept to from now on:",
        limits_changed="What your plans keep to has changed:",
        limits_always="Always: {fields}",
        limits_now="In this plan: {fields}",
        outside="Against what you asked for lie then, until they are moved: {titles}.",
        list_card="With your approval this changes on your list of tasks ({count}):",
        edits={
            EditKind.ADD: "New: {fields}",
            EditKind.CHANGE: "{title}: {fields}",
            EditKind.DONE: "Done: {title}",
            EditKind.DROP: "Dropped: {title}",
            EditKind.REOPEN: "To be planned again: {title}",
            EditKind.REMOVE: "Off the list again: {title}",
            EditKind.ADD_EVENT: "New event: {fields}",
            EditKind.MOVE_EVENT: "{title}: {fields}",
            EditKind.CANCEL_EVENT: "Cancelled: {fields}",
            EditKind.LIMITS: "{fields}",
        },
        events_changed="Changed in your calendar ({count}):",
        events_card="With your approval this changes in your calendar ({count}):",
        scopes={Scope.ONE: " (only this one of the series)", Scope.SERIES: " (the whole series)"},
        tell=" — others would have to be told, which I do not do: {people}",
        clashes=" — clashes with {titles}",
        not_kept=" — in this conversation only: it comes from a file, not from the calendar that is kept for you",
        fields={
            "title": "title",
            "minutes": "length",
            "category": "category",
            "order": "number in its category",
            "earliest": "not before",
            "deadline": "due",
            "weekdays": "only on",
            "hours": "only between",
            "priority": "priority",
            "locked": "locked",
            "when": "time",
            "location": "place",
            "attendees": "with",
            "repeat": "comes",
            "rule": "comes",
            "calendar": "in the calendar",
            "parts": "in parts",
        },
        minutes="{count} min",
        times_a_day="{count} × a day",
        times_a_week="{count} × a week",
        comes_each={"day": "every day", "week": "every week", "month": "every month", "year": "every year"},
        comes_every={
            "day": "every {count} days",
            "week": "every {count} weeks",
            "month": "every {count} months",
            "year": "every {count} years",
        },
        comes_until=" until {day}",
        days_apart=", at least {count} days from one to the next",
        nothing="none",
        yes="yes",
        no="no",
        took=", took {minutes} min",
        gives_up=" (gives up {place})",
        order_would_break="This breaks the order: {second} would begin before {first} ends; {first} belongs first.",
        order_broken="{second} now begins before {first} ends, although {first} belongs first.",
        reorder_card="The new draft changes the order of tasks that belong in sequence, and it cannot be mended "
        "without undoing it. Keep the new order, or go back to the last draft in order?",
        changes="Changes ({count}):",
        no_changes="Nothing was changed.",
        more="… and {count} more.",
        pending="Still without a place ({count}):",
        stuck="Cannot be moved ({count}):",
        unplaced="no place",
        in_parts="{title} ({count} parts)",
        gone_by="The time of these has gone by, and they are not marked as done: {titles}.",
        overdue="The deadline of these has passed, and they have no place: {titles}.",
        offer_places="Say “replan” for new places, or tell me which are done; until then nothing moves.",
        outdated="This draft no longer fits your calendar: {news}. Say “replan”, and it is mended.",
        now_there="{event} is now where it has {title}",
        taken_in="Your calendar or tasks have changed since: {news}.",
        came="new: {titles}",
        went="gone: {titles}",
        moved="moved: {titles}",
        lost="without a place now: {titles}",
        not_taken_in="Your calendar or tasks have changed, but could not be taken in: {why}",
        others="{count} more",
        not_planned="not planned yet",
        exhausted="I stopped because the budget of this turn is used up ({what}).",
        go_on='The draft stays as it is. Say "continue" and I go on from here.',
        too_many_corrections="I could not finish: the model kept giving answers I cannot use. Nothing beyond what "
        "you see was changed. Please try again, or say it in other words.",
        model_failed="I could not finish: {why} Your draft is kept; say it again once that is mended.",
        approved="The person approved {name} as shown.",
        approved_all="The person approved {name} and every further change of this turn.",
        edited="The person changed {name} and approved it so.",
        rejected="The person declined {name}. Reason: {reason}",
        rejected_plan="The person declined the plan. Reason: {reason}",
        declined_call="Declined by the person; nothing was changed. Reason: {reason}",
        left_at_that="Declined, and left at that. What the draft has so far stays there.",
        taken_as_no="Taken as a no, with these words as the reason: “{words}”.",
        at_this_card="It goes on once this is answered:",
        choices="It can be planned {values}.",
        chosen={"steady": "evenly over the days (steady)", "rapid": "as early as possible (rapid)"},
        either=" or ",
    ),
    Locale.ZH: Words(
        working="请稍等。",
        plan_card="我打算这样做：",
        tool_card="你同意后会有这些变化（{count} 处）：",
        apply_card="你同意后会写入日历（{count} 项），之后位置固定：",
        undo_card="你同意后会从日历中撤回（{count} 项），草稿保留这些位置：",
        applied="已写入日历（{count} 项）：",
        taken_back="已从日历撤回，恢复为草稿（{count} 项）：",
        list_changed="任务清单的变化（{count} 项）：",
        limits_card="你同意后，从现在起会遵守：",
        limits_changed="计划所遵守的要求有变化：",
        limits_always="始终：{fields}",
        limits_now="在这份计划中：{fields}",
        outside="这样一来，以下任务在移动之前与你的要求不符：{titles}。",
        list_card="你同意后任务清单会有这些变化（{count} 项）：",
        edits={
            EditKind.ADD: "新任务：{fields}",
            EditKind.CHANGE: "{title}：{fields}",
            EditKind.DONE: "已完成：{title}",
            EditKind.DROP: "不做了：{title}",
            EditKind.REOPEN: "重新列入计划：{title}",
            EditKind.REMOVE: "从清单中撤回：{title}",
            EditKind.ADD_EVENT: "新日程：{fields}",
            EditKind.MOVE_EVENT: "{title}：{fields}",
            EditKind.CANCEL_EVENT: "取消日程：{fields}",
            EditKind.LIMITS: "{fields}",
        },
        events_changed="日历的变化（{count} 项）：",
        events_card="你同意后日历会有这些变化（{count} 项）：",
        scopes={Scope.ONE: "（只改这一次）", Scope.SERIES: "（整个系列）"},
        tell="——需要另行告知（我不会代为通知）：{people}",
        clashes="——与{titles}冲突",
        not_kept="——只在本次对话中有效：它来自文件，不在为你保存的日历里",
        fields={
            "title": "名称",
            "minutes": "时长",
            "category": "类别",
            "order": "类别内的序号",
            "earliest": "最早",
            "deadline": "截止",
            "weekdays": "只在",
            "hours": "只在时段",
            "priority": "优先级",
            "locked": "锁定",
            "when": "时间",
            "location": "地点",
            "attendees": "参加者",
            "repeat": "重复",
            "rule": "重复",
            "calendar": "日历",
            "parts": "分成",
        },
        minutes="{count} 分钟",
        times_a_day="每天 {count} 次",
        times_a_week="每周 {count} 次",
        comes_each={"day": "每天", "week": "每周", "month": "每月", "year": "每年"},
        comes_every={
            "day": "每 {count} 天",
            "week": "每 {count} 周",
            "month": "每 {count} 个月",
            "year": "每 {count} 年",
        },
        comes_until="，直到 {day}",
        days_apart="，两次至少相隔 {count} 天",
        nothing="无",
        yes="是",
        no="否",
        took="，用时 {minutes} 分钟",
        gives_up="（让出 {place}）",
        order_would_break="这会打破顺序：{second}将先于{first}，但{first}应在前面。",
        order_broken="{second}现在先于{first}，但{first}应在前面。",
        reorder_card="新的草稿打乱了有先后顺序的任务，并且无法在保留它的同时恢复顺序。保留新的顺序，还是退回到上一个有序的草稿？",
        changes="改动（{count} 处）：",
        no_changes="没有任何改动。",
        more="……另有 {count} 处。",
        pending="还没有安排上的任务（{count} 个）：",
        stuck="无法移动的任务（{count} 个）：",
        unplaced="未安排",
        in_parts="{title}（{count} 部分）",
        gone_by="以下任务的时间已经过去，也没有标记为完成：{titles}。",
        overdue="以下任务的截止时间已过，还没有位置：{titles}。",
        offer_places="说“重新安排”就能得到新的位置，或者告诉我哪些已经完成；在此之前什么都不会移动。",
        outdated="这份草稿和你的日历已经对不上了：{news}。说“重新安排”就能修复。",
        now_there="{event}现在占了{title}的时间",
        taken_in="你的日历或任务有变化——{news}。",
        came="新增：{titles}",
        went="已移除：{titles}",
        moved="改了时间：{titles}",
        lost="现在没有位置：{titles}",
        not_taken_in="你的日历或任务有变化，但没能读入：{why}",
        others="另外 {count} 项",
        not_planned="尚未安排",
        exhausted="本轮的额度已用完（{what}），先停在这里。",
        go_on="草稿保持不变。说“继续”，我就从这里接着做。",
        too_many_corrections="没能完成：模型一直给出无法使用的回答。除了你看到的之外没有任何改动。请再试一次，或换个说法。",
        model_failed="没能完成：{why} 草稿已保留；解决之后请再说一遍。",
        approved="用户同意了 {name}，与所示一致。",
        approved_all="用户同意了 {name} 以及本轮之后的所有改动。",
        edited="用户修改了 {name} 并同意。",
        rejected="用户拒绝了 {name}。原因：{reason}",
        rejected_plan="用户拒绝了计划。原因：{reason}",
        declined_call="用户拒绝，没有任何改动。原因：{reason}",
        left_at_that="已拒绝，到此为止。草稿中已有的内容保留。",
        taken_as_no="这视为拒绝，理由是：“{words}”。",
        at_this_card="回答这一项之后就继续：",
        choices="可以{values}。",
        chosen={"steady": "均匀安排（steady）", "rapid": "尽早安排（rapid）"},
        either="或",
    ),
}

_MODEL_FAILURES: Final[Mapping[Locale, Mapping[str, str]]] = {
    Locale.EN: {
        "model_unreachable": "The model cannot be reached.",
        "model_timed_out": "The model did not answer in time.",
        "model_rate_limited": "The model is asked too much at the moment.",
        "model_bad_answer": "The model's answers cannot be read.",
        "model_context_full": "The conversation is too long for the model.",
        "": "The model does not answer.",
    },
    Locale.ZH: {
        "model_unreachable": "无法连接到模型。",
        "model_timed_out": "模型没有及时回答。",
        "model_rate_limited": "模型目前请求过多。",
        "model_bad_answer": "模型的回答无法读取。",
        "model_context_full": "对话太长，模型装不下。",
        "": "模型没有回答。",
    },
}

NO_REASON: Final[Mapping[Locale, str]] = {Locale.EN: "none given", Locale.ZH: "未说明"}


def say_model_failure(code: str, locale: Locale) -> str:
    """Return what kind of failure of a model this is; what is the operator's to mend is only told as no answer."""
    sentences = _MODEL_FAILURES[locale]
    return sentences.get(code, sentences[""])


def locale_of(text: str) -> Locale:
    """Return Chinese when the text holds a Chinese character, else English."""
    return Locale.ZH if any("一" <= character <= "鿿" for character in text) else Locale.EN
