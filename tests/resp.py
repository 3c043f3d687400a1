"""Where one message of the Redis protocol (RESP 2 and 3) ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterator


class Frames:
    """Cuts a stream of bytes into whole messages, whatever pieces it arrives in."""

    def __init__(self) -> None:
        self._held = b""

    def cut(self, arrived: bytes) -> Iterator[bytes]:
        """Yield every message that is complete now; the rest is held until more arrives."""
        self._held += arrived
        while (end := _end(self._held, 0)) is not None:
            frame, self._held = self._held[:end], self._held[end:]
            yield frame


def words(request: bytes) -> list[bytes]:
    """Return the words of a request, which is an array of bulk strings or an inline command."""
    if request[:1] != b"*":
        return request.split()
    found: list[bytes] = []
    line_end = request.index(b"\r\n")
    at = line_end + 2
    for _ in range(int(request[1:line_end])):
        line_end = request.index(b"\r\n", at)
        size = int(request[at + 1 : line_end])
        found.append(request[line_end + 2 : line_end + 2 + size])
        at = line_end + 2 + size + 2
    return found


def is_push(reply: bytes) -> bool:
    """Tell whether the server sent this of its own accord; it answers no request."""
    return reply[:1] == b">"


def _end(data: bytes, at: int) -> int | None:
    """Return the index after the message that begins at `at`, or None while it is incomplete."""
    line = data.find(b"\r\n", at)
    if line < 0:
        return None
    kind, number, after = data[at : at + 1], data[at + 1 : line], line + 2
    if kind in (b"$", b"!", b"="):
        end = after if number == b"-1" else after + int(number) + 2
        return end if end <= len(data) else None
    if kind in (b"*", b"~", b">", b"%"):
        return _end_of_many(data, after, max(0, int(number)) * (2 if kind == b"%" else 1))
    if kind == b"|":
        return _end_of_many(data, after, int(number) * 2 + 1)
    return after


def _end_of_many(data: bytes, at: int, count: int) -> int | None:
    end: int | None = at
    for _ in range(count):
        if end is None or (end := _end(data, end)) is None:
            return None
    return end
