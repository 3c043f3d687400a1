"""The table of a job's states: what follows what, and who may do it."""

from __future__ import annotations

import pytest

from state.job import TRANSITIONS, Actor, JobKind, JobStatus, following

ENDED = {JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED}


def test_what_has_ended_goes_nowhere_and_everything_else_goes_on() -> None:
    assert {status for status in JobStatus if status.ended} == ENDED


@pytest.mark.parametrize("status", JobStatus)
def test_every_state_is_reached_from_the_first(status: JobStatus) -> None:
    reached, grown = {JobStatus.PENDING}, True
    while grown:
        further = {after for before, after in TRANSITIONS if before in reached} - reached
        reached, grown = reached | further, bool(further)
    assert status in reached


def test_only_a_supervision_goes_back_to_waiting_and_only_a_todo_is_reviewed() -> None:
    assert JobStatus.PENDING not in following(JobStatus.WORKING, JobKind.TODO)
    assert JobStatus.PENDING in following(JobStatus.WORKING, JobKind.SUPERVISION)
    assert JobStatus.REVIEW not in following(JobStatus.WORKING, JobKind.SUPERVISION)


def test_a_worker_never_accepts_its_own_work() -> None:
    assert all(JobStatus.DONE not in following(status, kind, Actor.WORKER) for status in JobStatus for kind in JobKind)
