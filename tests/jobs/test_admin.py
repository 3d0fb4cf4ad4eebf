import pytest
from django.urls import reverse

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import clusters, planning, queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(folder) -> Job:
    return planning.plan(queue.enqueue("lab_count", {"count": 40, "folder": str(folder)}).pk)


def test_the_list_shows_progress_and_finds_by_words(admin_client, job):
    url = reverse("admin:jobs_job_changelist")
    assert "0 of 40" in admin_client.get(url, {"q": "counting"}).content.decode()
    assert "0 of 40" not in admin_client.get(url, {"q": "nonsense"}).content.decode()


def test_the_list_costs_the_same_for_many_jobs(admin_client, job, django_assert_max_num_queries):
    url = reverse("admin:jobs_job_changelist")
    for n in range(20):
        queue.enqueue("lab_count", {"count": n, "folder": ""})
    with django_assert_max_num_queries(10):
        admin_client.get(url)


def test_a_job_can_be_looked_at_and_not_edited(admin_client, job):
    html = admin_client.get(reverse("admin:jobs_job_change", args=[job.pk])).content.decode()
    assert "Counting" in html and 'name="_save"' not in html


def test_chosen_jobs_are_cancelled(admin_client, job):
    data = {"action": "cancel_jobs", "_selected_action": [job.pk]}
    admin_client.post(reverse("admin:jobs_job_changelist"), data)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_clusters_are_listed(admin_client):
    clusters.beat("one", "gpu")
    url = reverse("admin:jobs_clusterheartbeat_changelist")
    assert "gpu" in admin_client.get(url).content.decode()
