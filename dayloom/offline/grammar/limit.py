# ruff: noqa: E501 - one pattern a line reads better than a broken one
"""What is taken out of a text before its sentences are read: strategy, order, what is to be kept free."""

from __future__ import annotations

import re
from typing import Final

from dayloom.offline.grammar.sentence import either
from dayloom.offline.whereabouts import WHERE

RAPID: Final = either(
    r"(?<![a-z])(?:as (?:early|soon|fast|quickly) as (?:possible|you can|i can|it gets)|a\.?s\.?a\.?p\.?|(?:at|in) the earliest(?: possible(?: time)?)?"
    r"|the earlier the better|the sooner the better|right away|immediately|rapidly|rapid|quickly|front-?load(?:ed)?|early|soon)(?![a-z])",
    r"尽早|尽快|越早越好|越快越好|尽可能早|尽可能快|尽量早|尽量快|早点|早一点|快点|赶快|提前完成",
)
STEADY: Final = either(
    r"(?<![a-z])(?:at a (?:steady|calm|relaxed|even) pace|in a (?:balanced|steady|relaxed) way|steadily|steady|evenly(?: spread| distributed)?|calmly|"
    r"relaxed|balanced|smoothly|gently|equally)(?![a-z])",
    r"平稳|均匀|平均|稳步|匀速|轻松一?点?|从容|慢慢|稳一点",
)

_ZH_NOT: Final = r"(?:不要|别|不能|不可以|不许|不准|请勿|勿|禁止|不)"
ORDER_FIXED: Final = either(
    r"(?:but )?(?:keep|preserve|respect|maintain|stick to|follow|observe)(?:ing)?(?: (?:the|their|my|that|its))? (?:original |given |right |same )?(?:order|sequence)(?: of (?:the |my )?(?:tasks|chapters))?",
    r"(?:do not|don't|dont|never|without|must not|may not|should not|shouldn't|can't|cannot) (?:chang(?:e|ing)|reorder(?:ing)?|touch(?:ing)?|mix(?:ing)?(?: up)?|break(?:ing)?|rearrang(?:e|ing)|alter(?:ing)?|mess(?:ing)? (?:with|up))(?: (?:the|their|my|them|any|of|order|sequence|tasks|chapters))*",
    r"(?:the |their )?(?:order|sequence) (?:of (?:the |my )?(?:tasks|chapters) )?(?:does |do )?(?:matters?|is (?:very )?important|(?:must|should|has to|needs to) (?:stay|be kept|remain|be preserved|not (?:be )?change[d]?)(?: (?:the same|as (?:it )?is))?|stays(?: the same| as it is)?)",
    r"in (?:the |their )?(?:right|given|original|correct|same) (?:order|sequence)",
    rf"{_ZH_NOT}(?:改变|调整|打乱|改动|更改|改|变|动|换|弄乱)(?:它们的|原来的|原有的|原有|任务的?)?(?:先后)?顺序",
    r"(?:请)?(?:保持|保留|维持|按照?|遵守)(?:原来的?|原有的?|原|给定的?|现有的?|任务的?)?(?:先后)?(?:的)?顺序(?:不变)?",
    r"(?:先后)?顺序(?:不变|不能变|不要变|不能改|不能乱|不能打乱|不可变|很重要|重要|要保持|别变|别动|要紧)",
)
ORDER_FREE: Final = either(
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
_EN_WORK: Final = (
    r"(?:tasks?|work|studying|study|learning|appointments?|lessons?|homework|anything|things?|stuff|one|them|it)"
)
_ZH_WORK: Final = r"(?:任何)?(?:任务|东西|事情|事|活动|学习|工作|内容|课)"
KEEP_FREE: Final[tuple[re.Pattern[str], ...]] = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![a-z])(?:i(?:'d| would)? )?(?:keep|leave|hold|have|make|set|reserve|want|need|get|take|like)(?:ing)? (?:to have |to keep |me )?{_W} (?:(?:completely|totally|entirely|all|also)\s)?(?:free|clear|open|empty|off|unplanned|untouched|blank|as free time)(?: (?:of|from) {_EN_WORK})?(?![a-z])",
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
