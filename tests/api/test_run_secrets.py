"""A model that repeats the API key in its errors: the key turns up in nothing that tells of the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import httpx
import pytest
from chat_script import Fault, Request, Scripted
from doubles import ScriptedModelServer
from serving import Serving
from talking import Chat

API_KEY = "sk-canary-key-of-the-model-HJKLMN"
TOKEN = "canary-token-of-ann-UIOPRT"
TOLD = f"Incorrect API key provided: {API_KEY}; Authorization: Bearer {API_KEY}"
FAULTS = (
    Fault("status", 401, message=TOLD, code="invalid_api_key", param=API_KEY),
    Fault("status", 403, message=TOLD),
    Fault("status", 404, message=TOLD, code=API_KEY),
    Fault("status", 500, message=TOLD, retry_after=0),
    Fault("error_event", message=TOLD, code=API_KEY),
)


class Model:
    """Answers every request with the fault that is set."""

    fault = FAULTS[0]

    def __call__(self, request: Request) -> Scripted:
        """Return the fault."""
        return self.fault


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, Model]]:
    settings = {"OPENAI_API_KEY": API_KEY, "DAYLOOM_API_TOKENS": f"ann:{TOKEN}", "DAYLOOM_WORKSPACE_EXCLUSION": "false"}
    model, folder = Model(), tmp_path_factory.mktemp("house") / "home"
    with (
        ScriptedModelServer(model) as scripted,
        Serving(folder, model=scripted.base_url, token=TOKEN, **settings) as server,
    ):
        yield server, model


def kept(folder: Path) -> str:
    """Return everything that was written below a folder."""
    return "".join(path.read_bytes().decode("latin-1") for path in sorted(folder.rglob("*")) if path.is_file())


def about_a_run(server: Serving) -> Iterator[httpx.Response]:
    """Let a run fail, and ask for everything there is about it."""
    chat = Chat.opened(server.http)
    run = chat.say("Place the essay")
    assert chat.ended(run) == "error"
    here = f"/threads/{chat.thread}"
    ends = ("", "/state", "/history?limit=100", "/replay", "/preview", "/runs", f"/runs/{run}", f"/runs/{run}/events")
    yield from (server.http.get(f"{here}{end}") for end in (*ends, f"/runs/{run}/join"))
    yield server.http.get(f"{here}/runs/{run}/stream", headers={"Last-Event-ID": "-1"})
    yield server.http.get("/metrics")


def while_waiting(server: Serving) -> Iterator[httpx.Response]:
    """Start runs in every way whose answer tells how they end."""
    here = f"/threads/{Chat.opened(server.http).thread}"
    body = {"assistant_id": "dayloom", "input": {"messages": [{"role": "user", "content": "Again"}]}}
    yield from (
        server.http.post(f"{where}/runs/{how}", json=body) for where in ("", here) for how in ("wait", "stream")
    )
    completion = {"model": "dayloom", "messages": [{"role": "user", "content": "Place the essay"}]}
    yield from (server.http.post("/v1/chat/completions", json={**completion, "stream": how}) for how in (True, False))


def leaked(server: Serving, answers: Iterable[httpx.Response]) -> list[str]:
    """Return where a secret shows: in answers, in what the service says, or in what it keeps."""
    sent = {str(answer.request.url): f"{answer.headers}\n{answer.text}" for answer in answers}
    written = {"log": server.told, "folder": kept(server.folder)}
    return [where for where, told in {**sent, **written}.items() if API_KEY in told or TOKEN in told]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind}-{fault.status}")
def test_the_key_shows_in_nothing_about_a_run(fault: Fault, house: tuple[Serving, Model]) -> None:
    server, model = house
    model.fault = fault

    assert leaked(server, about_a_run(server)) == []


def test_the_key_shows_in_nothing_that_a_run_answers(house: tuple[Serving, Model]) -> None:
    server, model = house
    model.fault = FAULTS[0]

    assert leaked(server, while_waiting(server)) == []
