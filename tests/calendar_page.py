"""A web page that shows a calendar, on a loopback port."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

_CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//tests//EN
BEGIN:VEVENT
UID:dentist-1
DTSTAMP:{stamp}
DTSTART:{start}
DTEND:{end}
SUMMARY:Dentist
END:VEVENT
END:VCALENDAR
"""


class CalendarPage:
    """Serves one event under `address`; anything else is not found."""

    def __init__(self) -> None:
        page, self._text = self, b""

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = self.path == "/ann.ics"
                self.send_response(200 if found else 404)
                self.end_headers()
                self.wfile.write(page._text if found else b"")

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        """Where the calendar is."""
        return f"http://127.0.0.1:{self._server.server_port}/ann.ics"

    def event(self, start: str, end: str, stamp: str = "20261101T090000Z") -> None:
        """Show an event at this time."""
        self._text = _CALENDAR.format(start=start, end=end, stamp=stamp).encode()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
