"""How long leases, cards, logs and threads last."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Durations:
    """How long things last, in seconds; None means for ever.

    A run holds its thread for `lease` and renews it while it works; `watch` is how often it looks whether it was
    cancelled. Opening a thread that is held waits for `patience`, in which the lease of a dead run can end. A card is
    void after `card`; a thread whose turn has ended is deleted after `keep`. The log of a run that has ended is kept
    for `log`, and never holds more than `events` events.
    """

    lease: float = 5.0
    watch: float = 0.2
    patience: float = 0.0
    card: float | None = None
    keep: float | None = None
    log: float = 7 * 24 * 3600
    events: int = 1000

    def lifetime(self, *, begins: bool, ends: bool) -> int | str:
        """Return the milliseconds after which the thread goes; 0 for never, empty to leave it as it is."""
        if self.keep is None or not (begins or ends):
            return ""
        return milliseconds(self.keep) if ends else 0

    @property
    def log_lifetime(self) -> int:
        """Milliseconds for which the log of a run outlives its end."""
        return milliseconds(self.log if self.keep is None else min(self.log, self.keep))


def milliseconds(seconds: float) -> int:
    """Return seconds as the server counts them."""
    return int(seconds * 1000)
