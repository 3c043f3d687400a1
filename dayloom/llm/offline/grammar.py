"""The grammar as data: which sentences mean which request, in English and Chinese.

A `Bag` is a sentence made of known words only, in any order, around days and lengths of time. A `Form` is a pattern with
named parts. Texts are matched as `words.normalised` returns them, without the politeness around them; `{w}` stands for
days and times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dayloom.llm.offline.whereabouts import WHERE


class Kind(StrEnum):
    """Kinds of sentences; each is built into requests by one function of `reading`."""

    WHO = "who"
    HELP = "help"
    THANKS = "thanks"
    UNDO = "undo"
    GO_ON = "go_on"
    OPEN = "open"
    FREE = "free"
    WHAT = "what"
    WHERE = "where"
    GROUP = "group"
    PLAN_GROUPED = "plan_grouped"
    SPREAD = "spread"
    SWAP = "swap"
    MOVE = "move"
    SHIFT = "shift"
    REMOVE = "remove"
    PLAN = "plan"
    PLAN_NAMED = "plan_named"


@dataclass(frozen=True)
class Form:
    """Sentences of one kind, as patterns over the whole clause."""

    kind: Kind
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Bag:
    """Sentences of one kind, made of these pieces only, one of which must be needed; the rest is days and lengths."""

    kind: Kind
    pieces: re.Pattern[str]
    needs: re.Pattern[str]


def _form(kind: Kind, *patterns: str) -> Form:
    return Form(kind, tuple(re.compile(pattern.replace("{w}", rf"(?P<where>{WHERE})")) for pattern in patterns))


def _bag(kind: Kind, pieces: str, *, needs: str) -> Bag:
    """Build from words separated by spaces; English ones are whole words, Chinese ones may touch."""
    return Bag(kind, re.compile(rf"(?:(?:{_alternatives(pieces.split())})[\s,?!.']*)*"), re.compile(needs))


def _alternatives(words: Iterable[str]) -> str:
    longest_first = sorted(set(words), key=len, reverse=True)
    return "|".join(rf"(?<![a-z]){word}(?![a-z])" if word[0].isascii() else word for word in longest_first)


def _either(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


AMOUNT: Final = re.compile(
    r"(?:(?P<number>\d+(?:[.,]\d+)?|one and a half|half an?|an?|one|two|three|four|five|six|seven|eight)[\s-]?"
    r"(?P<unit>hours?|hrs?|h|minutes?|mins?|slots?|periods?|lessons?)(?![a-z])"
    r"|(?P<number_zh>\d+(?:\.\d+)?|一个半|[一二两三四五六七八九十]|半)\s?个?(?P<unit_zh>小时|钟头|分钟|节课?|时段))"
)
"""A length of time."""

_SUBJECT: Final = r"(?:subjects?|courses?|categor(?:y|ies)|topics?|types?|areas?|modules?|class|kind)"
_THINGS: Final = r"(?:my|the|all|tasks?|everything|week|days?|them|it|plan|schedule|things|stuff|together|of|chapters|work)"

QUESTIONS: Final[tuple[Form | Bag, ...]] = (
    _form(
        Kind.WHO,
        r"(?:who|what) are you.*",
        r"are you (?:an? )?(?:ai|bot|robot|human|person|chatgpt|gpt|model|llm|machine|real).*",
        r"(?:what|which) (?:language )?model.*",
        r"你(?:到底)?是(?:谁|什么).*",
        r"你是.*(?:机器人|人类|真人|ai|人工智能|模型).*",
        r".*(?:什么|哪个|哪种)模型.*",
    ),
    _form(
        Kind.HELP,
        r"(?:help|commands|examples|manual)(?: me)?",
        r"what (?:can|do|could) (?:you|i) (?:do|understand|say|ask|help).*",
        r"how (?:does|do) (?:this|it|you|i) (?:work|use).*",
        r"(?:hi|hello|hey|good (?:morning|day|evening|afternoon))(?: there| dayloom)?",
        r"帮助|帮帮我|怎么用|如何使用|你(?:会|能|可以|懂)(?:做|干|帮我)?(?:什么|啥|哪些).*|我(?:能|可以)(?:说|问)什么",
        r"你好|您好|嗨|早上好|晚上好|下午好",
    ),
    _form(
        Kind.THANKS,
        r"(?:many )?(?:thanks|thank you|thx|cheers)(?: a lot| very much| so much)?|(?:that's |that is )?(?:great|perfect|nice|good job|well done)",
        r"(?:非常|多)?(?:感谢|谢谢|多谢)(?:你|您|了)*|太好了|很好|棒",
    ),
    _form(
        Kind.UNDO,
        r"(?:undo|revert|take back|reverse|roll back|rollback)(?: (?:the|my|your|last|it|that|this|change|changes|step|move|plan|one))*",
        r"take (?:it|that|this|the last (?:change|step|move)) back",
        r"(?:put|change|set) (?:it|that|them|everything) back(?: (?:as|how|where|to how|to where) (?:it|they|things) (?:was|were))?",
        r"go back(?: (?:one step|to (?:before|how it was)))?|back to (?:before|how it was)|restore(?: it| the old plan)?",
        r"(?:撤销|撤回|回退|还原|恢复|取消)(?:一下)?(?:上一步|上一个|上次|刚才|刚刚|最后一次|之前)?(?:的)?(?:操作|改动|修改|更改|变动|原样|原状)?",
        r"(?:退回|回到)(?:上一步|之前|原来)(?:的样子)?",
    ),
    _form(
        Kind.GO_ON,
        r"(?:continue|go on|carry on|keep going|proceed|resume|next|finish (?:it|the rest|up)|do the rest)",
        r"(?:继续|接着)(?:做|来|安排|吧)?|往下|下一步|把剩下的做完",
    ),
    _bag(
        Kind.OPEN,
        "what which show list me is are 's s the my all tasks? still there any anything left over of have has no not yet "
        "open pending unplaced unplanned unscheduled missing planned placed scheduled a place without remains to be do i "
        "哪些 什么 任务 还 没有 没 未 安排 的 有 列出 看看 显示 剩下 剩 是 了 待 排 好 我 事情 地方 位置 吗 上 呢 被",
        needs=r"(?:what|which|show|list|any|is|are).*(?:open|pending|unplaced|unplanned|unscheduled|missing|left|remains|not yet"
        r"|not (?:planned|placed|scheduled)|no place|without a place)"
        r"|(?:没有?|未|待)(?:被)?(?:安排|排).*(?:哪些|什么|吗|任务$)|(?:哪些|什么|列出|看看|显示).*(?:没有?|未|待)(?:被)?(?:安排|排)|剩下?.*(?:哪些|什么)|还剩",
    ),
    _bag(
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
    _form(
        Kind.WHAT,
        r"(?:my|the) (?:schedule|plan|agenda|calendar|overview|timetable|week|tasks)(?: (?:for|on|of))?(?:\s{w})?",
        r"overview|agenda|schedule|我的(?:计划|安排|任务|日程|课表)|总览|概览|日程表?",
        r"what does {w} look like",
        r"how (?:does|is|are) {w}(?: look| looking)?(?: like)?",
        r"what does (?:my |the )?(?:week|schedule|plan|calendar) look like|how (?:does|is) (?:my |the )?(?:week|schedule|plan|calendar)(?: look| looking)?(?: like)?",
    ),
    _bag(
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
    _form(
        Kind.WHERE,
        r"(?:when|where|what time|what day|on which day|which day)(?:'s| is| are| will| did you (?:put|plan|place)| do i (?:do|have|work on|start)| does)(?: my| the)? (?P<name>[^,;?]+?)(?: (?:planned|scheduled|placed|due|start|on|be))?",
        r"(?:tell me about|what about|info(?:rmation)? (?:on|about)|details (?:on|of|about)) (?P<name>[^,;?]+)",
        r"(?P<name>[^,;?]+?)(?:是|被)?(?:安排|排)?在(?:什么时候|哪天|哪里|几点|何时|哪一天)(?:做|进行)?",
        r"(?:什么时候|哪天|何时|几点)(?:做|写|学|安排|是|上|开始)(?P<name>[^,;?]+)",
    ),
)
"""Sentences that are understood only as a whole, tried before anything is taken out of the text."""

FORMS: Final[tuple[Form | Bag, ...]] = (
    _form(
        Kind.GROUP,
        rf"(?:(?:group(?:ed)?|cluster(?:ed)?|bundled?|batch|sort(?:ed)?|collect|arranged?|organi[sz]ed?|ordered|order|bunch)(?:\s{_THINGS})*\s)?by (?:the )?{_SUBJECT}(?:\s{{w}})?",
        rf"(?:group|cluster|bundle|batch|sort|collect|arrange|organi[sz]e) {{w}} by {_SUBJECT}",
        rf"(?:keep|put|place|group|bring) (?:(?:the|tasks|of|each|every|same|one|all|my|a)\s)*{_SUBJECT}(?: tasks)?(?: close)? together(?:\s{{w}})?",
        r"(?:with )?(?:fewer|less|minimi[sz]e|reduce|avoid|as few)(?: the)?(?: number of)? (?:context|subject|category|topic|course)[ -]?(?:switch(?:es|ing)?|changes)(?: as possible)?",
        rf"(?:focus on )?one {_SUBJECT} (?:at a time|after (?:the other|another)|per (?:day|block))",
        r"(?:把|将)?(?:(?:我的|所有|全部|这些)?(?:任务|它们|日程|安排))?(?:都)?按照?(?:科目|学科|课程|类别|分类|主题|种类)(?:来|进行)?(?:集中|分组|归类|排列|排序|整理|放在一起|安排|分类|归并|聚集|合并|排)*(?:一下|在一起|起来)?(?:任务)?",
        r"(?:把|将)?(?:相同|同一个?|同类|同|一个)(?:科目|学科|类别|课程|类)?(?:的)?(?:任务)?(?:都)?(?:放|排|安排|集中|归)(?:在|到)?(?:一起|一块)?",
        r"(?:尽量)?(?:减少|少一?点?)(?:科目|上下文|学科|任务)?(?:之间)?(?:的)?切换",
    ),
    _form(
        Kind.PLAN_GROUPED,
        rf"(?:plan|schedule)(?:\s{_THINGS})+\s(?:(?:and )?(?:group(?:ed)?|sorted|arranged|ordered|bundled)\s)?by (?:the )?{_SUBJECT}",
        r"按照?(?:科目|学科|课程|类别)(?:安排|规划)(?:我的)?(?:一周|日程|所有任务)",
    ),
    _bag(
        Kind.SPREAD,
        "spread even balance distribute level equali[sz]e smooth rebalance make my the all tasks? load work workload "
        "everything them it out more evenly equally over across days? week each every day daily as possible per of and "
        "between among fairly homework study schedule balanced should be is same number amount on are "
        "平均 均匀 平衡 均衡 匀 差不多 一样 分配 分布 分散 分摊 分 安排 一下 一点 任务 我的 我 每一天 每日 负担 工作量 学习量 把 将 所有 全部 到 "
        "的 地 都 得 量 在 各天 整周 这些 些 使 让 多 开 工作 学习 压力 更 日程",
        needs=r"evenly|(?<![a-z])even(?![a-z])|balance|level|equal|smooth|same (?:number|amount)|平均|均匀|平衡|均衡|匀|差不多|一样",
    ),
    _bag(
        Kind.PLAN,
        "plan replan re-plan plans arrange schedule organi[sz]e place distribute sort draft allocate fit lay make create build "
        "prepare work timetable get do finish fill out up in me all everything the my these those this our of rest a an "
        "new whole entire open pending remaining unplaced unscheduled left other upcoming next coming two three four few "
        "tasks? week weeks days? month fortnight to-?dos? stuff things them it assignments? homework study studies "
        "calendar chapters? time workload load list for into and as that to on done planned sorted some good best way you now "
        "with around events appointments lectures classes existing already again can still everything's somewhere there is "
        "安排 规划 计划 排 制定 做 一下 好 个 我们 我 的 这些 那些 这 所有 全部 剩下 剩余 其余 未 没有 没 还 任务 一周 两周 周 星期 日程 "
        "学习 作业 时间 事情 待办 事项 课程 工作 都 把 将 给 重新 整个 两 三 几 天 月 和 到 进去 进来 进 里 日历 表 方案 完 内容 复习 一个 上 "
        "完成 草稿 去 地",
        needs=r"^(?:plan|replan|re-plan|arrange|schedule|organi[sz]e|place|distribute|sort|draft|allocate|fit|lay|make|"
        r"create|build|prepare|work out|timetable|get|do|finish|fill)(?![a-z]).*(?:task|week|everything|them|it|day|to-?do|work|stuff|"
        r"things|assignment|homework|stud|schedule|plan|month|fortnight|chapter|time|rest|all|remaining|open|load|list)"
        r"|^(?:plan|replan|schedule)$|安排|规划|计划|排|制定|完成",
    ),
    _form(
        Kind.SWAP,
        r"(?:swap|exchange|switch|trade|interchange)(?: the (?:places|times|slots|positions) of)? (?P<first>.+?) (?:and|with|for|&) (?P<second>.+?)(?: around| over)?",
        r"(?:change|swap) places? (?:of|between) (?P<first>.+?) and (?P<second>.+)",
        r"(?:交换|对调|互换|调换|对换)(?:一下)?(?P<first>.+?)(?:和|与|跟|同|以及)(?P<second>.+?)(?:的(?:时间|位置|顺序))?",
        r"(?:把|将)?(?P<first>.+?)(?:和|与|跟|同|以及)(?P<second>.+?)(?:的(?:时间|位置))?(?:交换|对调|互换|调换|对换|换)(?:一下|过来|个位置|位置|时间)?",
    ),
    _form(
        Kind.SHIFT,
        r"(?:move|shift|push|postpone|delay|put off|reschedule) (?P<name>.+?) (?:back |forward |by )?(?P<number>\d+|one|a|two|three|four|five) days? ?(?P<way>later|earlier|back|forward|ahead)?",
        r"(?P<early>bring forward|advance|move up) (?P<name>.+?) (?:by )?(?P<number>\d+|one|a|two|three|four|five) days?",
        r"(?:move|shift|push|postpone|delay|reschedule) (?P<name>.+?) to the (?P<next>next|previous|following) day",
        r"(?:把|将)?(?P<name>.+?)(?P<way>推迟|延后|推后|往后推|往后移|提前|往前移|往前挪|往后挪)(?P<number>\d+|[一二两三四五])[天日]",
        r"(?P<way>推迟|延后|推后|提前)(?P<name>.+?)(?P<number>\d+|[一二两三四五])[天日]",
    ),
    _form(
        Kind.MOVE,
        rf"(?:move|shift|put|place|reschedule|push|bring|change|postpone|set|drag|schedule|delay|transfer|slide|relocate)(?: back| up| forward)? (?P<name>.+?)(?:\s(?:from|on|in|at)\s(?P<source>{WHERE}))? (?:to|onto|into|until|till|over to) {{w}}",
        r"(?:move|shift|put|place|reschedule|push|bring|postpone|set|schedule|plan|do|delay|arrange|book|fit in|slot in) (?P<name>.+?)\s{w}",
        r"(?:move|shift|reschedule|postpone|relocate) (?P<name>.+)",
        rf"(?:把|将)(?P<name>.+?)(?:从(?P<source>{WHERE}))?(?:都|全部|全)?(?:移动|移|挪动|挪|调整|调|改期|改|换|放|安排|排|推迟|提前|延后|推|搬)(?:到|至|在|去|进|成)?{{w}}(?:去|里|来|做)?",
        r"(?:移动|挪动|移|挪|调整|调|改|推迟|提前|放|安排|排)(?P<name>.+?)(?:到|至|在){w}(?:去|里)?",
        r"(?P<name>.+?)(?:都|全部)?(?:移动|移|挪动|挪|调|改|换|推迟|提前)(?:到|至|在){w}(?:去|里)?",
        r"(?:把|将)(?P<name>.+?)(?:移动|移|挪动|挪|改期|换个?时间)(?:一下|走|开)?|(?:移动|挪动)(?P<bare>.+)",
    ),
    _form(
        Kind.REMOVE,
        r"(?:remove|delete|cancel|drop|unplace|unschedule|take out|take off|take|clear|erase|throw out|kick out|get rid of|unplan)(?: out| off)? (?P<name>.+?)(?: (?:from|off|out of) (?:(?:the|my)\s)?(?:plan|schedule|week|calendar|draft|list|timetable))?",
        rf"(?:remove|delete|cancel|drop|take) (?P<name>.+?) (?:from|off|out of) (?:{WHERE})",
        r"(?:start over|reset|start again)(?P<all>)",
        r"(?:删除|取消|移除|去掉|删掉|撤掉|拿掉|清空|清除|移走)(?:掉)?(?P<name>.+?)(?:的(?:安排|时间|计划))?(?:吧)?",
        r"(?:把|将)(?P<name>.+?)(?:的(?:安排|时间|计划))?(?:从(?:计划|日程|日历|安排)(?:里|中|上)?)?(?:都|全部|全)?(?:删除|取消|移除|去掉|删掉|删了|撤掉|撤下来|拿掉|拿走|移走|清空|清除)(?:吧|掉|了)?",
        r"(?:不要|别|不)再?安排(?P<name>.+?)了?|(?:重新开始|重来|全部清空)(?P<everything>)",
    ),
    _form(
        Kind.PLAN_NAMED,
        r"(?:plan|schedule|place|fit in|arrange|put in|find (?:a )?(?:place|time|slot) for|make (?:room|time) for) (?P<names>.+)",
        r"(?:安排|规划|排)(?:一下)?(?P<names>.+)|(?:把|将)(?P<names_2>.+?)(?:安排|排)(?:一下|好|进去|上|进来)?",
    ),
)
"""Sentences of which several may stand in one text; the first that fits counts."""

RAPID: Final = _either(
    r"(?<![a-z])(?:as (?:early|soon|fast|quickly) as (?:possible|you can|i can|it gets)|a\.?s\.?a\.?p\.?|(?:at|in) the earliest(?: possible(?: time)?)?"
    r"|the earlier the better|the sooner the better|right away|immediately|rapidly|rapid|quickly|front-?load(?:ed)?|early|soon)(?![a-z])",
    r"尽早|尽快|越早越好|越快越好|尽可能早|尽可能快|尽量早|尽量快|早点|早一点|快点|赶快|提前完成",
)
STEADY: Final = _either(
    r"(?<![a-z])(?:at a (?:steady|calm|relaxed|even) pace|in a (?:balanced|steady|relaxed) way|steadily|steady|evenly(?: spread| distributed)?|calmly|"
    r"relaxed|balanced|smoothly|gently|equally)(?![a-z])",
    r"平稳|均匀|平均|稳步|匀速|轻松一?点?|从容|慢慢|稳一点",
)

_ZH_NOT: Final = r"(?:不要|别|不能|不可以|不许|不准|请勿|勿|禁止|不)"
ORDER_FIXED: Final = _either(
    r"(?:but )?(?:keep|preserve|respect|maintain|stick to|follow|observe)(?:ing)?(?: (?:the|their|my|that|its))? (?:original |given |right |same )?(?:order|sequence)(?: of (?:the |my )?(?:tasks|chapters))?",
    r"(?:do not|don't|dont|never|without|must not|may not|should not|shouldn't|can't|cannot) (?:chang(?:e|ing)|reorder(?:ing)?|touch(?:ing)?|mix(?:ing)?(?: up)?|break(?:ing)?|rearrang(?:e|ing)|alter(?:ing)?|mess(?:ing)? (?:with|up))(?: (?:the|their|my|them|any|of|order|sequence|tasks|chapters))*",
    r"(?:the |their )?(?:order|sequence) (?:of (?:the |my )?(?:tasks|chapters) )?(?:does |do )?(?:matters?|is (?:very )?important|(?:must|should|has to|needs to) (?:stay|be kept|remain|be preserved|not (?:be )?change[d]?)(?: (?:the same|as (?:it )?is))?|stays(?: the same| as it is)?)",
    r"in (?:the |their )?(?:right|given|original|correct|same) (?:order|sequence)",
    rf"{_ZH_NOT}(?:改变|调整|打乱|改动|更改|改|变|动|换|弄乱)(?:它们的|原来的|原有的|原有|任务的?)?(?:先后)?顺序",
    r"(?:请)?(?:保持|保留|维持|按照?|遵守)(?:原来的?|原有的?|原|给定的?|现有的?|任务的?)?(?:先后)?(?:的)?顺序(?:不变)?",
    r"(?:先后)?顺序(?:不变|不能变|不要变|不能改|不能乱|不能打乱|不可变|很重要|重要|要保持|别变|别动|要紧)",
)
ORDER_FREE: Final = _either(
    r"(?:and |as |because |since )?(?:the |their |my )?(?:order|sequence)(?: of (?:the |my |these )?(?:tasks|chapters|them))? (?:does not|doesn't|doesnt|need not|don't|do not|dont)(?: really| even)? matter(?: at all| to me)?",
    r"(?:the |their )?(?:order|sequence)(?: of (?:the |my )?(?:tasks|chapters))? (?:is|are) (?:not important|unimportant|irrelevant|free|up to you|not relevant|flexible)",
    r"(?:the |their )?(?:order|sequence) (?:can|may|could) (?:change|be changed|be different|vary)",
    r"(?:in )?(?:any|whatever|no particular|no specific|no fixed) order(?: is (?:fine|ok|okay|good)| will do| you like)?",
    r"(?:regardless|irrespective|independent) of (?:the |their )?(?:order|sequence)",
    r"(?:ignore|ignoring|forget|never mind|disregard(?:ing)?) (?:about )?(?:the |their )?(?:order|sequence)",
    r"(?:you (?:may|can|are allowed to|are free to)|feel free to|i allow you to|i am fine with|it is (?:ok|okay|fine) to) (?:reorder(?:ing)?|change the order|rearrange|shuffle)(?: (?:of )?(?:them|the tasks|tasks|everything|it))?",
    r"(?:reordering|changing the order)(?: (?:them|tasks))? is (?:fine|ok|okay|allowed|no problem)",
    r"(?:i )?(?:do not|don't|dont) (?:mind|care about) (?:the |their )?(?:order|sequence)",
    r"(?:先后)?顺序(?:都|也|可以|是)?(?:无所谓|不重要|不要紧|没关系|没有关系|随便|随意|任意|不限|不用管|可以变|可以改|可以调整|可以打乱|可变|可改|可换|怎样都行|怎么都行)",
    r"(?:不管|不考虑|不在乎|不在意|忽略|无视|不用管|不必管)(?:先后)?顺序",
    r"(?:可以|允许|能够|随便|随意)(?:你)?(?:调整|改变|打乱|换|更改|变动|改)(?:任务的?)?(?:先后)?顺序|任意顺序|顺序任意",
)

_W: Final = rf"(?P<where>{WHERE})"
_EN_WORK: Final = r"(?:tasks?|work|studying|study|learning|appointments?|lessons?|homework|anything|things?|stuff|one|them|it)"
_ZH_WORK: Final = r"(?:任何)?(?:任务|东西|事情|事|活动|学习|工作|内容|课)"
KEEP_FREE: Final[tuple[re.Pattern[str], ...]] = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![a-z])(?:keep|leave|hold|have|make|set|reserve|want|need|get|take)(?:ing)? (?:me )?{_W} (?:(?:completely|totally|entirely|all|also)\s)?(?:free|clear|open|empty|off|unplanned|untouched|blank|as free time)(?: (?:of|from) {_EN_WORK})?(?![a-z])",
        rf"(?<![a-z])(?:keep|leave|keeping|leaving|free up|clear out|clear|block out|block off|block) (?:(?:free|clear|open|empty)\s)?{_W}",
        rf"(?<![a-z])(?:(?:do not|don't|dont|never|please don't) (?:plan|schedule|put|place|do|arrange|use|work|study|touch|book|want)(?: (?:to work|to study|to do))?(?: {_EN_WORK})?|(?:i )?(?:do not|don't|dont|cannot|can't|can not|won't) (?:want to )?(?:work|study|do {_EN_WORK}|make it)|no {_EN_WORK}|nothing|not|no|never|avoid(?:ing)?|except(?: for)?|excluding|skip(?:ping)?|without|but not|other than)(?: (?:is |are |should be |shall be |to be |may be |gets? )?(?:planned|scheduled|placed|put|happening|allowed|happen))?\s{_W}",
        rf"{_W} (?:should|must|has to|have to|needs? to|shall|ought to|will) (?:be|stay|remain|be kept|be left) (?:free|empty|clear|off|open)",
        rf"(?:i am|i'm|im|i will be|i'll be) (?:busy|away|off|not (?:available|free|there|here)|unavailable|out|travelling|traveling|on holiday)\s{_W}",
        rf"(?<![a-z]){_W} (?:is |are )?(?:free|off|off limits|off-limits|taboo|blocked|not possible|impossible|does not work|doesn't work|is bad)(?: for me)?(?![a-z])",
        rf"(?:把|让|将)?(?:我(?:的)?)?{_W}(?:我|都|也|要|必须|得|需要|请|最好|还|应该|的话|给我|再|帮我|就|全部|时间|,)*(?:空出来|空着|空出|留空|留出来|留出|留给我|腾出来|腾空|空下来|休息|放假|有事|没空|没有空|不在|没时间|很忙|忙|{_ZH_NOT}(?:要|想)?再?(?:安排|排|学习|工作|有|放|做|干活|上课|用)(?:{_ZH_WORK})?)(?:时间)?",
        rf"(?:空出|留出|腾出|避开|保留|预留|跳过|除了|除去|空着){_W}(?:以外|之外|外)?(?:的?时间)?",
        rf"{_ZH_NOT}(?:把(?:任务|东西|事情))?再?(?:安排|排|放|学习|工作|占用|动)?(?:{_ZH_WORK})?(?:在|到|于)?{_W}(?:里|再)*(?:安排|排|学习|工作|放|做)?(?:{_ZH_WORK})?",
    )
)
"""What is to be kept free."""

ONLY: Final[tuple[re.Pattern[str], ...]] = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![a-z])(?:only|just|exclusively|strictly)(?: (?:plan|schedule|work|study|use|put|place|do)(?: {_EN_WORK})?)?\s{_W}",
        rf"(?<![a-z])(?:use|using|work|study|working|studying) only\s{_W}|{_W.replace('where', 'where_2')} only(?![a-z])",
        rf"(?<![a-z])(?:finish|end|stop|be done|be finished|be home|start|begin|starting|ending)(?: (?:work|working|everything|the day|days|studying))?\s{_W}",
        rf"(?:只能|只要|只想|只|仅)(?:可以)?(?:安排|排|放|用|学习|工作)?(?:在|到|于)?{_W}(?:安排|排|学习|工作|做)?(?:任务)?",
        rf"{_W}才(?:可以|能)?(?:安排|排|学习|工作|有空)",
    )
)
"""The only places where tasks may lie."""

YES: Final = _either(
    r"(?:yes|yep|yeah|yup|yes please|sure|ok|okay|k|do it|go ahead|fine|agreed|sounds good|please do|correct|right|exactly|of course|absolutely|definitely|approve|approved|accept|y|alright|all right|that's fine|that is fine|why not|you may|go for it)",
    r"(?:是|是的|好|好的|好啊|可以|可以的|行|对|对的|没问题|同意|嗯|恩|确定|确认|当然|当然可以|要|没错|批准|允许|就这样|好吧|行吧)",
)
NO: Final = _either(
    r"(?:no|nope|nah|no thanks|no thank you|don't|do not|stop|never mind|nevermind|cancel|not now|leave it|leave it as it is|leave everything as it is|rather not|better not|n|wrong|reject|decline|forget it|not like that|no way|not good|not yet)",
    r"(?:不|不是|不要|不行|不用|不用了|否|别|算了|不可以|不同意|不对|没必要|不必|不好|不了|先不要|不是这样|拒绝|取消|不能)",
)

POLITE: Final = re.compile(
    r"^(?:(?:(?:please|pls|hey|hi|hello|okay|ok|so|well|now|dayloom|can you|could you|would you|will you|can we|could we|let's|lets|let us|"
    r"i want you to|i want to|i would like you to|i would like to|i'd like you to|i'd like to|i want|i need you to|i need to|i'd like|i would like|"
    r"just|then|and|also|but|first|finally|lastly|help me to|help me|you should|you can|maybe|kindly|go ahead and|try to|with|while|both|too)(?![a-z'])|[,;:.!\s]"
    r"|请问|请|麻烦你?|帮忙|帮我|能不能|能否|可不可以|我想要|我想|我希望|希望|然后|并且|并|接着|最后|首先|先|那就|那么|那|也|还有|同时|而且|再|你|但是|但|不过)\s*)+"
)
TRAILING: Final = re.compile(
    r"(?:(?:\s|^)(?:please|pls|thanks|thank you|for me|now|too|as well|instead|ok|okay|and|but|with|while|then|also)(?=[\s,;:.!?]*$)|[,;:.!?\s]|吧|谢谢你?|好吗|可以吗|行吗|好不好|啊|呀|哦|地|的话|并|且)+$"
)
STRONG_BREAK: Final = re.compile(
    r"[;!?\n]+|\.(?=\s|$)|,?\s(?:and then|then|after that|afterwards)(?=\s)|,?(?:然后再?|接着再?|之后再|随后|最后再?)"
)
WEAK_BREAK: Final = re.compile(r"(\s*,\s*(?:and\s|but\s)?|\s(?:and|but|while|with)\s|并且|同时|而且|以及|再)")

GROUP_OF_TASKS: Final[tuple[re.Pattern[str], ...]] = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:(?:all|the|my|of|these|those|both|every|each|any|this)\s)*(?:{_W}(?:'s)?\s)?(?P<word>(?!task|tasks|ones).*?\s)??(?:tasks|task|ones|items|things|stuff|entries|appointments)(?:\s(?:planned |scheduled |placed |that (?:is|are) |which (?:is|are) |lying )?(?:on|from|in|at|of|during|for)?\s?(?P<where_2>{WHERE}))?",
        rf"(?:(?:all|everything|it all|all of it|all of them|them all|whatever(?: is)?|anything|what is|what's)(?: (?:that is|that's|else|planned|scheduled|there))*)(?:\s?(?:on|from|in|at|of|during)?\s?{_W})?",
        r"(?:(?:the|my|whole|entire|complete)\s)*(?:plan|week|schedule|draft|calendar|timetable)",
        rf"(?:所有|全部|一切|全)?的?{_W}的?(?:所有|全部)?的?(?P<word>[^的]*?)的?(?:任务|安排|事情|东西|事项|内容|作业|一切|日程)?",
        r"(?:所有|全部|一切)的?(?P<word>[^的]*?)的?(?:任务|安排|事情|东西|事项|内容|作业|日程)?",
        r"(?P<word>[^的]+?)的?(?:任务)|(?:任务|我的任务|整个计划|计划|日程|草稿)",
    )
)
"""Names that mean several tasks."""

NAME_LIST: Final = re.compile(r"\s*(?:,|&|(?<![a-z])and(?![a-z])|、|以及|和)\s*(?:and\s)?")
ARTICLE: Final = re.compile(r"^(?:(?:my|the|a|an|our|task|called|named|任务|我的)\s+|我的)+|\s(?:task|please)$")
