# ruff: noqa: E501 - one pattern a line reads better than a broken one
"""Yes and no, politeness, where sentences break, and names."""

from __future__ import annotations

import re
from typing import Final

from dayloom.offline.grammar.sentence import either
from dayloom.offline.whereabouts import WHERE

_W: Final = rf"(?P<where>{WHERE})"

YES: Final = either(
    r"(?:yes|yep|yeah|yup|yes please|sure|ok|okay|k|do it|go ahead|fine|agreed|sounds good|please do|correct|right|exactly|of course|absolutely|definitely|approve|approved|accept|y|alright|all right|that's fine|that is fine|why not|you may|go for it)",
    r"(?:是|是的|好|好的|好啊|可以|可以的|行|对|对的|没问题|同意|嗯|恩|确定|确认|当然|当然可以|要|没错|批准|允许|就这样|好吧|行吧)",
)
NO: Final = either(
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
