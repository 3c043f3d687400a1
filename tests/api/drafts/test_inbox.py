"""The inbox over HTTP: told, read, deleted; and where else a user wants to be told."""

from __future__ import annotations

from pathlib import Path

from doubles import ScriptedModelServer
from hook_receiver import HookReceiver
from serving import Serving
from standardwebhooks import Webhook
from talking import checked, until

WRONG = [{"webhook": "ftp://example.org/"}, {"webhook": "/runs"}, {"email": "ann, bob"}, {"sms": "1"}]
REPORT = {"action": "reply", "speak": "Anna was asked again."}


def test_a_job_s_end_is_told_read_and_deleted_and_calls_the_user_s_own_webhook(tmp_path: Path) -> None:
    with (
        HookReceiver() as receiver,
        ScriptedModelServer([REPORT]) as model,
        Serving(tmp_path / "home", model=model.base_url, DAYLOOM_PRIVATE_ADDRESSES="true") as server,
        server.client() as http,
    ):
        for wrong in WRONG:
            assert http.put("/contact", json=wrong).status_code == 422
        contact = checked(http.put("/contact", json={"webhook": receiver.url}))
        assert checked(http.get("/contact")) == {"webhook": receiver.url, "email": None, "secret": None}
        assert checked(http.put("/contact", json={"webhook": receiver.url}))["secret"] is None
        checked(http.post("/jobs", json={"title": "Chase Anna", "due": "2026-01-01T08:00:00Z"}))
        until(lambda: receiver.calls)

        told = Webhook(contact["secret"]).verify(receiver.calls[0].body, receiver.calls[0].headers)
        inbox = checked(http.get("/inbox"))
        assert [message["subject"] for message in inbox["messages"]] == ["Done: Chase Anna"]
        assert (told["data"]["id"], inbox["unread"]) == (inbox["messages"][0]["id"], 1)
        path = f"/inbox/{told['data']['id']}"
        assert checked(http.patch(path, json={"read": True}))["read"]
        assert checked(http.get("/inbox?unread=true")) == {"messages": [], "unread": 0}
        assert http.delete(path).status_code == 204
        assert http.get(path).json()["code"] == "unknown_message"
        types = [event["type"] for event in checked(http.get("/events"))["events"]]
        assert [type for type in types if type.startswith(("job", "message"))] == [
            *("job.added", "job.started", "job.review", "job.ended", "message.received")
        ]
