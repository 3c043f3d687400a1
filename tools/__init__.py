"""What the agent can do: pure functions from a desk to a desk, each with typed arguments."""

from tools.calendar import calendar
from tools.delegate import delegation
from tools.edits import edits
from tools.events import events
from tools.letters import letters
from tools.limits import limiting
from tools.parts import parts
from tools.planners import box as planners
from tools.queue import queue
from tools.reads import reads
from tools.registry import Toolbox
from tools.tasks import tasks

TOOLBOX = Toolbox(reads, edits, planners, queue, tasks, parts, limiting, events, calendar, letters, delegation)
"""Every tool, in the order the model reads them."""

__all__ = ["TOOLBOX"]
