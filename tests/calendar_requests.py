"""What benchmarks of calendar assistants ask, a calendar to ask it of, and the calls that a perfect model makes."""

from __future__ import annotations

from typing import Any

from state.schedule import Schedule


def _event(uid: str, title: str, day: int, clock: str, *more: str, hours: float = 1) -> str:
    hour, minute = map(int, clock.split(":"))
    end = hour * 60 + minute + int(hours * 60)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20261101T000000Z",
        f"SUMMARY:{title}",
        f"DTSTART;TZID=Europe/Berlin:202611{day}T{hour:02}{minute:02}00",
        f"DTEND;TZID=Europe/Berlin:202611{day}T{end // 60:02}{end % 60:02}00",
        *more,
        "END:VEVENT",
    ]
    return "\r\n".join(lines)


def _calendar(name: str, *events: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", f"X-WR-CALNAME:{name}", *events, "END:VCALENDAR", ""])


ANNA = "ATTENDEE;CN=Anna Lee:mailto:anna.lee@example.org"
BEN = "ATTENDEE;CN=Ben Ode:mailto:ben.ode@example.org"
TEXT = "".join(
    [
        _calendar(
            "Work",
            _event("standup", "Standup", 23, "09:00", BEN, "RRULE:FREQ=DAILY;COUNT=5", hours=0.5),
            _event("budget", "Budget review", 24, "10:00", ANNA, BEN, "CATEGORIES:finance"),
            _event("risk", "Risk review", 24, "16:00", BEN),
            _event("sync", "Design sync", 25, "11:00", ANNA, "LOCATION:Room 4"),
            _event("panel", "Interview panel", 26, "13:00", "ORGANIZER;CN=Cleo:mailto:cleo@example.org", hours=1.5),
            _event("demo", "Demo", 27, "15:00", ANNA, "CATEGORIES:sales"),
        ),
        _calendar(
            "Home",
            _event("dentist", "Dentist", 24, "08:00"),
            _event("yoga", "Yoga", 25, "18:00"),
            _event("school", "School meeting", 26, "09:30", "CATEGORIES:kids"),
            _event("dinner", "Dinner with Dora", 27, "19:00", hours=2),
        ),
        _calendar("Team", _event("offsite", "Offsite", 25, "08:00", hours=6)),
    ]
)


def spoken(week: Schedule) -> set[str]:
    """Every time of every event: title, weekday and clock."""
    spans = [(task.title, *week.span_of(at)) for task in week.tasks for at in task.slots]
    return {f"{title} {start:%a %H:%M}-{end:%H:%M}" for title, start, end in spans}


FIRST, LAST = 0, -1
TUE, WED, THU, FRI = ({"days": [day]} for day in (2, 3, 4, 5))

CANCEL: list[tuple[str, dict[str, Any], int, dict[str, Any], str]] = [
    ("cancel the budget review", {"title": "budget"}, FIRST, {}, "Budget review Tue 10:00-11:00"),
    ("cancel my first event on Tuesday", TUE, FIRST, {}, "Dentist Tue 08:00-09:00"),
    ("cancel the last one on Tuesday", TUE, LAST, {}, "Risk review Tue 16:00-17:00"),
    ("cancel the demo with Anna on Friday", {"person": "anna", **FRI}, FIRST, {}, "Demo Fri 15:00-16:00"),
    ("cancel what anna.lee@example.org has first", {"person": "anna.lee@example.org"}, FIRST, {}, "Budget review Tue"),
    ("cancel what Cleo called", {"person": "cleo"}, FIRST, {}, "Interview panel Thu 13:00-14:30"),
    ("cancel the finance event", {"category": "finance"}, FIRST, {}, "Budget review Tue 10:00-11:00"),
    ("cancel the last event of the week", {"weekdays": [5, 6, 7]}, LAST, {}, "Dinner with Dora Fri 19:00-21:00"),
    ("cancel Wednesday's standup", {"title": "standup", **WED}, FIRST, {"on": "2026-11-25"}, "Standup Wed 09:00-09:30"),
    ("cancel yoga, at home", {"calendar": "home", **WED}, FIRST, {}, "Yoga Wed 18:00-19:00"),
]

CREATE: list[tuple[str, dict[str, Any], str]] = [
    ("an hour with Anna on Monday at 2pm", {"title": "Anna", "start": "2026-11-23T14:00"}, "Anna Mon 14:00-15:00"),
    ("half an hour", {"title": "Call", "start": "2026-11-23T14:00", "minutes": 30}, "Call Mon 14:00-14:30"),
    ("until five", {"title": "Lab", "start": "2026-11-23T14:00", "end": "2026-11-23T17:00"}, "Lab Mon 14:00-17:00"),
    ("a place", {"title": "Tea", "start": "2026-11-28T16:00", "location": "Café Eins"}, "Tea Sat 16:00-17:00"),
    (
        "somebody invited",
        {"title": "1:1", "start": "2026-11-26T16:00", "attendees": ["ben.ode@example.org"]},
        "1:1 Thu",
    ),
    ("two people", {"title": "Trio", "start": "2026-11-26T16:00", "attendees": ["Anna Lee", "Ben Ode"]}, "Trio Thu"),
    ("a category", {"title": "Run", "start": "2026-11-29T08:00", "category": "sport"}, "Run Sun 08:00-09:00"),
    ("a whole day", {"title": "Holiday", "start": "2026-11-28"}, "Holiday Sat 00:00-00:00"),
    ("on top of another", {"title": "Urgent", "start": "2026-11-24T10:00"}, "Urgent Tue 10:00-11:00"),
    ("by quarters", {"title": "Chat", "start": "2026-11-26T11:15", "minutes": 15}, "Chat Thu 11:15-11:30"),
]

CHANGE: list[tuple[str, dict[str, Any], int, dict[str, Any], str]] = [
    ("rename yoga", {"title": "yoga"}, FIRST, {"title": "Pilates"}, "Pilates Wed 18:00-19:00"),
    ("rename the first on Tuesday", TUE, FIRST, {"title": "Orthodontist"}, "Orthodontist Tue 08:00-09:00"),
    ("rename the last on Friday", FRI, LAST, {"title": "Dinner"}, "Dinner Fri 19:00-21:00"),
    (
        "rename Anna's on Wednesday",
        {"person": "Anna", **WED},
        FIRST,
        {"title": "Sync"},
        "Sync Wed 11:00-12:00",
    ),
    ("rename Cleo's", {"person": "cleo@"}, FIRST, {"title": "Panel"}, "Panel Thu 13:00-14:30"),
    ("rename by category", {"category": "kids"}, FIRST, {"title": "Parents"}, "Parents Thu 09:30-10:30"),
    ("rename the team's", {"calendar": "Team"}, FIRST, {"title": "Retreat"}, "Retreat Wed 08:00-14:00"),
    (
        "rename and move",
        {"title": "demo"},
        FIRST,
        {"title": "Show", "start": "2026-11-27T16:00"},
        "Show Fri 16:00-17:00",
    ),
    (
        "rename one standup",
        {"title": "standup", **THU},
        FIRST,
        {"on": "2026-11-26", "start": "2026-11-26T10:30"},
        "Standup Thu 10:30-11:00",
    ),
    ("rename in Chinese", {"title": "dinner"}, FIRST, {"title": "晚饭"}, "晚饭 Fri 19:00-21:00"),
    ("shift the dentist to 9", {"title": "dentist"}, FIRST, {"start": "2026-11-24T09:00"}, "Dentist Tue 09:00-10:00"),
    ("shift the first on Tuesday by an hour", TUE, FIRST, {"start": "2026-11-24T09:00"}, "Dentist Tue 09:00-10:00"),
    ("shift the last on Tuesday to Friday", TUE, LAST, {"start": "2026-11-27"}, "Risk review Fri 16:00-17:00"),
    (
        "shift Anna's first of the week",
        {"person": "anna"},
        FIRST,
        {"start": "2026-11-24T11:00"},
        "Budget review",
    ),
    ("shift to a time off the grid", {"title": "yoga"}, FIRST, {"start": "2026-11-25T18:20"}, "Yoga Wed 18:20-19:20"),
    ("make it longer", {"title": "yoga"}, FIRST, {"minutes": 90}, "Yoga Wed 18:00-19:30"),
    ("let it end earlier", {"title": "dinner"}, FIRST, {"end": "2026-11-27T20:00"}, "Dinner with Dora Fri 19:00-20:00"),
    (
        "shift to the weekend",
        {"category": "kids"},
        FIRST,
        {"start": "2026-11-28T10:00"},
        "School meeting Sat",
    ),
    ("make it a whole day", {"title": "offsite"}, FIRST, {"whole_day": True}, "Offsite Wed 00:00-00:00"),
    (
        "shift one of a series",
        {"title": "standup", **WED},
        FIRST,
        {"on": "2026-11-25T09:00", "start": "2026-11-25T14:00"},
        "Standup Wed 14:00-14:30",
    ),
]

MORNING, NOON, EVENING = ({"slot_start": first, "slot_end": last} for first, last in ((1, 8), (9, 12), (21, 28)))

PREFER: list[tuple[str, dict[str, Any], str]] = [
    ("evenings", {"duration": 2, "prefer": [{**EVENING, "weight": 5}]}, "Mon 21:00"),
    ("mornings, Thursday", {"duration": 2, "days": [4], "prefer": [{**MORNING, "weight": 3}]}, "Thu 08:00"),
    ("not on Monday", {"duration": 4, "prefer": [{"days": [1], "weight": -9}], "days": [1, 2]}, "Tue 11:00"),
    (
        "noon before morning",
        {"duration": 2, "days": [7], "prefer": [{**MORNING, "weight": 1}, {**NOON, "weight": 2}]},
        "Sun",
    ),
    ("weekends", {"duration": 2, "prefer": [{"weekdays": [6, 7], "weight": 4}], "earliest": True}, "Sat 08:00"),
    (
        "hour by hour",
        {"duration": 1, "days": [1], "prefer": [{"slot_start": n, "slot_end": n, "weight": n} for n in range(1, 20)]},
        "Mon 17:00",
    ),
    (
        "the least disliked",
        {"duration": 2, "days": [3], "prefer": [{**EVENING, "weight": -3}, {**NOON, "weight": -1}]},
        "Wed",
    ),
    (
        "overlapping likes add up",
        {
            "duration": 1,
            "days": [7],
            "prefer": [{"slot_start": 5, "slot_end": 9, "weight": 1}, {"slot_start": 9, "slot_end": 12, "weight": 1}],
        },
        "Sun 12:00",
    ),
    (
        "a like that is taken",
        {"duration": 2, "days": [2], "prefer": [{"slot_start": 5, "slot_end": 6, "weight": 9}], "earliest": True},
        "Tue 11:00",
    ),
    (
        "a like within bounds",
        {"duration": 2, **EVENING, "days": [3], "prefer": [{"slot_start": 25, "slot_end": 26, "weight": 2}]},
        "Wed 20:00",
    ),
]

FREE: list[tuple[str, dict[str, Any], str]] = [
    ("all calendars", {"days": [2]}, "Tue 11:00"),
    ("work alone", {"days": [2], "calendars": ["Work"]}, "Tue 11:00"),
    ("home alone", {"days": [2], "calendars": ["Home"]}, "Tue 09:00"),
    ("team alone", {"days": [3], "calendars": ["Team"]}, "Wed 14:00"),
    ("work and team", {"days": [3], "calendars": ["work", "team"]}, "Wed 14:00"),
    ("home and team after five", {"days": [3], "calendars": ["Home", "Team"], "slot_start": 19}, "Wed 19:00"),
    ("within office hours of each day", {"inside": [{"days": [2], "slot_start": 13, "slot_end": 18}]}, "Tue 14:00"),
    ("not at noon", {"days": [2], "avoid": [{"slot_start": 7, "slot_end": 11}]}, "Tue 13:30"),
    ("three hours", {"days": [2, 3], "duration": 6, "calendars": ["Work", "Home"]}, "Tue 11:00"),
    ("the whole week", {"duration": 20}, "Mon 09:30"),
]


def search(arguments: dict[str, Any]) -> dict[str, Any]:
    """The call for a preference: likes and dislikes are places and weights."""
    prefer = [{name: value for name, value in one.items() if name != "weight"} for one in arguments["prefer"]]
    return {**arguments, "prefer": prefer, "weights": [one["weight"] for one in arguments["prefer"]]}
