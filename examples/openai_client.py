"""dayloom in a chat program that knows only OpenAI's Chat Completions: cards are text, and a word answers them.

Start `dayloom serve` in another terminal, then run
`python -P examples/openai_client.py http://127.0.0.1:2024`. Any address of a dayloom service will do.
"""

from __future__ import annotations

import sys
from typing import Any

import httpx
from openai import OpenAI

TASKS = [
    {"title": "Read chapter 1", "category": "history", "order": 1, "duration": 2},
    {"title": "Read chapter 2", "category": "history", "order": 2, "duration": 2},
    {"title": "Exercise sheet", "category": "maths", "duration": 3},
]


def main(url: str) -> None:
    """Put tasks in, then talk: the client keeps the conversation and sends all of it each time."""
    httpx.post(f"{url}/tasks", json=TASKS).raise_for_status()
    client = OpenAI(base_url=f"{url}/v1", api_key="a token, when the service asks for one")

    messages: list[Any] = []
    for words in ("Plan my tasks, keep Friday free", "approve"):
        print(f"  you: {words}")
        messages.append({"role": "user", "content": words})
        answer = ""
        for chunk in client.chat.completions.create(model="dayloom", messages=messages, stream=True):
            answer += "".join(choice.delta.content or "" for choice in chunk.choices)
        print(f"  dayloom: {answer}")
        messages.append({"role": "assistant", "content": answer})

    print("  ended: success")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:2024")
