"""What is remembered, looked into and changed from the command line; a folder adds skills."""

from __future__ import annotations

from pathlib import Path

from shell import Shell


def test_memory_is_added_to_shown_changed_promoted_exported_and_forgotten(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "rain.md").write_text("---\nname: rain\ndescription: When it rains\n---\nStay in.\n", "utf-8")
    shell.set(DAYLOOM_REDIS_URL=None, DAYLOOM_SKILLS=str(tmp_path))

    added = shell("memory", "add", "Never before ten", "--evidence", "said on Monday", "--json").json["item"]
    listed = shell("memory", "list").out
    shown = shell("memory", "show", added["id"])
    doubted = shell("memory", "edit", added["id"], "--confidence", "0.4").err
    shell("memory", "edit", added["id"], "--confidence", "0.9")
    skill = shell("memory", "promote", added["id"], "--name", "late-mornings", "--json").json["item"]
    exported = shell("memory", "export").json["items"]
    limits = shell("limits", "show").out
    shell("memory", "delete", added["id"])

    assert (added["origin"], added["limits"]["hours"]) == ("person", [{"hours": "10:00-24:00"}])
    assert all(
        words in listed for words in ("Never before ten", "you said so", "plan-a-week", "When it rains", "from a file")
    )
    assert all(words in shown.out for words in ("said on Monday", "plans keep to it: working hours: from 10:00"))
    assert "you said so" in shown.err
    assert "no plan is bound by it" in doubted
    assert (skill["kind"], skill["name"], skill["confidence"]) == ("skill", "late-mornings", 0.9)
    assert {item["name"]: item["origin"] for item in exported} == {
        "late-mornings": "person",
        "plan-a-week": "built_in",
        "rain": "folder",
    }
    assert "working hours: from 10:00" in limits
    assert "from 10:00" not in shell("limits", "show").out
    assert (shell("memory", "show", added["id"]).code, shell("memory", "edit", "x").code) == (2, 2)
