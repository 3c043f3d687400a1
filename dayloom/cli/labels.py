"""What the command line itself says beside results, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from state.calendar_commit import Act
from state.change import ChangeKind
from state.interrupt import InterruptKind
from state.transcript import FeedbackKind
from state.when import Locale, weekday_name


@dataclass(frozen=True)
class Labels:
    """The words of one language; braces are filled with `str.format`."""

    cards: Mapping[InterruptKind, str]
    kinds: Mapping[ChangeKind, str]
    no_place: str
    nothing_placed: str
    legend: str
    inside: str
    pending: str
    prompts: Mapping[InterruptKind, str]
    reply: str
    edit: str
    editable: str
    another_place: str
    another_way: str
    approved_for_you: str
    how_to_answer: str
    your_reason: str
    your_reply: str
    thinking: str
    working: str
    corrected: str
    retrying: str
    restored: str
    person: str
    agent: str
    asks: str
    answers: Mapping[str, str]
    preview: str
    by_hand: Mapping[Act, str]
    went_back: str
    feedback: Mapping[FeedbackKind, str]
    remembered: str
    judged: str
    noted: str
    offer: str
    how_to_remember: str
    applied: str
    taken_back: str
    list_taken_back: str
    ended: str
    refused: str
    cut_off: str
    goes_on: str
    stopped: str
    card_first: str
    broken_off: str
    waiting: str
    now: str
    next: str
    nothing_next: str
    saved: str
    where: str
    no_command: str
    chat: str
    offline: str
    would: str


LABELS: Final[Mapping[Locale, Labels]] = {
    Locale.EN: Labels(
        cards={
            InterruptKind.TOOL: "Proposed change",
            InterruptKind.PLAN: "Plan",
            InterruptKind.QUESTION: "Question",
            InterruptKind.REORDER: "Order",
        },
        kinds={ChangeKind.PLACE: "place", ChangeKind.MOVE: "move", ChangeKind.UNPLACE: "remove"},
        no_place="no place",
        nothing_placed="Nothing is on the schedule from {start} to {end}.",
        legend="┃ placed task   │ in the calendar",
        inside="in {host}",
        pending="Without a place ({count})",
        prompts={
            InterruptKind.TOOL: "[y]es, yes to [a]ll in this turn, [e]dit, [n]o, or say what should be different: ",
            InterruptKind.PLAN: "[y]es, yes to [a]ll in this turn, [n]o, or say what should be different: ",
            InterruptKind.REORDER: "[y]es, keep the new order; [n]o, go back: ",
            InterruptKind.QUESTION: "Your answer: ",
        },
        reply="> ",
        edit="Instead (for instance {example}): ",
        editable="can be changed: day and time",
        another_place="Thursday 10:00",
        another_way="as early as possible",
        approved_for_you="Approved automatically.",
        how_to_answer="Answer with:",
        your_reason="what should be different",
        your_reply="your answer",
        thinking="thinking",
        working="working",
        corrected="(the model is corrected: {complaint})",
        retrying="(the model did not answer; trying again)",
        restored="(the order of tasks was restored)",
        person="you",
        agent="dayloom",
        asks="dayloom asks:",
        answers={"approve": "approved", "edit": "changed and approved", "reject": "declined", "respond": "answered"},
        preview="preview {version} ({state}), placed: {count}",
        by_hand={
            Act.EDIT: "You moved tasks by hand ({count})",
            Act.APPLY: "You put tasks into the calendar ({count})",
            Act.UNDO: "You took tasks out of the calendar again ({count})",
            Act.TASKS: "You changed the list of tasks",
        },
        went_back="You went back to an earlier place and on from there",
        feedback={
            FeedbackKind.POSITIVE: "You said that was good",
            FeedbackKind.NEGATIVE: "You said that was not good",
            FeedbackKind.NEUTRAL: "You said that was neither good nor bad",
            FeedbackKind.CORRECTION: "You corrected that",
        },
        remembered="Remembered: {rule} ({program} memory show {id})",
        judged="Counts for {confidence:.2f} from now on: {rule}",
        noted="Noted; nothing was learned of it.",
        offer='You declined with "{reason}". Shall I remember that? Say "remember that", or just go on.',
        how_to_remember="To remember why you declined that: {program} trace {run} --remember {card}",
        applied="{count} {tasks} in your calendar of dayloom now. Look at it: {program} calendar show · get it out: "
        "{program} calendar export FILE.ics, or subscribe ({program} feed create) · take it back: "
        "{program} undo {thread}",
        taken_back="{count} {tasks} out of your calendar again, and a draft as before.",
        list_taken_back="Your list of tasks is as before.",
        ended="ended: {status}",
        refused="refused",
        cut_off="The last run on this thread was cut off; it goes on now.",
        goes_on="You stopped the last run on this thread; it goes on now.",
        card_first="The run that was cut off has stopped at this card; answer it, then say your message again.",
        stopped="Stopped. What was done so far is kept; the next message goes on from there.",
        broken_off="The run was broken off ({code}). What was done so far is kept; say again what you would like.",
        waiting="Waiting for your answer.",
        now="now ",
        next="next",
        nothing_next="Nothing comes next: the days that are planned are over, or empty.",
        saved="Written to {path}.",
        where="Thread {thread}. See it again: {program} show {thread} · how it came about: {program} replay {thread}",
        no_command="There is no {command}; there are /show, /quit and /help.",
        chat="Say what you want planned. /show shows the schedule, /quit ends, Ctrl-C stops the agent.",
        offline="Planned with the built-in offline model: a small grammar of requests, no network, no language model.",
        would="It would",
    ),
    Locale.ZH: Labels(
        cards={
            InterruptKind.TOOL: "改动提议",
            InterruptKind.PLAN: "计划",
            InterruptKind.QUESTION: "提问",
            InterruptKind.REORDER: "顺序",
        },
        kinds={ChangeKind.PLACE: "安排", ChangeKind.MOVE: "移动", ChangeKind.UNPLACE: "取消安排"},
        no_place="未安排",
        nothing_placed="{start}至{end}没有任何安排。",
        legend="┃ 已安排的任务   │ 日历中的日程",
        inside="在{host}期间",
        pending="尚未安排（{count} 个）",
        prompts={
            InterruptKind.TOOL: "[y] 同意，[a] 本轮全部同意，[e] 修改，[n] 拒绝，或直接说希望怎样改：",
            InterruptKind.PLAN: "[y] 同意，[a] 本轮全部同意，[n] 拒绝，或直接说希望怎样改：",
            InterruptKind.REORDER: "[y] 保留新的顺序；[n] 退回：",
            InterruptKind.QUESTION: "你的回答：",
        },
        reply="> ",
        edit="改为（例如 {example}）：",
        editable="可修改：日期和时间",
        another_place="周四10:00",
        another_way="尽早",
        approved_for_you="已自动同意。",
        how_to_answer="用以下命令回答：",
        your_reason="希望怎样改",
        your_reply="你的回答",
        thinking="思考中",
        working="正在执行",
        corrected="（已要求模型更正：{complaint}）",
        retrying="（模型没有回应，正在重试）",
        restored="（已恢复任务的先后顺序）",
        person="你",
        agent="dayloom",
        asks="dayloom 询问：",
        answers={"approve": "已同意", "edit": "已修改并同意", "reject": "已拒绝", "respond": "已回答"},
        preview="预览 {version}（{state}）：安排了 {count} 个任务",
        by_hand={
            Act.EDIT: "你手动移动了 {count} 个任务",
            Act.APPLY: "你把 {count} 个任务写入了日历",
            Act.UNDO: "你从日历中撤回了 {count} 个任务",
            Act.TASKS: "你修改了任务清单",
        },
        went_back="你回到了之前的位置，并从那里继续",
        feedback={
            FeedbackKind.POSITIVE: "你说这样很好",
            FeedbackKind.NEGATIVE: "你说这样不好",
            FeedbackKind.NEUTRAL: "你说这样一般",
            FeedbackKind.CORRECTION: "你做了更正",
        },
        remembered="已记住：{rule}（{program} memory show {id}）",
        judged="从现在起的可信度为 {confidence:.2f}：{rule}",
        noted="已记下，没有从中学到什么。",
        offer="你拒绝时说“{reason}”。要我记住吗？说“记住”即可，不用就继续。",
        how_to_remember="要记住拒绝的原因：{program} trace {run} --remember {card}",
        applied="{count} 个任务已写入 dayloom 的日历。查看：{program} calendar show · 导出："
        "{program} calendar export FILE.ics，或订阅（{program} feed create）· 撤回：{program} undo {thread}",
        taken_back="{count} 个任务已从日历撤回，恢复为草稿。",
        list_taken_back="任务清单已恢复原样。",
        ended="结束：{status}",
        refused="被拒绝",
        cut_off="这个对话上一次运行被中断，现在接着进行。",
        goes_on="这个对话上一次运行由你停止，现在接着进行。",
        card_first="被中断的运行停在了这张卡片上；请先回答它，然后再说一遍你的话。",
        stopped="已停止。已完成的部分会保留；下一条消息会从那里继续。",
        broken_off="这次运行被中断（{code}）。已完成的部分会保留；请再说一遍你的要求。",
        waiting="等待你的回答。",
        now="现在",
        next="接着",
        nothing_next="接下来没有安排：计划的日子已过，或没有内容。",
        saved="已写入 {path}。",
        where="对话 {thread}。再次查看：{program} show {thread} · 经过：{program} replay {thread}",
        no_command="没有 {command}；可用的有 /show、/quit 和 /help。",
        chat="说说你想怎样安排。/show 查看日程，/quit 结束，Ctrl-C 让助手停下。",
        offline="由内置的离线模型安排：只懂一小套请求，不联网，也不是语言模型。",
        would="它会",
    ),
}


def say_day_month(day: date, locale: Locale) -> str:
    """Return the head of a day's column: `Wed` over `25 Nov`."""
    name = weekday_name(day.isoweekday(), locale)
    return f"{name}\n{day.month}月{day.day}日" if locale is Locale.ZH else f"{name}\n{day.day} {day:%b}"
