"""`dayloom trace`: what a run did, as a tree with times and tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rich.text import Text
from rich.tree import Tree

from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.report import ExitCode
from dayloom.cli.session import Session, open_session
from dayloom.cli.terminal import Terminal, one_line, plain
from dayloom.stores.threads.index import Search
from dayloom.traces.about import (
    AboutAnswer,
    AboutCard,
    AboutChild,
    AboutConclusion,
    AboutCorrection,
    AboutFeedback,
    AboutModel,
    AboutTool,
)
from dayloom.traces.prices import read_prices
from dayloom.traces.read import read_trace, traced
from dayloom.traces.trace import Span, SpanKind, SpanStatus, Trace
from graph.rebuild import rebuild_questions
from prompts.prompt import prompt_for
from state.errors import UnknownRun
from state.ids import RunId, ThreadId
from state.prompt import Question

_COLOURS: Final = {SpanStatus.ERROR: "red", SpanStatus.REFUSED: "yellow", SpanStatus.WAITING: "yellow"}
_LINE: Final = 100
"""Characters that what a span tells of is cut to."""


@report_errors
def trace(screen: Terminal, *, name: str, prompts: bool, json: bool) -> ExitCode:
    """Show the trace of a run, of the newest one when a thread is named; with `prompts` what models were shown too."""
    with open_session(screen) as session:
        found = session.run(_trace(session, name))
        shown = session.run(_prompts(session, found)) if prompts else []
    if json:
        write_json(screen, {**found.model_dump(mode="json"), **({"prompts": shown} if prompts else {})})
        return ExitCode.DONE
    screen.show(draw(found))
    for prompt in shown:
        screen.tell(f"\n{prompt['purpose']}, {prompt['begun']}", "bold")
        for message in prompt["messages"]:
            screen.tell(f"[{message['role']}] {message['content']}")
    return ExitCode.DONE


async def _prompts(session: Session, trace: Trace) -> list[dict[str, Any]]:
    """Return what the models of a run were shown, rebuilt from the record."""
    thread = ThreadId(trace.thread_id)
    steps = [step for step in await session.parts.threads.transcript(thread) if step.run == trace.run_id]
    return [
        {"purpose": called.purpose, "begun": called.begun.isoformat(), "messages": _messages(question)}
        async for called, question in rebuild_questions(session.parts.graph, thread, steps)
    ]


def _messages(question: Question) -> list[dict[str, str]]:
    return [{"role": message.type, "content": message.text} for message in prompt_for(question).messages]


async def _trace(session: Session, name: str) -> Trace:
    prices = read_prices(session.settings.prices)
    thread, run = await find_run(session, name)
    found = await session.parts.runs.get(thread, run)
    return await read_trace(session.parts.threads, traced(thread, found.asked, found.status), prices)


async def find_run(session: Session, name: str) -> tuple[ThreadId, RunId]:
    """Return a run and its thread; runs are kept with their threads, so the newest threads are looked through first."""
    for line in await session.parts.index.search(Search()):
        if line.id == name and (newest := await session.parts.runs.list(line.id, limit=1)):
            return line.id, newest[0].id
        if await session.parts.threads.request(line.id, RunId(name)) is not None:
            return line.id, RunId(name)
    raise UnknownRun(f"there is no run {name!r}; `dayloom replay THREAD --json` names the runs of a thread")


def draw(trace: Trace) -> Tree:
    """Return the run with its nodes, under each node what it did, and under work that was given away its run."""
    root, *spans = trace.spans
    tree = Tree(_root_line(root, trace))
    branch = tree
    for span in spans:
        if span.kind is SpanKind.NODE:
            branch = tree.add(_line(span))
            continue
        place = tree if span.kind is SpanKind.FEEDBACK else branch
        line = place.add(_line(span))
        if span.child is not None:
            line.add(draw(span.child))
    return tree


def _root_line(root: Span, trace: Trace) -> Text:
    totals = trace.totals
    facts = [
        *_time(root),
        _count(totals.model_calls, "model call"),
        _count(totals.tool_calls, "tool call"),
        f"{totals.prompt_tokens} + {totals.completion_tokens} tokens",
        *([f"cost {totals.cost:.4f}"] if totals.cost is not None else ()),
        *([f"no price for {', '.join(totals.unpriced)}"] if totals.unpriced else ()),
    ]
    status = trace.outcome.value if trace.outcome else trace.status.value
    return plain(f"{root.name}  {status}  ", "bold").append_text(plain(" · ".join(facts), "dim"))


def _line(span: Span) -> Text:
    told = "  ".join(filter(None, [span.kind.value, *_name(span), *_about(span)]))
    facts = [*_time(span), *_tokens(span), *([f"cost {span.cost:.4f}"] if span.cost is not None else ())]
    shown = told if len(told) <= _LINE else f"{told[: _LINE - 1]}…"
    line = plain(f"{span.seq} ", "dim").append_text(plain(shown, _COLOURS.get(span.status, "")))
    return line.append_text(plain(f"  {' · '.join(facts)}".rstrip(), "dim"))


def _name(span: Span) -> list[str]:
    return [span.name] if span.name != span.kind.value else []


def _about(span: Span) -> Iterator[str]:
    """Yield what tells one span of a kind from another."""
    match about := span.about:
        case AboutModel():
            yield from (f"({failed.model}: {failed.reason})" for failed in about.tries)
            yield from (about.purpose, about.code or "")
            yield from (f"proposes {call.name}" for call in about.calls)
        case AboutCorrection():
            yield one_line(about.complaint)
        case AboutTool():
            yield one_line(about.result)
        case AboutChild():
            yield one_line(about.goal)
        case AboutCard():
            yield one_line(about.description)
        case AboutAnswer() | AboutConclusion():
            yield one_line(about.message)
        case AboutFeedback():
            yield from (f"on {span.parents[0]}", about.text)
        case _:
            return


def _time(span: Span) -> list[str]:
    if span.seconds is None:
        return []
    first = span.about.first if isinstance(span.about, AboutModel) else None
    waited = "waited " if span.kind in (SpanKind.ANSWER, SpanKind.CARD) else ""
    return [f"{waited}{span.seconds:.3f} s", *([f"first words after {first:.3f} s"] if first is not None else ())]


def _tokens(span: Span) -> list[str]:
    used = span.usage
    return [f"{used.prompt_tokens} + {used.completion_tokens} tokens"] if used.prompt_tokens else []


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
