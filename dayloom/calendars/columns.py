"""The columns of a list by the names people and programs give them, and what is told of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from dayloom.calendars.length import UNITS, Unit
from dayloom.calendars.source import clean

NAMES: Final = {
    "title": "title task taskname tasktitle todo cardname aufgabe aufgabenname titel "
    "任务 任务名称 任务名 标题 待办 待办事项 tasks todos aufgaben assignment item what was vorgang tätigkeit "
    "bezeichnung 事项 事情 name betreff summary subject 名称 名字 主题 content activity description beschreibung 内容",
    "duration": "duration slots dauer 时长 timeneeded neededtime esttime estduration estimate "
    "estimatedtime estimatedduration estimation "
    "timeestimate timerequired requiredtime length effort workload howlong est hours hrs minutes mins min periods "
    "zeitbedarf zeitaufwand aufwand geschätztedauer schätzung bearbeitungszeit länge stunden minuten 耗时 用时 "
    "所需时间 需要时间 预计时间 预计时长 预计用时 预计耗时 预估时间 持续时间 估时 工时 小时 分钟 时间 节数 time zeit",
    "unit": "durationunit unit einheit 单位",
    "category": "category categories project projects projectname list listname course module kategorie kategorien "
    "projekt liste kurs fach modul bereich 类别 分类 项目 清单 列表 科目 课程 学科 area folder foldername section "
    "sectioncolumn bucket bucketname group class topic gruppe ordner thema subject label labels tag tags 标签 分组",
    "deadline": "deadline due duedate dueon dueby datedue duedatetime duetime fällig fälligam fälligkeit "
    "fälligkeitsdatum fälligbis frist abgabe abgabetermin abgabedatum abgabefrist stichtag termin bis 截止 截止日期 "
    "截止时间 截止日 到期 到期日 到期日期 期限 最后期限 ddl 交付日期 "
    "by until bywhen finishby enddate end enddatum ende "
    "结束日期 date datum 日期",
    "earliest": "earliest earlieststart notbefore start startdate startson startdatum beginn frühestens "
    "availablefrom from ab von 最早 开始 开始日期 开始时间 最早开始",
    "order": "order reihenfolge 顺序",
    "priority": "priority prio importance urgency priorität wichtigkeit dringlichkeit "
    "优先级 优先 重要性 重要程度 紧急程度",
    "min_block": "minblock minimumblock minblocklength blockmin mindestblock mindestdauer 最短时段 最短块 最小块",
    "max_block": "maxblock maximumblock maxblocklength blockmax höchstblock höchstdauer 最长时段 最长块 最大块",
    "repeat": "repeat repeats recurrence recurring frequency howoften wiederholung wiederholen häufigkeit 重复 频率",
    "weekdays": "weekdays alloweddays wochentage 星期",
    "time_range": "timerange timewindow zeitfenster 时间段",
    "locked": "locked fixed gesperrt 锁定",
    "done": "done completed complete finished status state progress iscompleted completedat completedon datecompleted "
    "completeddate completiondate completedtime percentcomplete erledigt fertig abgeschlossen erledigtam fortschritt "
    "状态 完成 已完成 是否完成 完成情况 完成时间 进度",
}
"""Each field of a task, and the names of its column, the surest first."""
_FIELDS: Final = {field: names.split() for field, names in NAMES.items()}
_SEQUENCE: Final = ("title", "duration", "deadline", "category", *(name for name in NAMES))
"""A name that may stand for several fields goes to the first that has no surer one."""
_SUFFIX: Final = re.compile(r"(hours?|hrs?|std|stunden|小时|minutes?|mins?|minuten|分钟|slots?|periods?)$")
_BRACKETS: Final = re.compile(r"[(\[{](.*?)[)\]}]")


@dataclass(frozen=True)
class Column:
    """What one column of a list holds; `unit` is what its numbers count, when its name says so."""

    name: str
    field: str
    unit: Unit | None = None


@dataclass(frozen=True)
class Columns:
    """The columns that are read, by their place, and the names of those that are passed over."""

    known: dict[int, Column]
    others: tuple[str, ...] = ()
    width: int = 0

    @property
    def fields(self) -> frozenset[str]:
        """The fields there are columns for."""
        return frozenset(column.field for column in self.known.values())

    def notes(self) -> Iterator[str]:
        """Yield what is read under another name than its own, and what is passed over."""
        renamed = [one for one in self.known.values() if _key(one.name) != one.field.replace("_", "")]
        if renamed:
            yield "read " + ", ".join(f"{_quote(one.name)} as {one.field}{_in_unit(one)}" for one in renamed)
        if self.others:
            yield f"passed over {', '.join(map(_suggest, self.others))}"


def columns_of(names: Sequence[str]) -> Columns:
    """Return which field each column holds; of several that could hold one, the surest name wins."""
    offers = [_offers(name) for name in names]
    known: dict[int, Column] = {}
    for field in dict.fromkeys(_SEQUENCE):
        free = [at for at, offer in enumerate(offers) if field in offer and at not in known]
        if free:
            best = min(free, key=lambda at: offers[at][field][0])
            known[best] = Column(names[best], field, offers[best][field][1])
    others = tuple(name for at, name in enumerate(names) if name.strip() and at not in known)
    return Columns(dict(sorted(known.items())), others, len(names))


def _offers(name: str) -> dict[str, tuple[int, Unit | None]]:
    """Return the fields a name may stand for: how sure it is (0 is surest), and the unit it names."""
    bracket = _BRACKETS.search(unicodedata.normalize("NFKC", name).casefold())
    unit = UNITS.get(bracket[1].strip().rstrip(".")) if bracket else None
    key = _key(name)
    found = {field: (names.index(key), unit) for field, names in _FIELDS.items() if key in names}
    if suffix := _SUFFIX.search(key):
        own = UNITS.get(suffix[1])
        stem = key[: suffix.start()].removesuffix("in")
        if not stem or stem in _FIELDS["duration"] or stem in {"estimated", "needed", "required", "geschätzte", "预计"}:
            found["duration"] = (found.get("duration", (1, None))[0], own)
    return found


def _key(name: str) -> str:
    plain = _BRACKETS.sub("", unicodedata.normalize("NFKC", name).casefold())
    return re.sub(r"[\W_]+", "", plain)


def _in_unit(column: Column) -> str:
    return f" in {column.unit}" if column.unit and column.field == "duration" else ""


def _quote(name: str) -> str:
    return repr(clean(name, limit=60))


def _suggest(name: str) -> str:
    near = get_close_matches(_key(name), _own_names(), n=1, cutoff=0.8)
    return f"{_quote(name)} (did you mean {near[0]!r}?)" if near else _quote(name)


def _own_names() -> Iterable[str]:
    return (field for field in _FIELDS if field not in {"unit", "done"})
