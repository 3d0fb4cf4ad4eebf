"""What `start` shows of jobs in a terminal that is none: plain lines."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from dtoolkit.jobs.models import Job
from dtoolkit.server import progress
from dtoolkit.server.logs import PartLog

pytestmark = pytest.mark.django_db


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(progress, "_LOOK_EVERY_S", 0)
    # Closing would end the test's own transaction.
    monkeypatch.setattr(progress, "close_old_connections", lambda: None)
    said = io.StringIO()
    console = Console(file=said, width=200)
    with progress.Terminal(PartLog(tmp_path / "start.log"), console) as shown:
        shown.said = said
        yield shown


def test_a_job_that_runs_is_told(terminal):
    Job.objects.create(
        kind="deep_scan",
        description="Reading",
        state="running",
        is_planned=True,
        is_total_known=True,
        total=50,
        done=12,
    )
    terminal.show_progress()
    assert "Reading: 12 of 50" in terminal.said.getvalue()


def test_a_job_that_was_over_before_one_could_look_is_told_once(terminal):
    terminal.show_progress()
    Job.objects.create(kind="quick_scan", description="Scanning", state="done", done=7)
    terminal.show_progress()
    terminal.show_progress()
    assert terminal.said.getvalue().count("Scanning: done") == 1


def test_jobs_of_earlier_starts_are_not_told(terminal):
    Job.objects.create(kind="quick_scan", description="Yesterday", state="done")
    terminal.show_progress()
    assert "Yesterday" not in terminal.said.getvalue()
