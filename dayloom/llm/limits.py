"""How long, how often and how much a model may answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one model call; times in seconds.

    A request may take as long as bytes arrive: `silence` is the longest wait for the next one, longer before the first
    word, for a slow machine reads `reading` tokens of the prompt a second; `whole` is the wait for an answer that is
    not streamed. `call` is the longest all requests, waits and fallback models of one call may take together.
    `attempts` counts requests per model. `backoff` holds the wait after the first, second, … failure where the server
    names none; a server that asks for more than `longest_wait` is given up instead. `tokens` bounds an answer, thoughts
    included, where the API lets it be bounded; `answer` bounds the text in characters, `transfer` what is read in
    bytes.
    """

    connect: float = 5.0
    silence: float = 120.0
    reading: float = 40.0
    whole: float = 600.0
    call: float = 3600.0
    attempts: int = 3
    backoff: tuple[float, ...] = (0.5, 2.0)
    longest_wait: float = 60.0
    tokens: int = 16_384
    answer: int = 1 << 20
    transfer: int = 32 << 20

    def before_first_word(self, tokens: int) -> float:
        """Return how long a model may be silent while it reads a prompt of so many tokens."""
        return self.silence + tokens / self.reading
