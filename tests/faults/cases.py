"""The fault cases: twenty that dayloom promises to survive, all of them at random, and where each is proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Case:
    """One fault: the tests (`file::function`) that cause it, or what has to be there first."""

    fault: str
    tests: tuple[str, ...] = ()
    waits_for: str = ""


CASES: Final = (
    Case(
        "kill before and after every command of the six-turn conversation, and drop every reply",
        (
            "faults/test_crash.py::test_nothing_is_lost_or_doubled_when_struck_at_any_command",
            "faults/test_crash.py::test_a_naive_store_fails_the_same_test",
        ),
    ),
    Case(
        "kill, and cancel, at every await",
        (
            "faults/test_awaits.py::test_nothing_is_lost_or_doubled_when_killed_at_any_await",
            "faults/test_awaits.py::test_nothing_is_lost_or_doubled_when_cancelled_at_any_await",
        ),
    ),
    Case(
        "kill app and server together",
        ("faults/test_crash.py::test_nothing_is_lost_or_doubled_when_the_server_dies_too",),
    ),
    Case(
        "slow fsync, and kill the server",
        ("faults/test_server.py::test_what_was_acknowledged_survives_a_kill_during_a_slow_fsync",),
    ),
    Case(
        "lease holder dies, another takes over",
        ("faults/test_frozen.py::test_until_the_lease_has_run_out_the_thread_is_busy",),
    ),
    Case(
        "lease holder frozen past its lease, then continued",
        ("faults/test_frozen.py::test_a_frozen_run_is_succeeded_and_cannot_commit_after_its_successor",),
    ),
    Case(
        "the same confirm on two servers at a barrier",
        ("faults/test_together.py::test_a_card_answered_twice_at_once_is_applied_once",),
    ),
    Case(
        "fifty turns at once",
        ("faults/test_together.py::test_fifty_messages_at_once_are_all_answered_one_after_the_other",),
    ),
    Case(
        "the schedule changes between card and click",
        ("faults/test_click.py::test_a_yes_to_an_older_schedule_is_asked_again",),
    ),
    Case("server-sent events cut at every byte and resumed elsewhere", waits_for="the HTTP API"),
    Case(
        "cancel at every step, before, during and after the commit",
        ("faults/test_cancel.py::test_a_cancel_at_any_command_wins_or_comes_too_late",),
    ),
    Case(
        "ten thousand cancelled Redis calls",
        ("faults/test_calls.py::test_a_cancelled_call_never_gives_its_reply_to_another",),
    ),
    Case(
        "the model's stream truncated at every chunk",
        ("faults/test_model.py::test_a_stream_cut_at_any_piece_is_never_acted_on",),
    ),
    Case(
        "schema-valid nonsense as tool calls",
        ("faults/test_model.py::test_schema_valid_nonsense_keeps_every_rule",),
    ),
    Case(
        "requests counted in every failing mode",
        ("graph/test_turns.py::test_a_failing_model_is_tried_a_bounded_number_of_times_and_ended_honestly",),
    ),
    Case(
        "snapshots with flipped, truncated and swapped bytes",
        ("faults/test_bytes.py::test_a_spoilt_value_is_told_and_kept_or_makes_no_difference",),
    ),
    Case("a worker that double-forks", waits_for="workers"),
    Case(
        "models that obey injected text (titles, messages)",
        ("faults/test_model.py::test_a_model_that_obeys_injected_text_changes_nothing",),
        waits_for="notes, files and memory",
    ),
    Case(
        "the server frozen, paused, out of memory, read-only, restarted empty",
        (
            "faults/test_server.py::test_a_turn_in_trouble_is_taken_up_again_without_loss",
            "faults/test_server.py::test_nobody_waits_for_a_server_in_trouble",
            "faults/test_server.py::test_a_run_whose_server_came_back_empty_does_not_write_on",
        ),
    ),
    Case(
        "everything at random: processes killed and frozen, lines cut, each card answered twice",
        ("faults/test_random_kills.py::test_whatever_is_killed_frozen_or_cut_nothing_confirmed_is_lost_or_doubled",),
    ),
    Case(
        "every endpoint with every other user's ids",
        ("stores/checkpointer/test_saver.py::test_another_owner_finds_nothing",),
        waits_for="the HTTP API",
    ),
)
