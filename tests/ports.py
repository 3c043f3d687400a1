"""Ports for servers that start later, or go and come back: nobody else gets one in between."""

from __future__ import annotations

import socket
import sys
from typing import Self


class Port:
    """A loopback port of one's own until it is closed: nobody listens on it, and whoever is told its number may."""

    def __init__(self) -> None:
        self._held = socket.socket()
        self._held.bind(("127.0.0.1", 0))
        self.number: int = self._held.getsockname()[1]
        if sys.platform == "linux":
            # While it is bound, the system gives it to nobody; with this a server that asks for the number gets it.
            self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give it back."""
        self._held.close()
