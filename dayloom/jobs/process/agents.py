"""The programs that jobs may be given to by name, as the operator has set them up in a TOML file."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, TypeAdapter, ValidationError

from state.errors import BadInput
from state.job import Argument, ProcessLimits, Program
from state.schedule import Value

COMMAND: Final = Program().agent
"""What is taken for the agent of a job that brings a command of its own."""
OWN: Final = "dayloom"
"""The agent that needs no setting up: `dayloom worker-agent`."""


class Agent(Value):
    """A command, the variables of the service that it is given, its limits, and how many may be at work at once."""

    command: Annotated[tuple[Argument, ...], Field(min_length=1, max_length=1_000)]
    environment: tuple[str, ...] = ()
    at_once: Annotated[int, Field(ge=1, le=1_000)] | None = None
    limits: ProcessLimits = ProcessLimits()


_AGENTS: Final = TypeAdapter(dict[str, Agent])
_OWN_AGENT: Final = Agent(
    command=(sys.executable, "-c", "from dayloom.cli import main; main()", "worker-agent"),
    # No key is among them: the file that DAYLOOM_CONFIG names may hold one.
    environment=("DAYLOOM_CONFIG", "DAYLOOM_MODEL", "DAYLOOM_TIMEZONE", "DAYLOOM_LOCALE", "OPENAI_BASE_URL"),
)


def read_agents(file: Path | None) -> Mapping[str, Agent]:
    """Return the agents that a file names, and our own; raises BadInput when it cannot be read."""
    named: dict[str, Agent] = {}
    if file is not None:
        try:
            named = _AGENTS.validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
            for name in named:
                Program(agent=name)
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
            raise BadInput(
                f"The file {file} that DAYLOOM_WORKERS names cannot be used: {error}. It holds one table for each "
                'agent, such as [writer] with command = ["claude", "-p"].'
            ) from error
    return {OWN: _OWN_AGENT, **named}


def agent_of(agents: Mapping[str, Agent], program: Program) -> Agent:
    """Return what a program stands for; raises BadInput for an agent that there is none of."""
    if program.command:
        return Agent(command=program.command, limits=program.limits or ProcessLimits())
    if (agent := agents.get(program.agent)) is None:
        raise BadInput(f"There is no agent {program.agent!r} here; there are {', '.join(sorted(agents))}.")
    return agent if program.limits is None else agent.model_copy(update={"limits": _lower(agent, program.limits)})


def _lower(agent: Agent, asked: ProcessLimits) -> ProcessLimits:
    """Return limits of which none is higher than the operator's."""
    most = agent.limits.model_dump()
    return ProcessLimits(**{name: min(value, most[name]) for name, value in asked.model_dump().items()})
