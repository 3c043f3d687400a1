"""The words of planners' reasons, which people read on cards: in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from state.when import Locale


@dataclass(frozen=True, kw_only=True)
class ReasonWords:
    """Every sentence about why a task has no place or another one, in one language."""

    even: str
    early: str
    overdue: str
    side_by_side: str
    into_region: str
    out_of_region: str
    makes_room: str
    makes_room_on: str
    evens: str
    missed: str
    ran_late: str
    mends: str
    had_none: str
    locked: str
    in_calendar: str
    cost: str
    fewest: str
    at_least: str
    once_applied: str

    needs: str
    capped: str
    between: str
    nowhere: str
    full: str
    others_first: str
    split: str
    taken: str
    until: str
    pause: str
    pauses: str

    from_now: str
    after: str
    before: str
    weekdays: str
    clock: str
    binding: str
    further: str
    work: str
    of_category: str
    not_after: str
    not_before: str
    within: str
    whole_day: str
    on: str
    kept_free: str
    free_of: str
    buffer: str
    notice: str
    in_region: str
    outside: str
    after_task: str
    before_task: str
    in_order: str

    task: str
    day: str
    list: str
    both: str


REASON_WORDS: Final[Mapping[Locale, ReasonWords]] = {
    Locale.EN: ReasonWords(
        even="keeps the days even",
        early="as early as it goes",
        overdue="overdue, so as soon as it goes",
        side_by_side="brings tasks of one category side by side",
        into_region="moves into the wanted region",
        out_of_region="leaves what is kept free",
        makes_room="makes room for {titles}",
        makes_room_on="makes room on {day}",
        evens="evens the days: {one} from {old_one} to {new_one}, {other} from {old_other} to {new_other}",
        missed="its time has gone by",
        ran_late="it ran late",
        mends="it could not stay where it lay",
        had_none="it had no place",
        locked="it is locked; unlock it first",
        in_calendar="it stands in your calendar; take it out of there first",
        cost="Placed tasks that move: {moved}, that stay: {kept}.",
        fewest=" No plan moves fewer.",
        at_least=" Every plan moves {count} at least.",
        once_applied="In your calendar this moves once the plan is put there again: {titles}.",
        needs="needs {length}{limits}",
        capped="{needs}; no day has that much left of at most {cap} a day",
        between="{needs} {between}; longest free run there is {longest}{others_first}",
        nowhere="{needs}; longest free run is {longest}{others_first}",
        full="{needs}; nothing is free there{others_first}",
        others_first=" after the others were placed",
        taken="; there: {entries}",
        until="{title} until {time}",
        split='; split into {parts} parts it would fit: say "split {title} into {parts} parts"',
        pause="; the pause {pauses} parts the free time",
        pauses="; the pauses {pauses} part the free time",
        from_now=" from now on ({moment})",
        after=" after {moment}",
        before=" before {moment}",
        weekdays=" on {days}",
        clock=" between {first} and {last}",
        binding=" with {limits}",
        further=" and ",
        work="work",
        of_category="{category}",
        not_after="no {kind} after {last}{days}",
        not_before="no {kind} before {first}{days}",
        within="{kind} only {first}-{last}{days}",
        whole_day="no {kind}{days}",
        on=" on {days}",
        kept_free="{first}-{last} kept free{days}",
        free_of="no {kind} {first}-{last}{days}",
        buffer="{length} free around every entry",
        notice="{length} notice",
        in_region=" in the wanted region",
        outside=" outside what is kept free",
        after_task="after {task}",
        before_task="before {task}",
        in_order="in its order",
        task='"{title}" (task {id})',
        day="{date} (day {day})",
        list=", ",
        both=" and ",
    ),
    Locale.ZH: ReasonWords(
        even="让各天的负担均匀",
        early="尽可能早",
        overdue="已经逾期，所以尽快安排",
        side_by_side="让同类任务排在一起",
        into_region="移到想要的时间段",
        out_of_region="让出要留空的时间",
        makes_room="为{titles}腾出位置",
        makes_room_on="在{day}腾出位置",
        evens="让各天均匀：{one}从 {old_one} 变为 {new_one}，{other}从 {old_other} 变为 {new_other}",
        missed="它的时间已经过了",
        ran_late="它拖延了",
        mends="它不能留在原处",
        had_none="它还没有位置",
        locked="它被锁定了；请先解锁",
        in_calendar="它已经在您的日历里；请先把它取出来",
        cost="已安排的任务中有 {moved} 个移动，{kept} 个不变。",
        fewest="没有移动更少的方案。",
        at_least="任何方案都至少要移动 {count} 个。",
        once_applied="把计划重新写入日历之后，日历里的这些才会移动：{titles}。",
        needs="需要 {length}{limits}",
        capped="{needs}；每天最多 {cap}，没有哪天还剩这么多",
        between="{needs}，{between}；那里最长的连续空闲是 {longest}{others_first}",
        nowhere="{needs}；最长的连续空闲是 {longest}{others_first}",
        full="{needs}；那里没有空闲{others_first}",
        others_first="（其他任务安排之后）",
        taken="；那里有：{entries}",
        until="{title}（到 {time}）",
        split="；分成 {parts} 部分就放得下：可以说“把{title}分成 {parts} 部分”",
        pause="；休息时间 {pauses} 把空闲时间隔开了",
        pauses="；休息时间 {pauses} 把空闲时间隔开了",
        from_now="，从现在起（{moment}）",
        after="，{moment} 之后",
        before="，{moment} 之前",
        weekdays="，只能在{days}",
        clock="，只能在 {first} 到 {last} 之间",
        binding="，{limits}",
        further="，",
        work="工作",
        of_category="安排“{category}”",
        not_after="{days}{last} 之后不{kind}",
        not_before="{days}{first} 之前不{kind}",
        within="{days}只在 {first}-{last} {kind}",
        whole_day="{days}不{kind}",
        on="{days}",
        kept_free="{days}{first}-{last} 留空",
        free_of="{days}{first}-{last} 不{kind}",
        buffer="每个日程前后留空 {length}",
        notice="需要提前 {length}",
        in_region="，在想要的时间段内",
        outside="，避开要留空的时间",
        after_task="在{task}之后",
        before_task="在{task}之前",
        in_order="按它的先后顺序",
        task="“{title}”（任务 {id}）",
        day="{date}（第 {day} 天）",
        list="、",
        both="和",
    ),
}
