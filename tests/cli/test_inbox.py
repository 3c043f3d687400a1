"""What a job came to is read in the inbox from the command line."""

from __future__ import annotations

from shell import Shell


def test_the_end_of_a_job_lies_in_the_inbox_until_it_is_read(shell: Shell) -> None:
    shell.set(DAYLOOM_REDIS_URL=None)
    shell.model([{"action": "reply", "speak": "Anna was asked again."}])
    job = shell("jobs", "add", "Chase Anna", "--json").json["job"]["id"]
    assert shell("inbox", "list").out == ""
    shell("jobs", "run", job)

    [message] = shell("inbox", "list", "--unread", "--json").json["messages"]
    assert (message["subject"], message["job"], message["read"]) == ("Done: Chase Anna", job, False)
    assert "Anna was asked again." in shell("inbox", "show", message["id"]).out
    assert shell("inbox", "list", "--unread", "--json").json["messages"] == []
    assert shell("inbox", "read").out.strip() == "0 marked as read."
    missing = shell("inbox", "show", "nothing")
    assert (missing.code, "no message" in missing.err) == (2, True)
