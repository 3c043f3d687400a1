"""Stops an embedded server when everybody who used it is gone, however they went: run as a program, one per folder.

    python -I -S embedded_guard.py FOLDER SOCKET

Users that leave in order stop the server themselves (see `embedded.py`); killed ones cannot. Nothing but the standard
library is imported here, so that it starts in a moment and stays small.
"""

import fcntl
import os
import socket
import sys
import time

PAUSE = 1.0
"""Seconds between two tries to stop a server that does not answer."""


def guard(folder: str, path: str) -> None:
    """Wait until nobody uses the server, and stop it; return at once when another guard does."""
    starting, users, alive, mine = (
        os.open(os.path.join(folder, f"{name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        for name in ("starting", "users", "alive", "guard")
    )
    if not _taken(mine):
        return
    while True:
        fcntl.flock(alive, fcntl.LOCK_EX)  # the kernel wakes us when the last of them has died
        fcntl.flock(alive, fcntl.LOCK_UN)
        fcntl.flock(starting, fcntl.LOCK_EX)
        if _taken(users) and _stopped(path):
            os.close(mine)  # before `starting`: who starts a server next must find that it has no guard
            return
        for handle in (users, starting):
            fcntl.flock(handle, fcntl.LOCK_UN)
        time.sleep(PAUSE)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stopped(path: str) -> bool:
    """Ask the server to stop, and tell whether it is gone."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PAUSE)
        try:
            connection.connect(path)
        except (FileNotFoundError, ConnectionError):
            return True
        except OSError:
            return False
        try:
            connection.sendall(b"SHUTDOWN\r\n")
            return connection.recv(1) == b""
        except ConnectionError:
            return True
        except OSError:
            return False


if __name__ == "__main__":
    guard(*sys.argv[1:])
    os._exit(0)
