"""The scripted model server serves anybody: child processes, and clients that do not stream."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from doubles import ScriptedModelServer

DONE = {"action": "done", "goal_check": "All is placed."}
FORCED = {"tool_choice": {"type": "function", "function": {"name": "execute_decision"}}, "tools": [{}]}


def completion(server: ScriptedModelServer, **asked: Any) -> dict[str, Any]:
    body = json.dumps({"model": "any", "messages": [{"role": "user", "content": "Hi"}], **asked}).encode()
    request = Request(f"{server.base_url}/chat/completions", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=10) as response:
        return json.load(response)["choices"][0]["message"]


def test_a_client_that_does_not_stream_gets_one_object() -> None:
    with ScriptedModelServer([DONE, DONE]) as server:
        plain = completion(server)
        forced = completion(server, **FORCED)

    assert json.loads(plain["content"]) == DONE
    assert json.loads(forced["tool_calls"][0]["function"]["arguments"]) == DONE
    assert [request.text for request in server.requests] == ["Hi", "Hi"]


def test_a_child_process_is_served() -> None:
    with ScriptedModelServer() as server:
        code = f"from urllib.request import urlopen; print(urlopen('{server.base_url}/models').read().decode())"
        shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert json.loads(shown)["data"][0]["id"] == "scripted"


def test_a_script_that_has_run_out_says_so() -> None:
    with ScriptedModelServer([DONE]) as server:
        completion(server)
        with pytest.raises(HTTPError) as caught:
            completion(server)

    assert "no answer for request 2" in caught.value.read().decode()
