"""A kind hears of every end of its jobs, once, and after what follows was started."""

import pytest

from dtoolkit.jobs import kinds
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import control, ending, planning, queue
from dtoolkit.jobs.services.runner import run_inline
from tests.jobs import lab

pytestmark = pytest.mark.django_db
heard: list[str] = []


class Tidy(lab.Count):
    name = "lab_tidy"

    def finish(self, params: kinds.Params) -> None:
        heard.append("finish")

    def ended(self, params: kinds.Params) -> None:
        heard.append("ended")
        if params.get("breaks"):
            Job.objects.create(kind="x", params={"not": object()})


@pytest.fixture(autouse=True)
def tidy():
    heard.clear()
    kinds.register(Tidy)
    yield
    del kinds._kinds[Tidy.name]


def begun(folder, **params) -> Job:
    return queue.enqueue("lab_tidy", {"count": 4, "folder": str(folder), **params})


def test_at_a_good_end(folder):
    run_inline(begun(folder))
    assert heard == ["finish", "ended"]


def test_where_it_is_stopped(folder):
    job = begun(folder)
    control.cancel(job)
    control.cancel(job)
    assert heard == ["ended"]


def test_where_it_fails(folder):
    job = planning.plan(begun(folder).pk)
    ending.fail(job.pk, "It cannot go on.")
    assert heard == ["ended"]


def test_what_goes_wrong_then_leaves_the_end_as_it_was(folder, caplog):
    assert run_inline(begun(folder, breaks=True)).state == Job.State.DONE
    assert "After the end of" in caplog.text


def test_a_kind_that_is_unknown_hears_nothing():
    job = Job.objects.create(kind="gone", description="Gone")
    ending.fail(job.pk, "This version does not know it.")
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
