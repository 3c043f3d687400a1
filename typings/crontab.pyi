"""What dayloom uses of the package `crontab`; the stubs that come with type checkers are those of `python-crontab`."""

from datetime import datetime

class CronTab:
    def __init__(self, crontab: str) -> None: ...
    def next(self, now: datetime, *, return_datetime: bool) -> datetime | None: ...
