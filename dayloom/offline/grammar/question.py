# ruff: noqa: E501 - one pattern a line reads better than a broken one
"""Questions, greetings and other sentences that are understood only as a whole."""

from __future__ import annotations

import re
from typing import Final

from dayloom.offline.grammar.sentence import Bag, Form, Kind, bag, form

AMOUNT: Final = re.compile(
    r"(?:(?P<number>\d+(?:[.,]\d+)?|one and a half|half an?|an?|one|two|three|four|five|six|seven|eight)[\s-]?"
    r"(?P<unit>hours?|hrs?|h|minutes?|mins?|slots?|periods?|lessons?)(?![a-z])"
    r"|(?P<number_zh>\d+(?:\.\d+)?|一个半|[一二两三四五六七八九十]|半)\s?个?(?P<unit_zh>小时|钟头|分钟|节课?|时段))"
)
"""A length of time."""

ASKS_FOR_TIME: Final = re.compile(
    r"^(?:when|where|which|what|do i|do we|have i|is there|are there|find|show|can i|could i)(?![a-z])|什么时候|何时|哪|有没有|吗|找|几点"
)
"""With a length of time beside it, the beginning of a question for free time."""

QUESTIONS: Final[tuple[Form | Bag, ...]] = (
    form(
        Kind.WHO,
        r"(?:who|what) are you.*",
        r"are you (?:an? )?(?:ai|bot|robot|human|person|chatgpt|gpt|model|llm|machine|real).*",
        r"(?:what|which) (?:language )?model.*",
        r"你(?:到底)?是(?:谁|什么).*",
        r"你是.*(?:机器人|人类|真人|ai|人工智能|模型).*",
        r".*(?:什么|哪个|哪种)模型.*",
    ),
    form(
        Kind.HELP,
        r"(?:help|commands|examples|manual)(?: me)?",
        r"what (?:can|do|could) (?:you|i) (?:do|understand|say|ask|help).*",
        r"how (?:does|do) (?:this|it|you|i) (?:work|use).*",
        r"(?:hi|hello|hey|good (?:morning|day|evening|afternoon))(?: there| dayloom)?",
        r"帮助|帮帮我|怎么用|如何使用|你(?:会|能|可以|懂)(?:做|干|帮我)?(?:什么|啥|哪些).*|我(?:能|可以)(?:说|问)什么",
        r"你好|您好|嗨|早上好|晚上好|下午好",
    ),
    form(
        Kind.THANKS,
        r"(?:many )?(?:thanks|thank you|thx|cheers)(?: a lot| very much| so much)?|(?:that's |that is )?(?:great|perfect|nice|good job|well done)",
        r"(?:非常|多)?(?:感谢|谢谢|多谢)(?:你|您|了)*|太好了|很好|棒",
    ),
    form(
        Kind.UNDO,
        r"(?:undo|revert|take back|reverse|roll back|rollback)(?: (?:the|my|your|last|it|that|this|change|changes|step|move|plan|one))*",
        r"take (?:it|that|this|the last (?:change|step|move)) back",
        r"(?:put|change|set) (?:it|that|them|everything) back(?: (?:as|how|where|to how|to where) (?:it|they|things) (?:was|were))?",
        r"go back(?: (?:one step|to (?:before|how it was)))?|back to (?:before|how it was)|restore(?: it| the old plan)?",
        r"(?:撤销|撤回|回退|还原|恢复|取消)(?:一下)?(?:上一步|上一个|上次|刚才|刚刚|最后一次|之前)?(?:的)?(?:操作|改动|修改|更改|变动|原样|原状)?",
        r"(?:退回|回到)(?:上一步|之前|原来)(?:的样子)?",
    ),
    form(
        Kind.GO_ON,
        r"(?:continue|go on|carry on|keep going|proceed|resume|next|finish (?:it|the rest|up)|do the rest)",
        r"(?:继续|接着)(?:做|来|安排|吧)?|往下|下一步|把剩下的做完",
    ),
    bag(
        Kind.OPEN,
        "what which show list me is are 's s the my all tasks? still there any anything left over of have has no not yet "
        "open pending unplaced unplanned unscheduled missing planned placed scheduled a place without remains to be do i "
        "哪些 什么 任务 还 没有 没 未 安排 的 有 列出 看看 显示 剩下 剩 是 了 待 排 好 我 事情 地方 位置 吗 上 呢 被",
        needs=r"(?:what|which|show|list|any|is|are).*(?:open|pending|unplaced|unplanned|unscheduled|missing|left|remains|not yet"
        r"|not (?:planned|placed|scheduled)|no place|without a place)"
        r"|(?:没有?|未|待)(?:被)?(?:安排|排).*(?:哪些|什么|吗|任务$)|(?:哪些|什么|列出|看看|显示).*(?:没有?|未|待)(?:被)?(?:安排|排)|剩下?.*(?:哪些|什么)|还剩",
    ),
    bag(
        Kind.FREE,
        "when where what which at times? days? am i are we do is have will can could be there got my the it would free "
        "available time some any a gaps? room slots? left spare open for of with in on during find show me us give look "
        "search get how much many long still this week next and long-ish block hole windows? need something nothing "
        "planned then please most have "
        "什么时候 啥时候 何时 哪天 哪一天 几点 哪些 哪个 哪里 时候 时间段 时间 我们 我 有没有 有 没有 没 空闲 空档 空余 空 闲 段 "
        "还 会 是 能 连续 做 用 吗 呢 找出 找 一个 一段 个 给 看看 帮 里 可以 的 在 这 多少 比较 出 查 一下 完整 长",
        needs=r"^(?:when|where|what|which|am|are|do|is|have|will|can|could|find|show|give|look|search|get|how|any|free (?:time|slots?|gaps?))"
        r".*(?:free|available|time|gap|room|slot|spare|nothing planned|hole|block|window)"
        r"|^(?:free time|free slots?|gaps?)"
        r"|(?:什么时候|啥时候|何时|哪天|哪一天|几点|哪些|哪个|哪里|有没有|找|吗|多少|看看|查).*(?:空|闲|时间)|(?:空|闲|时间).*(?:吗|哪|什么时候|多少)"
        r"|^空闲时间$",
    ),
    form(
        Kind.WHAT,
        r"(?:my|the) (?:schedule|plan|agenda|calendar|overview|timetable|week|tasks)(?: (?:for|on|of))?(?:\s{w})?",
        r"overview|agenda|schedule|我的(?:计划|安排|任务|日程|课表)|总览|概览|日程表?",
        r"what does {w} look like",
        r"how (?:does|is|are) {w}(?: look| looking)?(?: like)?",
        r"what does (?:my |the )?(?:week|schedule|plan|calendar) look like|how (?:does|is) (?:my |the )?(?:week|schedule|plan|calendar)(?: look| looking)?(?: like)?",
    ),
    bag(
        Kind.WHAT,
        "what whats 's s is are do does did i have got am doing there planned scheduled happening happens going on my the "
        "tasks? plans? to up due for of in at you show list display print give tell me all our events? appointments? "
        "schedule calendar plan agenda week everything overview timetable an anything something any classes lectures "
        "have will be should must look like so far a again "
        "有 都 什么 啥 哪些 安排 了 任务 事情 事 课程 课 活动 要 做 干 我 的 吗 呢 看看 看 查看 查 显示 列出 一下 日程 计划 课表 整 "
        "这 排 是 怎么样 如何 给 告诉 时间表 全部 所有 行程 没有 会 还 内容 表",
        needs=r"^(?:what|whats|show|list|display|print|give|tell|is there|are there|do i have|have i|any)"
        r"|什么|啥|哪些|看|查|显示|列出|吗$|怎么样|如何|^(?!安排|规划|计划|排|制定).*(?:日程|行程|时间表|课表)",
    ),
    form(
        Kind.WHERE,
        r"(?:when|where|what time|what day|on which day|which day)(?:'s| is| are| will| did you (?:put|plan|place)| do i (?:do|have|work on|start)| does)(?: my| the)? (?P<name>[^,;?]+?)(?: (?:planned|scheduled|placed|due|start|on|be))?",
        r"(?:tell me about|what about|info(?:rmation)? (?:on|about)|details (?:on|of|about)) (?P<name>[^,;?]+)",
        r"(?P<name>[^,;?]+?)(?:是|被)?(?:安排|排)?在(?:什么时候|哪天|哪里|几点|何时|哪一天)(?:做|进行)?",
        r"(?:什么时候|哪天|何时|几点)(?:做|写|学|安排|是|上|开始)(?P<name>[^,;?]+)",
    ),
)
"""Sentences that are understood only as a whole, tried before anything is taken out of the text."""
