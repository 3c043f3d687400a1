"""When the next time of a crontab expression is."""

from __future__ import annotations

from datetime import datetime

from crontab import CronTab


def following(cron: str, moment: datetime) -> datetime | None:
    """Return the first time after this aware moment; None when there is no more. Raises ValueError."""
    return CronTab(cron).next(now=moment, return_datetime=True)
