# ruff: noqa: E501 - one pattern a line reads better than a broken one
"""Sentences that ask for a change of the draft."""

from __future__ import annotations

from typing import Final

from dayloom.offline.grammar.sentence import Bag, Form, Kind, bag, form
from dayloom.offline.whereabouts import WHERE

_SUBJECT: Final = r"(?:subjects?|courses?|categor(?:y|ies)|topics?|types?|areas?|modules?|class|kind)"
_THINGS: Final = (
    r"(?:my|the|all|tasks?|everything|week|days?|them|it|plan|schedule|things|stuff|together|of|chapters|work)"
)
_DRAFT: Final = (
    r"(?:it|this|that|them|these|(?:it |them )?all(?: of (?:it|them|this))?|everything|what you (?:planned|placed)"
    r"|(?:(?:the|my|this|that|these|whole|entire|new)\s)*(?:plan|draft|schedule|week|tasks|timetable))"
)
_CALENDAR: Final = r"(?:(?:the|my|our)\s)?(?:calendar|calender|agenda)"
_ZH_DRAFT: Final = r"(?:它们?|这个|这些|都|全部|全|所有|整个|我的|当前|这份|的|任务|草稿|计划|日程|安排|方案|一周)*"
_ZH_IT: Final = r"(?:它们?|这个|这些|都|全部|全|刚才|刚刚|写入|写|的|草稿|计划|安排)*"

FORMS: Final[tuple[Form | Bag, ...]] = (
    form(
        Kind.APPLY,
        rf"(?:put|write|save|add|enter|book|commit|copy|transfer|apply|store|move|bring) {_DRAFT} (?:down )?(?:in|into|to|onto|on) {_CALENDAR}",
        rf"(?:apply|commit|save)(?: {_DRAFT})?|(?:add|put|write|save) (?:in|into|to) {_CALENDAR}",
        rf"(?:把|将)?{_ZH_DRAFT}(?:写|放|加|添加|存|保存|录|提交|应用)(?:入|进|到|至|在)?(?:我的|了)?日历(?:里面|里|中|上)?(?:去)?",
        rf"(?:应用|提交|保存){_ZH_DRAFT}(?:到(?:我的)?日历(?:里|中|上)?)?",
    ),
    form(
        Kind.TAKE_BACK,
        rf"(?:take|get|pull|remove|delete|withdraw) (?:it|this|that|them|these|(?:it |them )?all(?: of (?:it|them))?|(?:the|my) (?:draft|plan)) (?:back |all )?(?:out of|from|off) {_CALENDAR}(?: again)?",
        rf"(?:undo|revert|take back) (?:(?:the|my|that|last)\s)*(?:apply|applying|commit|(?:change of |change in |changes (?:of|in) )?{_CALENDAR})(?: changes?| entry| entries)?(?: again)?",
        rf"(?:undo|revert|take) (?:it|this|that|them) (?:back )?(?:in|from) {_CALENDAR}(?: again)?|un-?apply(?: {_DRAFT})?",
        rf"(?:把|将)?{_ZH_IT}从(?:我的)?日历(?:里面|里|中|上)?(?:再|都|全部)?(?:撤回|撤销|撤出|撤下|取出|取回|拿出|拿掉|移除|移出|删除|删掉|去掉|收回)(?:来|掉|去|了)?",
        r"(?:撤销|撤回|取消)(?:对)?(?:写入|应用|提交|(?:我的)?日历(?:里|中|上)?的?(?:改动|更改|写入|安排)?|写入(?:我的)?日历)",
    ),
    form(
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
    form(
        Kind.PLAN_GROUPED,
        rf"(?:plan|schedule)(?:\s{_THINGS})+\s(?:(?:and )?(?:group(?:ed)?|sorted|arranged|ordered|bundled)\s)?by (?:the )?{_SUBJECT}",
        r"按照?(?:科目|学科|课程|类别)(?:安排|规划)(?:我的)?(?:一周|日程|所有任务)",
    ),
    bag(
        Kind.SPREAD,
        "spread even balance distribute level equali[sz]e smooth rebalance make my the all tasks? load work workload "
        "everything them it out more evenly equally over across days? week each every day daily as possible per of and "
        "between among fairly homework study schedule balanced should be is same number amount on are "
        "平均 均匀 平衡 均衡 匀 差不多 一样 分配 分布 分散 分摊 分 安排 一下 一点 任务 我的 我 每一天 每日 负担 工作量 学习量 把 将 所有 全部 到 "
        "的 地 都 得 量 在 各天 整周 这些 些 使 让 多 开 工作 学习 压力 更 日程",
        needs=r"evenly|(?<![a-z])even(?![a-z])|balance|level|equal|smooth|same (?:number|amount)|平均|均匀|平衡|均衡|匀|差不多|一样",
    ),
    bag(
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
    form(
        Kind.SWAP,
        r"(?:swap|exchange|switch|trade|interchange)(?: the (?:places|times|slots|positions) of)? (?P<first>.+?) (?:and|with|for|&) (?P<second>.+?)(?: around| over)?",
        r"(?:change|swap) places? (?:of|between) (?P<first>.+?) and (?P<second>.+)",
        r"(?:交换|对调|互换|调换|对换)(?:一下)?(?P<first>.+?)(?:和|与|跟|同|以及)(?P<second>.+?)(?:的(?:时间|位置|顺序))?",
        r"(?:把|将)?(?P<first>.+?)(?:和|与|跟|同|以及)(?P<second>.+?)(?:的(?:时间|位置))?(?:交换|对调|互换|调换|对换|换)(?:一下|过来|个位置|位置|时间)?",
    ),
    form(
        Kind.SHIFT,
        r"(?:move|shift|push|postpone|delay|put off|reschedule) (?P<name>.+?) (?:back |forward |by )?(?P<number>\d+|one|a|two|three|four|five) days? ?(?P<way>later|earlier|back|forward|ahead)?",
        r"(?P<early>bring forward|advance|move up) (?P<name>.+?) (?:by )?(?P<number>\d+|one|a|two|three|four|five) days?",
        r"(?:move|shift|push|postpone|delay|reschedule) (?P<name>.+?) to the (?P<next>next|previous|following) day",
        r"(?:把|将)?(?P<name>.+?)(?P<way>推迟|延后|推后|往后推|往后移|提前|往前移|往前挪|往后挪)(?P<number>\d+|[一二两三四五])[天日]",
        r"(?P<way>推迟|延后|推后|提前)(?P<name>.+?)(?P<number>\d+|[一二两三四五])[天日]",
    ),
    form(
        Kind.MOVE,
        rf"(?:move|shift|put|place|reschedule|push|bring|change|postpone|set|drag|schedule|delay|transfer|slide|relocate)(?: back| up| forward)? (?P<name>.+?)(?:\s(?:from|on|in|at)\s(?P<source>{WHERE}))? (?:to|onto|into|until|till|over to) {{w}}",
        r"(?:move|shift|put|place|reschedule|push|bring|postpone|set|schedule|plan|do|delay|arrange|book|fit in|slot in) (?P<name>.+?)\s{w}",
        r"(?:move|shift|reschedule|postpone|relocate) (?P<name>.+)",
        rf"(?:把|将)(?P<name>.+?)(?:从(?P<source>{WHERE}))?(?:都|全部|全)?(?:移动|移|挪动|挪|调整|调|改期|改|换|放|安排|排|推迟|提前|延后|推|搬)(?:到|至|在|去|进|成)?{{w}}(?:去|里|来|做)?",
        r"(?:移动|挪动|移|挪|调整|调|改|推迟|提前|放|安排|排)(?P<name>.+?)(?:到|至|在){w}(?:去|里)?",
        r"(?P<name>.+?)(?:都|全部)?(?:移动|移|挪动|挪|调|改|换|推迟|提前)(?:到|至|在){w}(?:去|里)?",
        r"(?:把|将)(?P<name>.+?)(?:移动|移|挪动|挪|改期|换个?时间)(?:一下|走|开)?|(?:移动|挪动)(?P<bare>.+)",
    ),
    form(
        Kind.REMOVE,
        r"(?:remove|delete|cancel|drop|unplace|unschedule|take out|take off|take|clear|erase|throw out|kick out|get rid of|unplan)(?: out| off)? (?P<name>.+?)(?: (?:from|off|out of) (?:(?:the|my)\s)?(?:plan|schedule|week|calendar|draft|list|timetable))?",
        rf"(?:remove|delete|cancel|drop|take) (?P<name>.+?) (?:from|off|out of) (?:{WHERE})",
        r"(?:start over|reset|start again)(?P<all>)",
        r"(?:删除|取消|移除|去掉|删掉|撤掉|拿掉|清空|清除|移走)(?:掉)?(?P<name>.+?)(?:的(?:安排|时间|计划))?(?:吧)?",
        r"(?:把|将)(?P<name>.+?)(?:的(?:安排|时间|计划))?(?:从(?:计划|日程|日历|安排)(?:里|中|上)?)?(?:都|全部|全)?(?:删除|取消|移除|去掉|删掉|删了|撤掉|撤下来|拿掉|拿走|移走|清空|清除)(?:吧|掉|了)?",
        r"(?:不要|别|不)再?安排(?P<name>.+?)了?|(?:重新开始|重来|全部清空)(?P<everything>)",
    ),
    form(
        Kind.PLAN_NAMED,
        r"(?:plan|schedule|place|fit in|arrange|put in|find (?:a )?(?:place|time|slot) for|make (?:room|time) for) (?P<names>.+)",
        r"(?:安排|规划|排)(?:一下)?(?P<names>.+)|(?:把|将)(?P<names_2>.+?)(?:安排|排)(?:一下|好|进去|上|进来)?",
    ),
)
"""Sentences of which several may stand in one text; the first that fits counts."""
