"""What was counted is kept until the library changes; a large library is counted by a job."""

import pytest
from django.db import connection
from django.utils import timezone

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import runner
from gallery.dashboard import counting, keeping
from gallery.models import Folder, HistoryEntry, Image, LibrarySummary
from gallery.search.estimates import TooSlow
from gallery.search.query import ResultQuery
from tests.factories import FolderFactory, ImageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def query():
    folder = FolderFactory(image_count=2)
    ImageFactory.create_batch(2, folder=folder, rating=8)
    return ResultQuery(folder.root.collection)


@pytest.fixture
def is_large(monkeypatch):
    """Whatever is not kept is for a job to count, and so is what took longer than nothing."""
    monkeypatch.setattr(keeping, "_is_small", lambda query: False)
    monkeypatch.setattr(keeping, "_QUICK_MS", -1)
    monkeypatch.setattr(keeping, "_REST_FACTOR", 0)
    monkeypatch.setattr(keeping, "_SHORTEST_REST", timezone.timedelta(0))


def total(look) -> int:
    return look.facts["totals"]["count"]


def act(query) -> None:
    HistoryEntry.objects.create(collection=query.collection, action="rate", sentence="rated")


def test_what_is_small_is_counted_at_once_and_once(query, monkeypatch):
    first = keeping.look(query)
    assert (total(first), first.is_current) == (2, True)
    monkeypatch.setattr(counting, "count", None)
    assert keeping.look(query) == first


@pytest.mark.parametrize("change", ["act", "image", "folder", "job"])
def test_what_changes_the_library_makes_it_old(query, change):
    before = keeping.stamp(query.collection)
    if change == "act":
        act(query)
    elif change == "image":
        ImageFactory(folder=Folder.objects.get())
    elif change == "folder":
        Folder.objects.update(image_count=1)
    else:
        Job.objects.create(kind="deep_scan", state="done", finished_at=timezone.now())
    assert keeping.stamp(query.collection) != before


def test_a_small_library_is_counted_again_when_it_changed(query):
    keeping.look(query)
    ImageFactory(folder=Folder.objects.get())
    assert total(keeping.look(query)) == 3


def test_a_large_one_waits_for_its_job(query, is_large):
    look = keeping.look(query)
    assert (look.facts, look.may_start) == (None, True)
    job = keeping.start(query)
    assert keeping.start(query) == job
    assert not keeping.look(query).may_start
    assert runner.run_inline(job).state == Job.State.DONE
    assert total(keeping.look(query)) == 2


def test_old_numbers_stand_until_there_are_new_ones(query, is_large):
    keeping.make(query, 10_000)
    act(query)
    look = keeping.look(query)
    assert (total(look), look.is_current, look.may_start) == (2, False, True)


def test_what_ended_badly_is_not_begun_again_by_itself(query, is_large, monkeypatch):
    def fail(query, limit_ms, report):
        raise TooSlow

    monkeypatch.setattr(counting, "count", fail)
    assert runner.run_inline(keeping.start(query)).state == Job.State.FAILED
    look = keeping.look(query)
    assert not look.may_start
    assert "20 minutes" in look.trouble


def test_what_is_killed_leaves_what_was_there(query, monkeypatch):
    """At every statement: nothing half is kept, and the next count is whole."""
    keeping.make(query, 10_000)
    kept = LibrarySummary.objects.get()
    ImageFactory(folder=Folder.objects.get())
    steps = []
    counting.count(query, 10_000, steps.append)
    assert len(steps) == counting.STEPS_OF_WORK

    class Killed(BaseException):
        pass

    class Dying:
        def __init__(self, at):
            self.left = at

        def check(self):
            self.left -= 1
            if self.left < 0:
                raise Killed

        def report(self, *args, **kwargs):
            pass

    for at in range(len(steps)):
        with pytest.raises(Killed):
            keeping.make(query, 10_000, Dying(at))
        assert LibrarySummary.objects.get().facts == kept.facts
    keeping.make(query, 10_000, Dying(99))
    assert LibrarySummary.objects.get().facts["totals"]["count"] == 3


def test_too_slow_a_count_says_so_and_leaves_no_time_limit(query):
    with pytest.raises(TooSlow):
        keeping.make(query, 0)
    assert Image.objects.count() == 2
    assert total(keeping.look(query)) == 2


def test_a_job_is_told_of_between_statements_and_none_is_left_behind(query):
    """Nothing that is written meanwhile waits for the end, and no table stays in the session."""
    seen = []

    class Telling:
        def check(self):
            pass

        def report(self, *args, **kwargs):
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('statement_timeout')")
                seen.append(cursor.fetchone()[0])

    keeping.make(query, 10_000, Telling())
    assert len(seen) == counting.STEPS_OF_WORK + 1
    assert len(set(seen)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.dashboard_scope')")
        assert cursor.fetchone() == (None,)


def test_only_so_many_searches_are_kept_and_the_whole_always(query, monkeypatch):
    monkeypatch.setattr(keeping, "_MOST_SCOPES", 2)
    keeping.look(query)
    for rating in range(1, 6):
        keeping.look(query.replace(rating=rating))
    kept = set(LibrarySummary.objects.values_list("scope", flat=True))
    assert kept == {"", "rating=4", "rating=5"}


def test_a_search_too_long_for_a_job_is_refused_in_words(query, is_large):
    long = query.replace(q="x" * 5000)
    assert not keeping.look(long).may_start
    with pytest.raises(BadInput, match="Shorten it"):
        keeping.start(long)


def test_an_order_is_no_other_scope(query):
    assert keeping.scope_of(query.replace(sort="name")) == keeping.scope_of(query) == ""
