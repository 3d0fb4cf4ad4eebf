"""The jobs page and the status line."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import clusters

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def make_job(**fields) -> Job:
    defaults = {
        "kind": "lab_count",
        "params": {"n": Job.objects.count()},
        "description": "Reading Pictures",
        "state": "running",
        "is_planned": True,
        "is_total_known": True,
        "total": 271_904,
        "done": 165_412,
        "started_at": timezone.now() - timedelta(minutes=20),
        "window_at": timezone.now() + timedelta(seconds=30),
        "window_rate": 118.0,
    }
    return Job.objects.create(**defaults | fields)


def ended(**fields) -> Job:
    now = timezone.now()
    return make_job(**{"state": "done", "finished_at": now - timedelta(minutes=3)} | fields)


@pytest.fixture
def page(client):
    def get(**headers):
        return client.get(reverse("jobs"), headers=headers).content.decode()

    return get


@pytest.fixture
def status(client):
    def get(**params):
        return client.get(reverse("job-status"), params, headers=HTMX).content.decode()

    return get


def test_a_running_job_is_one_line_with_all_its_figures(page):
    job = make_job(message="anime/2024")
    html = page()
    assert "Reading Pictures" in html and "anime/2024" in html
    assert "165,412 of 271,904 images" in html
    assert "118/s · 15 min left" in html
    assert 'value="60"' in html
    assert reverse("pause-job", args=[job.pk]) in html
    assert reverse("cancel-job", args=[job.pk]) in html


def test_an_unknown_total_shows_what_was_found_and_no_share_of_it(page):
    make_job(is_total_known=False, total=165_500)
    html = page()
    assert "165,412 images" in html and " of 165,500" not in html
    assert '<progress class="job-bar" max="100" aria-label' in html


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"is_paused": True}, "paused"),
        ({"is_cancel_requested": True}, "stopping"),
        ({"is_planned": False}, "preparing"),
        ({"state": "queued", "is_planned": False}, "queued"),
    ],
)
def test_a_job_that_does_not_move_says_why(page, fields, word):
    make_job(**fields)
    assert f'<span class="job-pace">{word}</span>' in page()


def test_a_failed_job_shows_its_error_and_can_be_started_again(page):
    job = ended(state="failed", error="The drive is away.", failed=12)
    html = page()
    assert "The drive is away." in html and "12 failed" in html
    assert reverse("retry-job", args=[job.pk]) in html


def test_names_from_the_disk_are_harmless(page, status):
    make_job(description="Looking into <script>alert(1)</script>\u202e")
    for html in (page(), status()):
        assert "<script>alert" not in html and "\u202e" not in html


def test_a_kind_that_is_gone_is_still_listed(page):
    ended(kind="gone", description="From an older version")
    assert "From an older version" in page()


def test_an_empty_list_says_what_will_show_here(page):
    html = page()
    assert "Nothing is running." in html and "No job has ended yet." in html


def test_the_list_asks_again_quickly_only_while_something_runs(page):
    assert "every 15s" in page(**HTMX)
    make_job()
    assert "every 2s" in page(**HTMX)


def test_the_running_part_comes_alone_and_tells_when_a_job_has_ended(client):
    response = client.get(reverse("jobs"), {"seen": ""}, headers=HTMX)
    assert "<html" not in response.content.decode()
    assert "HX-Trigger" not in response.headers
    response = client.get(reverse("jobs"), {"seen": "999"}, headers=HTMX)
    assert "jobs:ended" in response.headers["HX-Trigger"]


def test_the_page_costs_the_same_for_many_jobs(client, django_assert_num_queries):
    for _ in range(12):
        make_job()
        ended()
    with django_assert_num_queries(1):
        client.get(reverse("jobs"), headers=HTMX)
    with django_assert_num_queries(1):
        client.get(reverse("finished-jobs"), headers=HTMX)


def test_the_status_line_shows_the_oldest_running_job_and_how_many_more(status):
    make_job(description="Waiting", state="queued")
    job = make_job()
    make_job(description="Another")
    html = status()
    assert "Reading Pictures" in html
    assert "165,412 of 271,904 · 118/s · 15 min left" in html
    assert "+2 more" in html
    assert reverse("cancel-job", args=[job.pk]) in html
    assert "every 2s" in html


def test_the_status_line_is_quiet_when_nothing_runs(status):
    assert "Nothing is running." in status()
    ended()
    html = status()
    assert "Reading Pictures: done 3\xa0minutes ago" in html
    assert "every 15s" in html and "<progress" not in html


def test_a_screen_reader_hears_of_a_beginning_and_an_end_and_not_of_each_step(status):
    assert 'role="status"' in status()
    job = make_job()
    began = status(seen="none")
    assert "hx-swap-oob" in began and "Reading Pictures: running" in began
    assert "job-news" not in status(seen=f"{job.pk}-running")
    Job.objects.update(state="done", finished_at=timezone.now())
    assert "Reading Pictures: done" in status(seen=f"{job.pk}-running")


def test_every_page_hears_when_a_job_has_ended(client):
    def hears(seen: str) -> bool:
        response = client.get(reverse("job-status"), {"seen": seen}, headers=HTMX)
        return "jobs:ended" in response.headers.get("HX-Trigger", "")

    job = make_job()
    assert not hears("none")
    assert not hears(f"{job.pk}-queued")
    assert hears(f"{job.pk - 1}-running")
    Job.objects.update(state="done", finished_at=timezone.now())
    assert hears(f"{job.pk}-running")
    assert hears(f"{job.pk - 1}-done")
    assert not hears(f"{job.pk}-done")


def test_the_status_line_is_cheap(client, django_assert_max_num_queries):
    ended()
    url = reverse("job-status")
    client.get(url, headers=HTMX)
    with django_assert_max_num_queries(2):
        client.get(url, headers=HTMX)
    began = time.perf_counter()
    for _ in range(20):
        client.get(url, headers=HTMX)
    assert (time.perf_counter() - began) / 20 < 0.05


@pytest.mark.parametrize("action", ["cancel", "pause", "resume"])
def test_a_button_answers_with_news_and_a_toast(client, action):
    job = make_job(is_paused=action == "resume")
    response = client.post(reverse(f"{action}-job", args=[job.pk]), headers=HTMX)
    assert response.status_code == 204
    assert "jobs:changed" in response.headers["HX-Trigger"]
    assert "toast" in response.headers["HX-Trigger"]
    job.refresh_from_db()
    assert (job.state, job.is_paused) == {
        "cancel": ("cancelled", False),
        "pause": ("running", True),
        "resume": ("running", False),
    }[action]


def test_cancelling_can_be_undone_by_starting_again(client):
    job = make_job()
    response = client.post(reverse("cancel-job", args=[job.pk]), headers=HTMX)
    undo = reverse("retry-job", args=[job.pk])
    assert undo in response.headers["HX-Trigger"]
    client.post(undo, headers=HTMX)
    assert Job.objects.filter(state="queued", kind=job.kind, params=job.params).exists()


def test_starting_a_running_job_again_is_refused_in_words(client):
    response = client.post(reverse("retry-job", args=[make_job().pk]), headers=HTMX)
    assert response.status_code == 409
    assert "still running" in response.content.decode()


def test_without_javascript_a_button_leads_back_to_the_page(client):
    response = client.post(reverse("cancel-job", args=[make_job().pk]))
    assert response.headers["Location"] == reverse("jobs")


def test_clear_leaves_what_runs(client):
    job = make_job()
    ended()
    client.post(reverse("clear-jobs"), headers=HTMX)
    assert list(Job.objects.all()) == [job]


@pytest.mark.parametrize("name", ["cancel-job", "pause-job", "resume-job", "retry-job"])
def test_nothing_changes_by_a_link(client, name):
    assert client.get(reverse(name, args=[make_job().pk])).status_code == 405


def test_a_job_that_is_gone_is_not_found(client):
    assert client.post(reverse("cancel-job", args=[1]), headers=HTMX).status_code == 404


def test_a_silent_cluster_is_not_among_the_living():
    clusters.beat("one", "default")
    clusters.beat("two", "gpu")
    clusters.ClusterHeartbeat.objects.filter(pk="two").update(
        beat_at=timezone.now() - timedelta(minutes=1)
    )
    assert [beat.cluster for beat in clusters.alive()] == ["default"]
