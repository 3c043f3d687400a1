"""What the spans of a trace are called where a person reads them, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dayloom.traces.about import SpanKind
from state.interrupt import AnswerType
from state.outcome import OutcomeStatus
from state.prompt import Purpose
from state.transcript import FeedbackKind
from state.when import Locale

TOOLS: Final[Mapping[str, tuple[str, str]]] = {
    "get_overview": ("Look at the whole plan", "查看整个计划"),
    "query_range": ("Look at part of the days", "查看部分时段"),
    "find_free": ("Look for free time", "寻找空闲时间"),
    "list_tasks": ("Look through tasks and events", "查找任务和日程"),
    "get_task_info": ("Look at one task", "查看一项任务"),
    "next_up": ("See what comes next", "查看接下来的安排"),
    "place": ("Place a task", "安排一项任务"),
    "move": ("Move a task", "移动一项任务"),
    "swap": ("Swap two tasks", "对调两项任务"),
    "unplace": ("Take a task out of the draft", "从草稿中移出任务"),
    "batch_move": ("Move several tasks", "移动多项任务"),
    "at_risk": ("Check the deadlines", "检查截止时间"),
    "explain": ("Find out why a task lies where it does", "说明任务安排的原因"),
    "draft_plan": ("Draft a plan", "起草计划"),
    "replan": ("Mend the plan", "修补计划"),
    "relocate": ("Move tasks to other times", "把任务移到其他时段"),
    "spread_even": ("Spread the work evenly", "平均分配工作"),
    "min_context_switch": ("Keep like work together", "把同类工作放在一起"),
    "queue_add": ("Put tasks into the queue", "把任务加入队列"),
    "queue_next": ("Take the next task of the queue", "取队列中的下一项任务"),
    "queue_skip": ("Skip a task of the queue", "跳过队列中的任务"),
    "queue_status": ("Look at the queue", "查看队列"),
    "queue_apply": ("Place the task of the queue", "安排队列中的任务"),
    "add_tasks": ("Add tasks to the list", "把任务加入清单"),
    "change_task": ("Change tasks", "修改任务"),
    "finish_task": ("Mark tasks as done", "把任务标记为完成"),
    "drop_task": ("Take tasks off the list", "从清单中移除任务"),
    "split_task": ("Split a task into parts", "把任务拆成几部分"),
    "join_task": ("Join the parts of a task", "合并任务的各部分"),
    "repeat": ("Let a task come again", "让任务重复出现"),
    "set_limits": ("Set what plans keep to", "设定计划的限制"),
    "add_event": ("Add an event to the calendar", "在日历中添加日程"),
    "move_event": ("Change an event of the calendar", "修改日历中的日程"),
    "cancel_event": ("Cancel events of the calendar", "取消日历中的日程"),
    "apply_schedule": ("Write the draft into the calendar", "把草稿写入日历"),
    "undo_apply": ("Take back what was written last", "撤回上次写入的内容"),
    "send_message": ("Send a message", "发送消息"),
    "delegate": ("Hear what a run of its own reports", "听取子任务的报告"),
}
NODES: Final[Mapping[str, tuple[str, str]]] = {
    "plan": ("Decide how to go about it", "决定如何着手"),
    "execute": ("Take a step", "执行一步"),
    "confirm": ("Take the answer", "接收回答"),
    "order_guard": ("Check the order of tasks", "检查任务顺序"),
    "deliver": ("Say how it ended", "说明结果"),
}
_PURPOSES: Final[Mapping[str, tuple[str, str]]] = {
    Purpose.PLAN: ("Think about what to do", "思考要做什么"),
    Purpose.EXECUTE: ("Think about the next step", "思考下一步"),
    Purpose.DELIVER: ("Put the result into words", "组织答复"),
    Purpose.ANSWER: ("Answer about the open card", "回答关于待定卡片的问题"),
}
_ANSWERS: Final[Mapping[str, tuple[str, str]]] = {
    AnswerType.APPROVE: ("You approved", "你已同意"),
    AnswerType.EDIT: ("You changed and approved", "你已修改并同意"),
    AnswerType.REJECT: ("You declined", "你已拒绝"),
    AnswerType.RESPOND: ("You answered", "你已回答"),
}
_OUTCOMES: Final[Mapping[str, tuple[str, str]]] = {
    OutcomeStatus.COMPLETED: ("Done", "完成"),
    OutcomeStatus.ABORTED: ("Stopped", "已中止"),
    OutcomeStatus.EXHAUSTED: ("Out of budget", "预算已用完"),
    OutcomeStatus.FAILED: ("Failed", "失败"),
    OutcomeStatus.CANCELLED: ("Cancelled", "已取消"),
}
_FEEDBACK: Final[Mapping[str, tuple[str, str]]] = {
    FeedbackKind.POSITIVE: ("You praised it", "你表示满意"),
    FeedbackKind.NEGATIVE: ("You found fault with it", "你表示不满"),
    FeedbackKind.NEUTRAL: ("You judged it", "你作了评价"),
    FeedbackKind.CORRECTION: ("You corrected it", "你作了更正"),
}
_KINDS: Final[Mapping[SpanKind, tuple[str, str]]] = {
    SpanKind.RUN: ("Run", "运行"),
    SpanKind.MEMORY: ("Recall what is remembered", "回忆已知的内容"),
    SpanKind.CHILD: ("Give part of the work away", "把一部分工作交出去"),
    SpanKind.CORRECTION: ("An answer that was no use", "无法采用的回答"),
    SpanKind.CARD: ("Ask you", "向你提问"),
}
_BY_NAME: Final[Mapping[SpanKind, Mapping[str, tuple[str, str]]]] = {
    SpanKind.TOOL: TOOLS,
    SpanKind.NODE: NODES,
    SpanKind.MODEL: _PURPOSES,
    SpanKind.ANSWER: _ANSWERS,
    SpanKind.CONCLUSION: _OUTCOMES,
    SpanKind.FEEDBACK: _FEEDBACK,
}


def title_of(kind: SpanKind, name: str, locale: Locale) -> str:
    """Return what a span is called; `name` is its tool, node, purpose, and so on."""
    english, chinese = _BY_NAME.get(kind, {}).get(name) or _KINDS.get(kind) or (name, name)
    return chinese if locale is Locale.ZH else english
