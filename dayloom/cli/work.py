"""What the commands do; imported only when one runs, because everything heavy hangs on it."""

from dayloom.cli.answer import answer
from dayloom.cli.applying import apply, undo
from dayloom.cli.audit import audit
from dayloom.cli.chat import chat
from dayloom.cli.demo import demo
from dayloom.cli.doctor import doctor
from dayloom.cli.loading import Request
from dayloom.cli.plan import plan
from dayloom.cli.replay import replay
from dayloom.cli.show import show

__all__ = ["Request", "answer", "apply", "audit", "chat", "demo", "doctor", "plan", "replay", "show", "undo"]
