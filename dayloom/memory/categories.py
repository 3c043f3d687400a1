"""Which kind of work a rule names, and how the rule reads without it: "no study before ten", in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_WHEN: Final = (
    r"(?=(?:before|after|on|in|at|between|from|until|till|during|earlier|later|past|outside|except|every|this)\b)"
)
_WHAT: Final = r"(?P<what>[^\W\d_]+(?: [^\W\d_]+){0,2}) "
_NEVER: Final = r"(?:never|don't|do not|won't|will not|cannot|can't|avoid)(?: (?:want|like) to)?(?: ever)? "
_DO: Final = r"(?:(?:do|doing|plan|planning|schedule|scheduling|put|place|have|book|arrange|practise|go) )?"
_NOT: Final = "(?:不要|别|不能|不可以|不许|不准|禁止|不想|不会|不)"
_ONLY: Final = "(?:只能|只要|只想|只|仅)"
_PLAN: Final = "(?:安排|排|做|进行|去)"
_KIND: Final = "(?P<what>(?![在于到把])[㐀-鿿]{1,6})"
_NUMBER: Final = r"一二两三四五六七八九十半\d"
_TIME: Final = ".*?(?:[前后]|之[前后间]|以[前后]|[上中下]午|早上|晚上|凌晨|周末|周[一二三四五六日天]|期间|里)"

_FORMS: Final = tuple(
    (re.compile(pattern), general)
    for pattern, general in (
        (rf"(?:please )?no {_WHAT}{_WHEN}", "no tasks "),
        (rf"(?:i )?{_NEVER}{_DO}{_WHAT}{_WHEN}", "never plan tasks "),
        (rf"only {_DO}{_WHAT}{_WHEN}", "only work "),
        (rf"(?:i )?{_DO}{_WHAT}only {_WHEN}", "only work "),
        (rf"(?P<rest>.*(?:hours?|minutes?|h|min)) of {_WHAT}(?=an?|per|each|every|on|daily)", "{rest} "),
        (rf"{_WHAT}(?:not|never) {_WHEN}", "no tasks "),
        (rf"(?P<rest>{_NOT}再?在.+?){_PLAN}{_KIND}$", "{rest}安排任务"),
        (rf"(?P<rest>{_NOT}再?在{_TIME}){_KIND}$", "{rest}安排任务"),
        (rf"(?P<rest>.+?){_NOT}[再要想能]?{_PLAN}?{_KIND}$", "{rest}不要安排任务"),
        (rf"(?P<rest>{_ONLY}{_PLAN}?在{_TIME}){_KIND}$", "{rest}工作"),
        (rf"{_KIND}(?:任务)?(?P<rest>{_ONLY}.+)$", "{rest}"),
        (rf"{_KIND}(?P<rest>{_NOT}{_PLAN}?在.+)$", "{rest}"),
        (rf"(?P<rest>.*最多){_PLAN}?(?P<what>[^{_NUMBER}\s]{{1,6}})(?=[{_NUMBER}])", "{rest}"),
    )
)
"""Forms of a rule, and how it reads without the kind; what follows the words of an English one stays as it is."""

_ARTICLE: Final = re.compile(r"^(?:(?:my|any|the|more|all|to|some) )+")
_ANYTHING: Final = re.compile(
    r"work(?:ing)?|tasks?|(?:any|every|no|some)?thing|things|stuff|one|them|it|appointments?|entry|entries|plan(?:s|ning)?"
    r"|schedule|place|put|do|doing|be|i|we|you"
    "|(?:任何)?(?:任务|东西|事情?|活动|工作|内容|日程|计划)|安排|排|占用|干活|我的?|有事|做事"
)
_A_TIME: Final = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|week(?:day|end)?s?|mornings?|evenings?|afternoons?|nights?"
    r"|noon|lunch|days?|hours?|minutes?|more than|less than|at most|today|tomorrow)\b"
    r"|[点早晚午末天前后年月号时]|周|星期|礼拜|分钟"
)


def categories(rule: str) -> Iterator[tuple[str | None, str]]:
    """Yield the kinds of work that a rule may name (None: all work), each with the rule as it reads without it."""
    said = rule.casefold()
    for form, general in _FORMS:
        if (found := form.match(said)) is None:
            continue
        kind = _ARTICLE.sub("", found["what"])
        if not _A_TIME.search(kind):
            rest = general.format(**found.groupdict()) + said[found.end() :]
            yield (None if _ANYTHING.fullmatch(kind) else kind), rest
