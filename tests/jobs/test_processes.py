"""A job that a program carries out: started, limited, ended with all it has started, told truly."""

from __future__ import annotations

import signal
import stat
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from job_house import House, Open
from processes import alive, become
from stage import NOW

from dayloom.jobs.process.agents import read_agents
from dayloom.jobs.process.folders import JobFolder
from dayloom.jobs.process.workplace import this_process
from dayloom.jobs.process.write_back import WriteBack
from dayloom.jobs.task_prompt import TaskPrompt
from dayloom.settings import PASSED_ON
from state.errors import AttemptEnded, BadInput
from state.ids import RunId
from state.job import Attempt, AttemptOutcome, ExecutorKind, Job, JobStatus, Output, ProcessLimits, Program

REPORT = "import os; open(os.environ['DAYLOOM_RESULT_FILE'], 'w').write('It is written.')"
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(2):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        time.sleep(600)
sys.stdout.write("x" * 10_000_000)
sys.stdout.flush()
time.sleep(600)
"""


def python(code: str, *arguments: str, **fields: Any) -> dict[str, Any]:
    """Return the fields of a job that Python carries out."""
    program = Program(command=(sys.executable, "-c", code, *arguments), **fields)
    return {"executor": ExecutorKind.PROCESS, "program": program}


async def ended(house: House, **fields: Any) -> Job:
    """Return a job whose program was started and has ended."""
    job = await house.jobs.add(house.job(due=house.now, **fields))
    return await house.jobs.wait(job.id)


async def test_a_program_that_leaves_a_report_and_ends_well_has_done_the_job(house: Open) -> None:
    job = await ended(house(), **python(REPORT))

    assert (job.status, [output.text for output in job.outputs]) == (JobStatus.DONE, ["It is written."])
    assert [(each.outcome, each.exit_code) for each in job.attempts] == [(AttemptOutcome.COMPLETED, 0)]


@pytest.mark.parametrize(
    ("code", "error", "exit_code"),
    [
        (f"{REPORT}; print('no luck'); raise SystemExit(3)", "exit code 3", 3),
        ("pass", "it ended without handing in a result", 0),
    ],
)
async def test_neither_a_report_nor_exit_code_0_is_enough_by_itself(
    house: Open, code: str, error: str, exit_code: int
) -> None:
    job = await ended(house(), max_attempts=1, **python(code))

    [attempt] = job.attempts
    assert (job.status, job.outputs) == (JobStatus.BLOCKED, ())
    assert (attempt.outcome, attempt.error, attempt.exit_code) == (AttemptOutcome.FAILED, error, exit_code)
    assert "no luck" in attempt.printed or exit_code == 0


async def test_one_that_fails_twice_and_then_works_is_three_attempts_with_their_true_outcomes(house: Open) -> None:
    at_home = house()
    code = f"import os; int(os.environ['DAYLOOM_ATTEMPT']) == 3 or exit(int(os.environ['DAYLOOM_ATTEMPT'])); {REPORT}"
    job = await ended(at_home, **python(code))
    for seconds in (41, 77):
        await at_home.later(seconds=seconds)
        job = await at_home.jobs.wait(job.id)

    assert [(each.number, each.outcome, each.exit_code) for each in job.attempts] == [
        (1, AttemptOutcome.FAILED, 1),
        (2, AttemptOutcome.FAILED, 2),
        (3, AttemptOutcome.COMPLETED, 0),
    ]
    assert job.status is JobStatus.DONE


async def test_one_that_ignores_being_asked_forks_away_and_prints_without_end_is_timed_out_and_leaves_nothing(
    house: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_home, mark = house(), "a-stubborn-one"
    limits, told = ProcessLimits(seconds=0.7, output=100_000), []
    job = at_home.job(due=NOW, max_attempts=1, **python(STUBBORN, mark, limits=limits))
    work = type(at_home.jobs).work

    async def counted(jobs: Any, id: str) -> None:
        told.append(id)
        await work(jobs, id)

    await at_home.jobs.add(job)
    monkeypatch.setattr(type(at_home.jobs), "work", counted)
    job = await at_home.jobs.wait(job.id)

    assert [(each.outcome, each.exit_code) for each in job.attempts] == [(AttemptOutcome.TIMED_OUT, -signal.SIGKILL)]
    assert (alive(mark), told) == ([], [job.id])
    assert JobFolder.of(house_folder(at_home), "ann", job.id).attempt(1).printed.stat().st_size < 101_000


def house_folder(house: House) -> Path:
    return house.service.processes.workplace.data_dir


async def test_a_missing_program_is_told_as_such_and_gives_its_place_back(house: Open) -> None:
    at_home = house(most=1)
    missing = {"executor": ExecutorKind.PROCESS, "program": Program(command=("/no/such/program",))}
    job = await ended(at_home, max_attempts=1, **missing)

    assert [each.outcome for each in job.attempts] == [AttemptOutcome.SPAWN_FAILED]
    assert "No such file" in (job.attempts[0].error or "")
    assert (await ended(at_home, **python(REPORT))).status is JobStatus.DONE


@pytest.mark.parametrize("most", [{"most": 2}, {"most_of_agent": 2}])
async def test_of_six_no_three_are_ever_at_work_at_once(house: Open, tmp_path: Path, most: dict[str, int]) -> None:
    at_home, peak = house(**most), tmp_path / "peak"
    peak.mkdir()
    code = (
        "import os, sys, time; mine = os.path.join(sys.argv[1], str(os.getpid())); open(mine, 'w'); time.sleep(0.2);"
        f"print(len(os.listdir(sys.argv[1]))); {REPORT}; os.remove(mine)"
    )
    jobs = [await at_home.jobs.add(at_home.job(due=NOW, **python(code, str(peak)))) for _ in range(6)]
    jobs = [await at_home.jobs.wait(job.id) for job in jobs]

    assert {job.status for job in jobs} == {JobStatus.DONE}
    assert max(int(job.attempts[0].printed) for job in jobs) <= 2


async def test_a_prompt_of_a_megabyte_comes_by_standard_input_or_in_a_file_that_nobody_else_reads(
    house: Open,
) -> None:
    at_home = house(prompt=TaskPrompt(lambda job: "y" * 1_000_000))
    count = "import os, stat, sys; given = {}; open(os.environ['DAYLOOM_RESULT_FILE'], 'w').write(str({}))"
    read = count.format("sys.stdin.read()", "given.count('y') // 1_000_000")
    file = "(open(sys.argv[1]).read(), sys.stdin.read(), stat.S_IMODE(os.stat(sys.argv[1]).st_mode))"
    by_input = await ended(at_home, **python(read))
    by_file = await ended(
        at_home, **python(count.format(file, "(given[0].count('y') // 1_000_000, *given[1:])"), "{prompt_file}")
    )

    assert by_input.outputs[0].text == "1"
    assert by_file.outputs[0].text == str((1, "", stat.S_IRUSR | stat.S_IWUSR))


async def test_a_program_finds_nothing_of_the_services_environment(
    house: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    code = "import os; open(os.environ['DAYLOOM_RESULT_FILE'], 'w').write(' '.join(sorted(os.environ)))"
    names = (await ended(house(), **python(code))).outputs[0].text.split()

    # Python itself sets LC_CTYPE where it finds no locale.
    assert {name for name in names if not name.startswith("DAYLOOM_")} <= {"HOME", "LC_CTYPE", *PASSED_ON}


async def test_a_program_has_the_memory_and_the_files_it_was_given_and_no_more(house: Open) -> None:
    code = """
import os
def fails(does):
    try:
        does()
    except (MemoryError, OSError) as error:
        return type(error).__name__
with open(os.environ["DAYLOOM_RESULT_FILE"], "w") as report:
    memory = fails(lambda: bytearray(400_000_000))
    held = []
    files = fails(lambda: [held.append(open("/dev/null")) for _ in range(100)])
    held.clear()
    report.write(f"{memory} {files}")
"""
    job = await ended(house(), **python(code, limits=ProcessLimits(memory=300_000_000, files=32)))

    assert [output.text for output in job.outputs] == ["MemoryError OSError"]


async def test_calling_a_job_off_ends_its_program(house: Open) -> None:
    at_home, mark = house(), "a-patient-one"
    job = await at_home.jobs.add(at_home.job(due=NOW, **python("import time; time.sleep(600)", mark)))
    await become(mark)
    job = await at_home.jobs.cancel(job.id)
    job = await at_home.jobs.store.get(job.id)

    assert (job.status, job.attempts[0].outcome) == (JobStatus.CANCELLED, AttemptOutcome.CANCELLED)
    assert alive(mark) == []


async def test_a_program_ends_too_when_another_process_calls_its_job_off(house: Open) -> None:
    one, other, mark = house(worker="one"), house(worker="two"), "called-off-elsewhere"
    job = await one.jobs.add(one.job(due=NOW, **python("import time; time.sleep(600)", mark)))
    await become(mark)
    await other.jobs.cancel(job.id)
    job = await one.jobs.wait(job.id)

    assert (job.status, job.attempts[0].outcome, alive(mark)) == (JobStatus.CANCELLED, AttemptOutcome.CANCELLED, [])


@pytest.mark.parametrize(("session", "same"), [("fresh", False), ("continued", True)])
async def test_a_continued_session_has_one_folder_and_one_id_in_all_attempts(
    house: Open, session: str, same: bool
) -> None:
    at_home = house()
    code = f"import os, sys; print(os.getcwd(), sys.argv[1]); os.environ['DAYLOOM_ATTEMPT'] == '2' or exit(1); {REPORT}"
    job = await ended(at_home, **python(code, "{session}", session=session))
    await at_home.jobs.run(job.id)
    first, second = (await at_home.jobs.wait(job.id)).attempts

    assert first.printed.split()[-1] != "{session}"
    assert (first.printed == second.printed) is same


async def test_what_an_attempt_says_after_the_next_has_begun_is_refused(house: Open) -> None:
    at_home = house()
    job = await ended(at_home, **python("exit(int(__import__('os').environ['DAYLOOM_ATTEMPT']) < 2)"))
    await at_home.jobs.run(job.id)

    with pytest.raises(AttemptEnded):
        await WriteBack(at_home.jobs, job.id, 1, house_folder(at_home)).comment("Still here.")


async def test_an_end_that_cannot_be_told_is_logged(
    house: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at_home = house()
    job = at_home.job(due=NOW, **python(REPORT))
    await at_home.jobs.add(job)

    async def broken(jobs: Any, id: str) -> None:
        raise RuntimeError("no way")

    monkeypatch.setattr(type(at_home.jobs), "work", broken)
    await at_home.jobs.wait(job.id)

    assert f"the end of attempt 1 of job {job.id} was not told" in caplog.text


@pytest.mark.parametrize("written", ["[writer", "[writer]", '[Writer]\ncommand = ["a"]', "[writer]\ncommand = 1", None])
def test_a_file_of_agents_that_cannot_be_used_is_named_with_the_cure(tmp_path: Path, written: str | None) -> None:
    file = tmp_path / "agents.toml"
    if written is not None:
        file.write_text(written, encoding="utf-8")

    with pytest.raises(BadInput, match=r"agents\.toml that DAYLOOM_WORKERS names"):
        read_agents(file)


async def test_an_attempt_whose_process_has_died_is_lost_and_the_next_begins(house: Open) -> None:
    gone = this_process().model_copy(update={"started": 1.0})
    one, other = house(worker="one", itself=gone), house(worker="two")
    job = await one.jobs.add(one.job(due=NOW, **python(f"import time; time.sleep(600); {REPORT}", "a-lost-one")))
    await become("a-lost-one")
    await one.close()
    await other.service.remind_of_all()
    job = await other.jobs.store.get(job.id)

    assert (alive("a-lost-one"), job.attempts[0].outcome) == ([], AttemptOutcome.LOST)
    assert job.due is not None
    assert job.due - NOW < timedelta(seconds=41)


async def test_when_the_supervisor_is_killed_too_nothing_is_left_and_the_attempt_is_lost(house: Open) -> None:
    at_home, mark = house(), "an-orphan"
    escaped = "import os, time\nos.fork() or os.setsid()\ntime.sleep(600)"
    job = await at_home.jobs.add(at_home.job(due=NOW, max_attempts=1, **python(escaped, mark)))
    await become(mark, 2)
    [supervisor] = [each for each in psutil.Process().children() if "supervisor.py" in " ".join(each.cmdline())]
    supervisor.kill()
    job = await at_home.jobs.wait(job.id)

    assert ([each.outcome for each in job.attempts], alive(mark)) == ([AttemptOutcome.LOST], [])


async def test_a_program_that_says_it_is_blocked_blocks_its_job_whatever_attempts_are_left(house: Open) -> None:
    at_home = house()
    job = await at_home.jobs.add(at_home.job(due=NOW, **python("import time; time.sleep(0.3)")))
    back = WriteBack(at_home.jobs, job.id, 1, house_folder(at_home))
    await back.conclude(JobStatus.BLOCKED, "Which Anna?")
    job = await at_home.jobs.wait(job.id)

    assert (job.status, job.attempts[0].error, len(job.attempts)) == (JobStatus.BLOCKED, "Which Anna?", 1)


def test_a_builder_that_fails_is_logged_and_what_an_attempt_needs_is_told_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failed = Attempt(number=1, worker="w", run=RunId("r"), started=NOW, lease=NOW, outcome=AttemptOutcome.FAILED)
    failed = failed.model_copy(update={"error": "exit code 3", "printed": "no such table"})
    output = Output(summary="Half of it", text="1,2", attempt=1, at=NOW)
    fields = {"title": "Sum up", "must_haves": ["a date"], "remark": "Shorter.", "created": NOW, "updated": NOW}
    job = Job.model_validate(
        {"id": "j", "thread": "t", "description": "Write it.", "attempts": [failed], "outputs": [output], **fields}
    )
    built_in = TaskPrompt().for_program(job, "Hand in.")
    own = TaskPrompt(lambda job: f"Dear agent: {job.title}.").for_program(job, "Hand in.")

    assert TaskPrompt(lambda job: str(1 // 0)).for_program(job, "Hand in.") == built_in
    assert "the built-in one is used" in caplog.text
    for told in (built_in, own):
        for part in ("a date", "Shorter.", "exit code 3", "no such table", "1,2", "review: an output is handed in"):
            assert part in told
    assert ("Dear agent: Sum up." in own, "Write it." in built_in) == (True, True)
