from datetime import timedelta

import pytest

from dtoolkit.jobs.models import Job
from dtoolkit.server import progress


class Running(Job):
    """A job whose speed the test says."""

    class Meta:
        proxy = True
        app_label = "jobs"

    rate = 800.0
    eta = timedelta(seconds=90)


@pytest.mark.parametrize(
    ("job", "line"),
    [
        (Job(description="Looking for images in Pictures"), "Looking for images in Pictures"),
        (
            Job(description="Reading metadata", done=1200, total=50000),
            "Reading metadata: 1,200 of 50,000",
        ),
        (
            Running(description="Reading metadata", done=1200, total=50000),
            "Reading metadata: 1,200 of 50,000, 800/s, 1 min left",
        ),
    ],
)
def test_a_job_is_told_in_one_line(job: Job, line: str):
    assert progress.describe(job) == line


@pytest.mark.parametrize(("seconds", "words"), [(5, "5 s"), (125, "2 min"), (7322, "2 h 2 min")])
def test_the_time_left_is_rounded_for_people(seconds: int, words: str):
    assert progress._in_words(timedelta(seconds=seconds)) == words
