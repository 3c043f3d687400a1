"""The commands and their options. Nothing heavy is imported here: `--help` answers at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter, validators


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 a tenth of a second that only --version needs

    return version("dayloom")


app = App(
    name="dayloom",
    help="Plan tasks into a real calendar: it drafts, shows what would change, asks, and delivers.",
    help_format="plaintext",
    version=_version,
    result_action="return_value",
    default_parameter=Parameter(negative="", show_default=False),
)

Json = Annotated[bool, Parameter(help="Print one JSON object and nothing else.")]
Out = Annotated[Path | None, Parameter(help="Write the placed tasks to this .ics file.")]
List = Annotated[bool, Parameter(name="--list", help="Show a list by day instead of a table.")]
Thread = Annotated[str, Parameter(help="Id of the thread, as printed by the other commands.")]
Files = Annotated[tuple[Path, ...], Parameter(consume_multiple=True)]


def _module(name: str) -> Any:
    """Import what does the work of one command; only the command that runs pays for it."""
    return import_module(f"dayloom.cli.{name}")


@app.command
def demo(*, json: Json = False) -> int:
    """Plan the sample week end to end, then add, split and finish tasks by talking and ask what is at risk."""
    return _module("demo").demo(json=json)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Week:
    """What is planned in; shared by the commands that begin a thread or show the days."""

    calendar: Annotated[Files, Parameter(help="Calendar exports (.ics). Default: the one that is kept for you.")] = ()
    tasks: Annotated[
        Files, Parameter(help="Tasks to be placed (.csv, .yaml, .md, .txt, or .ics with VTODO). Default: your list.")
    ] = ()
    start: Annotated[date | None, Parameter(help="First day, such as 2026-11-23. Default: the next whole day.")] = None
    days: Annotated[int | None, Parameter(help="Number of days. Default: 7.")] = None
    grid: Annotated[
        Literal["periods12", "half-hours", "quarter-hours"] | None,
        Parameter(help="Slots of the day, from 08:00 to 22:00. Default: half-hours from 08:00 to 20:00."),
    ] = None
    hours: Annotated[str | None, Parameter(help="Hours of the day that are planned, such as 07:00-22:00.")] = None
    timezone: Annotated[str | None, Parameter(help="IANA name. Default: DAYLOOM_TIMEZONE, or the machine's.")] = None
    max_hours_a_day: Annotated[float | None, Parameter(help="Most hours of tasks on a day. Default: no limit.")] = None
    buffer: Annotated[int | None, Parameter(help="Minutes kept free around every entry. Default: 0.")] = None
    work_hours: Annotated[str | None, Parameter(help="Place tasks only then, such as 09:00-18:00.")] = None
    notice: Annotated[int | None, Parameter(help="Minutes before a task may begin. Default: DAYLOOM_NOTICE.")] = None
    span_pauses: Annotated[bool, Parameter(help="Let tasks go on after pauses of 20 minutes and more.")] = False
    past: Annotated[bool, Parameter(help="Place tasks before now plus DAYLOOM_NOTICE, too.")] = False
    verbose: Annotated[bool, Parameter(help="List everything that is left out of the plan.")] = False
    quiet: Annotated[bool, Parameter(help="Say nothing about how the files were read.")] = False

    @property
    def request(self) -> Any:
        """The same for the rooms that do the work."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return _module("files").Request(calendars=given.pop("calendar"), **given)


@app.command
def plan(
    message: str,
    /,
    *,
    week: Week = Week(),
    out: Out = None,
    yes: Annotated[bool, Parameter(help="Approve every card that changes the draft, and say so.")] = False,
    no_input: Annotated[bool, Parameter(help="Stop at a card with exit code 4.")] = False,
    thread: Annotated[str | None, Parameter(help="Go on with this thread; files, if given, are read again.")] = None,
    once: Annotated[bool, Parameter(help="Ask the model once, and show what it would do; nothing is done.")] = False,
    as_list: List = False,
    json: Json = False,
) -> int:
    """Answer one message about your calendar and your tasks.

    Exit codes: 0 done, 2 usage, 3 the run ended aborted or exhausted, 4 waiting for an answer, 5 a service is
    unreachable.
    """
    shown = {"out": out, "as_list": as_list, "json": json}
    how = {"yes": yes, "no_input": no_input, "thread": thread, "once": once}
    return _module("plan").plan(message, request=week.request, **how, **shown)


@app.command
def answer(
    thread: Thread,
    /,
    *,
    approve: Annotated[bool, Parameter(help="Do what the card shows.")] = False,
    approve_all: Annotated[bool, Parameter(help="Do it, and all further cards of this turn.")] = False,
    reject: Annotated[
        list[str] | None, Parameter(consume_multiple=(0, 1), help="Decline, if you like with a reason.")
    ] = None,
    reply: Annotated[str | None, Parameter(help="Answer a question.")] = None,
    edit: Annotated[
        list[str] | None,
        Parameter(consume_multiple=True, help="FIELD=VALUE: change the call, then do it."),
    ] = None,
    out: Out = None,
    as_list: List = False,
    json: Json = False,
) -> int:
    """Answer the open card or question of a thread."""
    return _module("answer").answer(
        thread=thread,
        approve=approve,
        approve_all=approve_all,
        reject=reject,
        reply=reply,
        edit=edit,
        out=out,
        as_list=as_list,
        json=json,
    )


@app.command
def chat(
    *, week: Week = Week(), thread: Annotated[str | None, Parameter(help="Go on with this thread.")] = None
) -> int:
    """Talk in the terminal, cards and week table included."""
    return _module("chat").chat(request=week.request, thread=thread)


@app.command
def show(thread: Thread, /, *, as_list: List = False, out: Out = None, json: Json = False) -> int:
    """Show the schedule of a thread as it stands."""
    return _module("show").show(thread=thread, as_list=as_list, out=out, json=json)


@app.command(name="next")
def next_(
    *,
    thread: Annotated[str | None, Parameter(help="Look into this thread. Default: the newest.")] = None,
    limit: Annotated[int, Parameter(help="Most entries to show.", validator=validators.Number(gte=1))] = 5,
    json: Json = False,
) -> int:
    """Show what is on now, and what comes next."""
    return _module("next").next_(thread=thread, limit=limit, json=json)


@app.command
def replay(thread: Thread, /, *, json: Json = False) -> int:
    """Tell the conversation as it happened, from the store alone."""
    return _module("replay").replay(thread=thread, json=json)


@app.command
def audit(thread: Thread, /, *, json: Json = False) -> int:
    """Tell who approved, refused, cancelled and wrote what, from a log that shows when it was tampered with."""
    return _module("audit").audit(thread=thread, json=json)


@app.command
def trace(
    name: Annotated[str, Parameter(name="RUN", help="A run, or a thread, of which the newest run is shown.")],
    /,
    *,
    prompts: Annotated[bool, Parameter(help="Show what the models were shown, word for word.")] = False,
    good: Annotated[bool, Parameter(help="Say that it was good, instead of showing it.")] = False,
    bad: Annotated[bool, Parameter(help="Say that it was not good.")] = False,
    correct: Annotated[
        str | None, Parameter(help='Say what would have been right, such as "No study before 10:00"; it is remembered.')
    ] = None,
    remember: Annotated[str | None, Parameter(name="--remember", help="Remember why you declined this CARD.")] = None,
    why: Annotated[str | None, Parameter(help="Words beside --good and --bad, or other ones for --remember.")] = None,
    span: Annotated[int | None, Parameter(help="What of the run is meant, by its number; else the whole run.")] = None,
    only_note: Annotated[bool, Parameter(help="Keep what was said with the run, and learn nothing of it.")] = False,
    json: Json = False,
) -> int:
    """Show what a run did: calls of models and tools, with times, tokens and costs; or say what was good or wrong."""
    said = {"positive": good or None, "negative": bad or None, "correction": correct, "card": remember}
    if all(given is None for given in said.values()):
        return _module("trace").trace(name=name, prompts=prompts, json=json)
    about = {"text": why, "seq": span, "extract": not only_note}
    return _module("feedback").give_feedback(name=name, said=said, about=about, json=json)


@app.command
def apply(thread: Thread, /, *, json: Json = False) -> int:
    """Write what the draft of a thread adds into your calendar; all of it, or nothing."""
    return _module("apply").apply(thread=thread, json=json)


@app.command
def undo(thread: Thread, /, *, json: Json = False) -> int:
    """Take out of your calendar again what the thread wrote last, unless the calendar has changed since."""
    return _module("apply").undo(thread=thread, json=json)


@app.command
def doctor() -> int:
    """Check store, model, time zone and write permission, and say how to mend what does not work."""
    return _module("doctor").doctor()


@app.command
def serve(
    *,
    host: Annotated[str | None, Parameter(help="Address to listen on. Default: DAYLOOM_HOST, or 127.0.0.1.")] = None,
    port: Annotated[int | None, Parameter(help="Default: DAYLOOM_PORT, or 2024.")] = None,
    allow_origin: Annotated[
        tuple[str, ...],
        Parameter(help="Where a chat page comes from, such as http://localhost:3000; beside DAYLOOM_ALLOWED_ORIGINS."),
    ] = (),
) -> int:
    """Run the chat backend: the LangGraph Agent Server API, and what chat pages need beside it."""
    return _module("serve").serve(host=host, port=port, origins=allow_origin)


@app.command
def worker() -> int:
    """Do the runs that `dayloom serve` processes accept; needs DAYLOOM_REDIS_URL, the store they share.

    Any number of workers may run, on any machine. One that is killed loses nothing: another takes its runs over.
    """
    return _module("worker").worker()


@app.command
def worker_agent() -> int:
    """Carry out an attempt of a job as a program: --agent dayloom of `dayloom jobs add` starts it."""
    return _module("worker_agent").worker_agent()


token = App(name="token", help="Access tokens of the service.", default_parameter=app.default_parameter)
app.command(token)


@token.command(name="create")
def token_create(
    user: Annotated[str, Parameter(help="Whose token it is.")],
    /,
    *,
    scope: Annotated[
        tuple[Literal["read", "write", "admin"], ...],
        Parameter(help="What it is good for; write holds read, admin holds both. Default: write."),
    ] = ("write",),
    expires: Annotated[str | None, Parameter(help="Such as 12h, 30d or 8w. Default: never.")] = None,
    json: Json = False,
) -> int:
    """Make an access token and show it, this once."""
    return _module("token").create(user=user, scope=scope, expires=expires, json=json)


@token.command(name="list")
def token_list(*, json: Json = False) -> int:
    """List the tokens: whose they are, what they are good for, until when."""
    return _module("token").list_(json=json)


@token.command(name="revoke")
def token_revoke(id: Annotated[str, Parameter(help="Id of the token, as `list` shows it.")], /) -> int:
    """Make a token worthless at once."""
    return _module("token").revoke(id=id)


feed = App(name="feed", help="Addresses that calendar programs subscribe to.", default_parameter=app.default_parameter)
app.command(feed)


@feed.command(name="create")
def feed_create(
    user: Annotated[str, Parameter(help="Whose calendar it shows. Default: local.")] = "local",
    /,
    *,
    draft: Annotated[bool, Parameter(help="Show what the newest draft would add, as tentative.")] = False,
    thread: Annotated[str | None, Parameter(help="Show what the draft of this thread would add.")] = None,
    json: Json = False,
) -> int:
    """Make an address under which a calendar program reads without a token, and show it, this once."""
    return _module("feed").create(user=user, draft=draft, thread=thread, json=json)


@feed.command(name="list")
def feed_list(*, json: Json = False) -> int:
    """List the feeds: whose they are, and what they show."""
    return _module("feed").list_(json=json)


@feed.command(name="revoke")
def feed_revoke(id: Annotated[str, Parameter(help="Id of the feed, as `list` shows it.")], /) -> int:
    """Make a feed unknown at once."""
    return _module("feed").revoke(id=id)


calendar = App(name="calendar", help="Your calendar, as it is kept here.", default_parameter=app.default_parameter)
app.command(calendar)


@calendar.command(name="import")
def calendar_import(
    sources: Annotated[tuple[str, ...], Parameter(help=".ics files, or addresses (https://, webcal://).")],
    /,
    *,
    json: Json = False,
) -> int:
    """Keep a calendar, in place of the one before, for every thread without files of its own."""
    return _module("calendar").import_(sources=sources, json=json)


@calendar.command(name="show")
def calendar_show(*, week: Week = Week(), as_list: List = False, json: Json = False) -> int:
    """Show the days that the next plan would begin with."""
    return _module("calendar").show(request=week.request, as_list=as_list, json=json)


@calendar.command(name="export")
def calendar_export(out: Annotated[Path, Parameter(help="The .ics file to write.")], /) -> int:
    """Write your calendar, with everything that drafts have brought into it, as an .ics file."""
    return _module("calendar").export(out=out)


Event = Annotated[str, Parameter(help="Title of the event, a part of it that only one has, or its UID.")]
On = Annotated[str | None, Parameter(help="Of a series: the day, or the start, of the one that is meant.")]
Series = Annotated[bool, Parameter(help="The whole series.")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class EventFields:
    """What is said of an event."""

    until: Annotated[str | None, Parameter(help="When it ends; of whole days the last day.")] = None
    minutes: Annotated[int | None, Parameter(help="How long it lasts.")] = None
    place: Annotated[str | None, Parameter(help="Where it is.")] = None
    category: Annotated[str | None, Parameter(help="Its category.")] = None
    with_: Annotated[tuple[str, ...], Parameter(name="--with", help="Who takes part; nobody is told by dayloom.")] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of an event."""
        named = {"until": "end", "place": "location", "with_": "attendees"}
        return {named.get(one.name, one.name): getattr(self, one.name) for one in fields(self)}


@calendar.command(name="add")
def calendar_add(
    title: Annotated[str, Parameter(help="What it is.")],
    /,
    *,
    at: Annotated[str, Parameter(help='When it begins, such as "Friday 12:00"; a date alone is a whole day.')],
    said: EventFields = EventFields(),
    repeats: Annotated[
        Literal["daily", "weekly", "monthly", "yearly"] | None, Parameter(help="It comes again and again.")
    ] = None,
    every: Annotated[
        int | None, Parameter(help="2: every other day, week …", validator=validators.Number(gte=1))
    ] = None,
    last_day: Annotated[str | None, Parameter(help="On which it comes again, at most.")] = None,
    in_calendar: Annotated[str | None, Parameter(help="Which of your calendars, by its name.")] = None,
    json: Json = False,
) -> int:
    """Put an event into your calendar; an hour is usual."""
    rule = {"repeats": repeats, "every": every, "until": last_day, "calendar": in_calendar}
    return _module("calendar_events").add(fields={"title": title, "start": at, **said.fields, **rule}, json=json)


@calendar.command(name="move")
def calendar_move(
    event: Event,
    /,
    *,
    to: Annotated[str | None, Parameter(help="The new start; a date alone keeps the time of day.")] = None,
    title: Annotated[str | None, Parameter(help="The new title.")] = None,
    on: On = None,
    series: Series = False,
    said: EventFields = EventFields(),
    json: Json = False,
) -> int:
    """Change an event of your calendar: when, how long, what, where, with whom."""
    given = {"start": to, "title": title, "on": on, "series": series or None, **said.fields}
    return _module("calendar_events").move(event=event, fields=given, json=json)


@calendar.command(name="cancel")
def calendar_cancel(event: Event, /, *, on: On = None, series: Series = False, json: Json = False) -> int:
    """Cancel an event of your calendar."""
    return _module("calendar_events").cancel(event=event, fields={"on": on, "series": series or None}, json=json)


threads = App(name="threads", help="The conversations that are kept.", default_parameter=app.default_parameter)
app.command(threads)


@threads.command(name="list")
def threads_list(*, json: Json = False) -> int:
    """List the threads, the one that changed last first."""
    return _module("threads").list_(json=json)


@threads.command(name="delete")
def threads_delete(threads: Annotated[tuple[str, ...], Parameter(help="Ids of threads.")], /) -> int:
    """Delete threads and everything of them; what they have written into your calendar stays there."""
    return _module("threads").delete(threads=threads)


task = App(name="task", help="Your list of tasks, as it is kept here.", default_parameter=app.default_parameter)
app.command(task)
Task = Annotated[str, Parameter(help="Id of the task, its title, or a part of it that only one has.")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class TaskFields:
    """What is said of a task."""

    length: Annotated[str | None, Parameter(help="Such as 2h, 1h30 or 45 (minutes).")] = None
    due: Annotated[str | None, Parameter(help='Such as 2026-12-04, "Friday 18:00" or tomorrow.')] = None
    earliest: Annotated[str | None, Parameter(help="Not before; written like --due.")] = None
    category: Annotated[str | None, Parameter(help="Tasks of one category keep their order.")] = None
    order: Annotated[int | None, Parameter(help="Number within the category.")] = None
    priority: Annotated[str | None, Parameter(help="1 (highest) to 9, or a word such as high.")] = None
    weekdays: Annotated[str | None, Parameter(help='Only on these, such as "Mon, Wed".')] = None
    between: Annotated[str | None, Parameter(help="Only at these hours, such as 09:00-12:00.")] = None
    repeat: Annotated[str | None, Parameter(help='Such as daily, "3 a week" or "3 a week, 2 days apart".')] = None
    min_block: Annotated[str | None, Parameter(help="At least so long at a time, such as 1h.")] = None
    max_block: Annotated[str | None, Parameter(help="At most so long at a time: a longer task is split.")] = None

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of a list."""
        named = {"length": "duration", "due": "deadline", "between": "time_range"}
        return {named.get(one.name, one.name): getattr(self, one.name) for one in fields(self)}


@task.command(name="add")
def task_add(
    title: Annotated[str | None, Parameter(help="What is to be done.")] = None,
    /,
    *,
    said: TaskFields = TaskFields(),
    file: Annotated[Path | None, Parameter(help="A list (.csv, .yaml, .md, .txt) instead of a title.")] = None,
    json: Json = False,
) -> int:
    """Put a task on your list; threads without task files of their own plan it from their next turn on."""
    return _module("task").add(title=title, fields=said.fields, file=file, json=json)


@task.command(name="list")
def task_list(
    *, all: Annotated[bool, Parameter(help="Those that were done or dropped, too.")] = False, json: Json = False
) -> int:
    """List your tasks."""
    return _module("task").list_(ended=all, json=json)


@task.command(name="change")
def task_change(
    task: Task,
    /,
    *,
    title: Annotated[str | None, Parameter(help="Another title.")] = None,
    said: TaskFields = TaskFields(),
    json: Json = False,
) -> int:
    """Change what is said of a task; `none` takes it away."""
    return _module("task").change(task=task, fields={"title": title, **said.fields}, json=json)


@task.command(name="split")
def task_split(
    task: Task,
    /,
    *,
    parts: Annotated[int | None, Parameter(help="Into so many.", validator=validators.Number(gte=2))] = None,
    at_most: Annotated[int | None, Parameter(help="Minutes of a part.", validator=validators.Number(gte=1))] = None,
    json: Json = False,
) -> int:
    """Plan a task in parts that keep their order."""
    return _module("task").split(task=task, parts=parts, at_most=at_most, json=json)


@task.command(name="join")
def task_join(task: Task, /, *, json: Json = False) -> int:
    """Make one task again of the open parts of a task."""
    return _module("task").join(task=task, json=json)


@task.command(name="done")
def task_done(
    task: Task,
    /,
    *,
    took: Annotated[int | None, Parameter(help="Minutes it really took.", validator=validators.Number(gte=1))] = None,
    json: Json = False,
) -> int:
    """Mark a task as done; it is not planned any more."""
    return _module("task").end(task=task, ending="done", took=took, json=json)


@task.command(name="drop")
def task_drop(task: Task, /, *, json: Json = False) -> int:
    """Mark a task as one that will not be done."""
    return _module("task").end(task=task, ending="dropped", took=None, json=json)


@task.command(name="reopen")
def task_reopen(task: Task, /, *, json: Json = False) -> int:
    """Let a task that was done or dropped be planned again."""
    return _module("task").end(task=task, ending=None, took=None, json=json)


jobs = App(
    name="jobs", help="Work that outlives conversations, done when it is due.", default_parameter=app.default_parameter
)
app.command(jobs)
Job = Annotated[str, Parameter(help="Id of the job.")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class JobProgram:
    """What carries a job out instead of the agent itself."""

    agent: Annotated[str | None, Parameter(help="An agent of the file DAYLOOM_WORKERS, or dayloom.")] = None
    command: Annotated[
        str | None, Parameter(help="A command; {session}, {prompt_file} and {agent} are put in. Prompt on its stdin.")
    ] = None
    session: Annotated[
        Literal["fresh", "continued"], Parameter(help="One folder and session id for each attempt, or for all.")
    ] = "fresh"
    within: Annotated[timedelta | None, Parameter(help="How long it may take, such as 10m.")] = None
    memory: Annotated[int | None, Parameter(help="Bytes that each of its processes may use.")] = None
    files: Annotated[int | None, Parameter(help="Files that each of its processes may have open.")] = None
    output: Annotated[int | None, Parameter(help="Bytes that are kept of what it prints.")] = None

    @property
    def fields(self) -> dict[str, Any]:
        """The same for the room that does the work."""
        limits = {"memory": self.memory, "files": self.files, "output": self.output}
        named = {"agent": self.agent, "command": self.command, "session": self.session}
        return {**named, "seconds": self.within, "limits": limits}


@jobs.command(name="add")
def jobs_add(
    title: Annotated[str | None, Parameter(help="What is to be done.")] = None,
    /,
    *,
    example: Annotated[
        str | None, Parameter(help="A job that is ready: weekly-plan, deadlines-at-risk or calendar-address.")
    ] = None,
    every: Annotated[str | None, Parameter(help='Again and again: "Sunday 18:00", hour, or "0 18 * * SUN".')] = None,
    wait: Annotated[timedelta | None, Parameter(name="--in", help="Once, after this long, such as 90m or 2h.")] = None,
    description: Annotated[str | None, Parameter(help="What exactly, in as many words as it takes.")] = None,
    watched: Annotated[str | None, Parameter(help="The person or thing that is looked after.")] = None,
    must_have: Annotated[tuple[str, ...], Parameter(help="What the result must have.", negative="")] = (),
    reviewer: Annotated[
        str | None,
        Parameter(help="Who accepts the result; otherwise it passes when it says that it has its must-haves."),
    ] = None,
    priority: Annotated[int | None, Parameter(help="1 (highest) to 9.")] = None,
    max_attempts: Annotated[int | None, Parameter(help="How often it is tried. Default: 3.")] = None,
    allow: Annotated[
        tuple[str, ...], Parameter(help="A tool that may act outside the draft without asking.", negative="")
    ] = (),
    model: Annotated[tuple[str, ...], Parameter(help="Asked in this order, for no others.", negative="")] = (),
    mode: Annotated[str | None, Parameter(help="How hard it thinks: fast, thinking or deep.")] = None,
    source: Annotated[str | None, Parameter(help="Address of a calendar that is read first.")] = None,
    report: Annotated[str | None, Parameter(help="What is listed beside the words: week, risks or changes.")] = None,
    program: JobProgram = JobProgram(),
    dry_run: Annotated[bool, Parameter(help="Let the first attempt only tell what would be started.")] = False,
    json: Json = False,
) -> int:
    """Keep a job; `dayloom serve` and `dayloom worker` carry it out when it is due."""
    fields = {
        "description": description,
        "watched": watched,
        "reviewer": reviewer,
        "priority": priority,
        "max_attempts": max_attempts,
        "must_haves": must_have or None,
        "allow": allow or None,
        "models": model or None,
        "mode": mode,
        "source": source,
        "report": report,
        "dry_run": dry_run or None,
    }
    given = {"title": title, "example": example, "wait": wait, "by": program.fields}
    return _module("jobs").add(**given, fields={**fields, "every": every}, json=json)


@jobs.command(name="list")
def jobs_list(*, json: Json = False) -> int:
    """List your jobs."""
    return _module("jobs").list_(json=json)


@jobs.command(name="workers")
def jobs_workers(*, json: Json = False) -> int:
    """List the programs that carry out your jobs, or have."""
    return _module("jobs").workers(json=json)


@jobs.command(name="show")
def jobs_show(job: Job, /, *, json: Json = False) -> int:
    """Show a job with its attempts and its newest output."""
    return _module("jobs").show(id=job, json=json)


@jobs.command(name="run")
def jobs_run(
    job: Job,
    /,
    *,
    dry_run: Annotated[bool, Parameter(help="Only tell what would be started.")] = False,
    json: Json = False,
) -> int:
    """Carry a job out now, whenever it is due, and follow its log."""
    return _module("jobs").run(id=job, dry=dry_run, json=json)


@jobs.command(name="answer")
def jobs_answer(
    job: Job, words: Annotated[str, Parameter(help="Such as yes, no, or what it asks for.")], /, *, json: Json = False
) -> int:
    """Answer the question a job is blocked on; it goes on then."""
    return _module("jobs").answer(id=job, words=words, json=json)


@jobs.command(name="cancel")
def jobs_cancel(job: Job, /, *, json: Json = False) -> int:
    """Call a job off."""
    return _module("jobs").cancel(id=job, json=json)


@jobs.command(name="review")
def jobs_review(
    job: Job,
    /,
    *,
    accept: Annotated[bool, Parameter(help="The result is as it should be.", negative="")] = False,
    send_back: Annotated[str | None, Parameter(help="It is to be done anew, with this remark.")] = None,
    json: Json = False,
) -> int:
    """Accept what a job has handed in, or send it back."""
    return _module("jobs").review(id=job, accept=accept, send_back=send_back, json=json)


@jobs.command(name="log")
def jobs_log(job: Job, /, *, json: Json = False) -> int:
    """Show the log of a job in plain words."""
    return _module("jobs").log(id=job, json=json)


@jobs.command(name="outputs")
def jobs_outputs(job: Job, /, *, json: Json = False) -> int:
    """Show what a job has handed in."""
    return _module("jobs").outputs(id=job, json=json)


limits = App(name="limits", help="What all your plans keep to.", default_parameter=app.default_parameter)
app.command(limits)


@limits.command(name="show")
def limits_show(*, json: Json = False) -> int:
    """Show what is said for good."""
    return _module("limits").show(json=json)


@limits.command(name="set")
def limits_set(
    *,
    hours: Annotated[str | None, Parameter(help="Work only then: 09:00-18:00; never before nine: 09:00-24:00.")] = None,
    free: Annotated[str | None, Parameter(help="Kept free, such as 12:00-13:00.")] = None,
    prefer: Annotated[str | None, Parameter(help="Liked, not binding, such as 08:00-12:00.")] = None,
    category: Annotated[str | None, Parameter(help="--hours and --prefer hold for tasks of it only.")] = None,
    weekdays: Annotated[
        tuple[int, ...], Parameter(consume_multiple=True, help="--hours, --free, --prefer hold then; 1 is Monday.")
    ] = (),
    max_hours_a_day: Annotated[float | None, Parameter(help="Most hours of tasks on a day.")] = None,
    buffer: Annotated[int | None, Parameter(help="Minutes kept free around every entry.")] = None,
    notice: Annotated[int | None, Parameter(help="Minutes before a task may begin.")] = None,
    lunch: Annotated[
        bool | None, Parameter(negative="--no-lunch", help="Leave an hour around noon of a long day free.")
    ] = None,
    evening: Annotated[
        bool | None, Parameter(negative="--no-evening", help="Place nothing heavy after an event that ends late.")
    ] = None,
    block: Annotated[int | None, Parameter(help="Most minutes of work in one go; 0 for any.")] = None,
    count_events: Annotated[
        bool | None, Parameter(negative="--no-count-events", help="Even the days with their events counted.")
    ] = None,
    json: Json = False,
) -> int:
    """Say something for good; threads keep to it from their next turn on."""
    most = None if max_hours_a_day is None else int(max_hours_a_day * 60)
    said = {"hours": hours, "free": free, "prefer": prefer, "category": category, "weekdays": weekdays}
    lengths = {"most_minutes": most, "buffer": buffer, "notice": notice, "block": block}
    wishes = {"lunch": lunch, "evening": evening, "count_events": count_events}
    return _module("limits").change(said=said | lengths | wishes, json=json)


@limits.command(name="clear")
def limits_clear(
    names: Annotated[
        tuple[
            Literal[
                "hours",
                "free",
                "prefer",
                "most_minutes",
                "buffer",
                "notice",
                "lunch",
                "evening",
                "block",
                "count_events",
            ],
            ...,
        ],
        Parameter(help="What no longer holds."),
    ],
    /,
    *,
    json: Json = False,
) -> int:
    """Take back what was said for good."""
    return _module("limits").change(said={"clear": names}, json=json)


inbox = App(name="inbox", help="What you were told while nobody was watching.", default_parameter=app.default_parameter)
app.command(inbox)
Told = Annotated[str, Parameter(name="MESSAGE", help="A message, as `inbox list` names it.")]


@inbox.command(name="list")
def inbox_list(
    *, unread: Annotated[bool, Parameter(help="Only what was not read.")] = False, json: Json = False
) -> int:
    """List your messages, the newest first."""
    return _module("inbox").list_(unread=unread, json=json)


@inbox.command(name="show")
def inbox_show(message: Told, /, *, json: Json = False) -> int:
    """Show a message, and mark it as read."""
    return _module("inbox").show(id=message, json=json)


@inbox.command(name="read")
def inbox_read(
    message: Annotated[str | None, Parameter(name="MESSAGE", help="Every one, when none is named.")] = None,
    /,
    *,
    json: Json = False,
) -> int:
    """Mark a message as read, or all of them."""
    return _module("inbox").read(id=message, json=json)


memory = App(name="memory", help="What is remembered of you.", default_parameter=app.default_parameter)
app.command(memory)
Item = Annotated[str, Parameter(name="ITEM", help="What is remembered, as `memory list` names it.")]
_Condition = Annotated[str | None, Parameter(help="In which case it holds.")]
_Evidence = Annotated[tuple[str, ...], Parameter(consume_multiple=True, help="Why that is known.")]
_Confidence = Annotated[
    float | None, Parameter(help="From 0 to 1; below 0.5 no plan is bound by it, below 0.2 it is not used.")
]


@memory.command(name="list")
def memory_list(*, json: Json = False) -> int:
    """List what is remembered."""
    return _module("memory").list_(json=json)


@memory.command(name="show")
def memory_show(item: Item, /, *, json: Json = False) -> int:
    """Show one thing that is remembered, and where it came from."""
    return _module("memory").show(id=item, json=json)


@memory.command(name="add")
def memory_add(
    rule: Annotated[str, Parameter(name="RULE", help='Such as "Never before ten".')],
    /,
    *,
    condition: _Condition = None,
    evidence: _Evidence = (),
    confidence: _Confidence = None,
    json: Json = False,
) -> int:
    """Remember something; plans keep to a rule such as "Never before ten"."""
    said = {"rule": rule, "condition": condition, "evidence": evidence, "confidence": confidence}
    return _module("memory").add(said=said, json=json)


@memory.command(name="edit")
def memory_edit(
    item: Item,
    /,
    *,
    rule: Annotated[str | None, Parameter(help="What holds.")] = None,
    condition: _Condition = None,
    evidence: _Evidence = (),
    confidence: _Confidence = None,
    json: Json = False,
) -> int:
    """Change what is remembered."""
    said = {"rule": rule, "condition": condition, "evidence": evidence, "confidence": confidence}
    return _module("memory").edit(id=item, said=said, json=json)


@memory.command(name="promote")
def memory_promote(
    item: Item, /, *, name: Annotated[str, Parameter(help="What the skill is called.")], json: Json = False
) -> int:
    """Make a skill of what has proved well."""
    return _module("memory").promote(id=item, name=name, json=json)


@memory.command(name="delete")
def memory_delete(item: Item, /, *, json: Json = False) -> int:
    """Forget something, with the limits that came of it."""
    return _module("memory").delete(id=item, json=json)


@memory.command(name="export")
def memory_export() -> int:
    """Write out everything that is remembered, as JSON."""
    return _module("memory").export()
