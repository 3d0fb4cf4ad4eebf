"""Jobs at the terminal: the display, and the `jobs` command."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rich.console import Console

from dtoolkit.jobs import terminal
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import planning, queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(folder) -> Job:
    return planning.plan(queue.enqueue("lab_count", {"count": 40, "folder": str(folder)}).pk)


def command(*args: str) -> str:
    out = StringIO()
    call_command("jobs", *args, stdout=out)
    return out.getvalue()


def test_the_list_names_each_job_with_its_id(job):
    output = command()
    assert str(job.pk) in output and "Counting" in output and "0 of 40" in output


@pytest.mark.parametrize(
    ("action", "words"), [("cancel", "cancelled"), ("pause", "paused"), ("resume", "0 of 40")]
)
def test_an_action_says_what_came_of_it(job, action, words):
    assert words in command(action, str(job.pk))


def test_retry_starts_what_has_ended(job):
    command("cancel", str(job.pk))
    command("retry", str(job.pk))
    assert Job.objects.filter(state="queued").exists()


def test_an_action_that_cannot_be_is_refused_in_words(job):
    with pytest.raises(CommandError, match="still running"):
        command("retry", str(job.pk))


@pytest.mark.parametrize("args", [("cancel",), ("cancel", "0")])
def test_an_action_needs_a_job(args):
    with pytest.raises(CommandError, match="Say which job"):
        command(*args)


def shown(job: Job, *, is_terminal: bool) -> str:
    out = StringIO()
    console = Console(file=out, force_terminal=is_terminal, width=100)
    with terminal.JobDisplay(console) as show:
        show(job)
        show(job)
        job.state, job.finished_at = Job.State.DONE, timezone.now()
        job.started_at = job.finished_at - timedelta(seconds=8)
        show(job)
        show(job)
    return out.getvalue()


def test_without_a_terminal_there_is_a_line_now_and_then_and_one_at_the_end(job):
    assert shown(job, is_terminal=False).splitlines() == [
        "Counting: 0 of 40",
        "Counting: done in 8 s · 0",
    ]


def test_without_a_terminal_a_line_comes_again_only_with_news(job, monkeypatch):
    monkeypatch.setattr(terminal, "PLAIN_EVERY_S", 0.0)
    out = StringIO()
    with terminal.JobDisplay(Console(file=out, width=100)) as show:
        for job.done in (0, 0, 5, 5):
            show(job)
    assert [line.partition(" · ")[0] for line in out.getvalue().splitlines()] == [
        "Counting: 0 of 40",
        "Counting: 5 of 40",
    ]


def test_on_a_terminal_there_is_a_bar_and_then_the_line_that_stays(job):
    output = shown(job, is_terminal=True)
    assert "━" in output
    assert "Counting: done in 8 s · 0" in output


def test_a_name_cannot_reach_the_terminals_controls(job):
    job.description = "Scanning \x1b[31m[bold]red"
    assert "\x1b[31m" not in shown(job, is_terminal=False)


def test_a_failure_is_told_with_its_reason(job):
    job.state, job.error, job.failed = Job.State.FAILED, "The drive is away.", 1234
    job.started_at = None
    assert terminal.describe(job) == "failed · 0 · The drive is away. · 1,234 failed"


def test_waiting_and_preparing_are_told_apart(job):
    job.state = Job.State.QUEUED
    assert terminal.describe(job) == "waiting"
    job.state, job.is_planned = Job.State.RUNNING, False
    assert terminal.describe(job) == "preparing"
