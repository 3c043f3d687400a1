"""`dayloom worker-agent`: carries out one attempt of a job as a program, and writes back what came of it.

It keeps nothing and knows no calendar: what it is to work with stands in its task.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any, cast

import httpx2
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from dayloom.cli.errors import report_errors
from dayloom.cli.report import ExitCode
from dayloom.cli.terminal import Terminal
from dayloom.settings import AttemptSettings, Settings, read_attempt, read_settings
from dayloom.stores.redis.serializer import DataSerializer
from dayloom.wiring import graph_without_store
from graph.agent import RECURSION_LIMIT
from state.common import CommonState
from state.errors import Unavailable
from state.job import JobStatus
from state.outcome import OutcomeStatus

_PATIENCE = 30.0
"""Seconds the service may take to answer."""


class NoService(Unavailable):
    """The service that gave the attempt does not answer, or refuses it."""


@report_errors
def worker_agent(screen: Terminal) -> ExitCode:
    """Carry out the attempt that the environment tells of, or else what standard input says."""
    settings, attempt = read_settings(), read_attempt()
    service = Service(attempt) if attempt.url else None
    job = service.begin() if service else {"task": sys.stdin.read(), "notes": ""}
    state = asyncio.run(_carry_out(settings, job["task"], job["notes"]))
    report, question = state.outcome.message if state.outcome else "", state.interrupt
    if question is not None or state.outcome is None or state.outcome.status is not OutcomeStatus.COMPLETED:
        if question is not None and service:
            service.conclude(JobStatus.BLOCKED, question.description)
        screen.note(question.description if question else report)
        return ExitCode.WAITING if question else ExitCode.UNFINISHED
    _hand_in(report, service, job, attempt)
    screen.note(report)
    return ExitCode.DONE


class Service:
    """The service that gave the attempt; raises NoService."""

    def __init__(self, attempt: AttemptSettings) -> None:
        headers = {"authorization": f"Bearer {attempt.token.get_secret_value()}"}
        self._url = attempt.url
        self._http = httpx2.Client(headers=headers, timeout=_PATIENCE, trust_env=False)

    def begin(self) -> dict[str, Any]:
        """Return the job."""
        self.conclude(JobStatus.WORKING)
        return self._ask("GET", "")

    def hand_in(self, report: str) -> None:
        """Hand in the report."""
        summary = report.strip().splitlines()[0][:200]
        self._ask("POST", "/outputs", {"kind": "document", "summary": summary, "text": report})

    def conclude(self, status: JobStatus, reason: str = "") -> None:
        """Say what the job is to become."""
        self._ask("POST", "/status", {"status": status, "reason": reason[:2_000]})

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = self._http.request(method, f"{self._url}{path}", json=body)
            answer.raise_for_status()
            return answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise NoService(f"The service that gave the attempt did not take part: {error}") from error


def _hand_in(report: str, service: Service | None, job: dict[str, Any], attempt: AttemptSettings) -> None:
    if service is not None:
        service.hand_in(report)
        if JobStatus.REVIEW in job["next"]:
            service.conclude(JobStatus.REVIEW)
    elif attempt.result_file is not None:
        attempt.result_file.write_text(report, encoding="utf-8")


async def _carry_out(settings: Settings, task: str, notes: str) -> CommonState:
    """Return what the agent has made of a task."""
    alone = settings.run_settings(always_execute=True, attended=False)
    async with graph_without_store(settings, alone) as graph:
        served = cast(Any, graph.copy(update={"checkpointer": InMemorySaver(serde=DataSerializer())}))
        config = {"configurable": {"thread_id": "attempt"}, "recursion_limit": RECURSION_LIMIT}
        given = {"messages": [HumanMessage(task)], "task": notes}
        await served.ainvoke(given, config)
        return CommonState.model_validate((await served.aget_state(config)).values)
