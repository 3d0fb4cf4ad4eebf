import pytest
from django.db import connection

from gallery.models import Folder, Image
from gallery.search import counting, estimates
from tests.factories import PromptFactory


@pytest.fixture
def scanned(tied_library):
    """As the scanner leaves it: folders know how many available images they hold."""
    Image.objects.filter(pk=tied_library[0].pk).update(is_available=False)
    Image.objects.filter(pk=tied_library[1].pk).update(is_for_deletion=True)
    for folder in Folder.objects.all():
        folder.image_count = folder.images.filter(is_available=True).count()
        folder.save()
    return tied_library


def slow(monkeypatch):
    """A server on which every count runs into its limit."""
    monkeypatch.setattr(counting, "LIMIT_MS", 1)
    original = counting.ResultQuery.images

    def sleepy(self):
        return original(self).extra(where=["pg_sleep(0.05) IS NOT NULL"])

    monkeypatch.setattr(counting.ResultQuery, "images", sleepy)


def test_the_whole_collection_is_counted_from_its_folders(scanned, ask, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert counting.count(ask("sort=name")) == counting.Count(41, is_exact=True)


def test_a_folder_is_counted_from_its_subtree(scanned, ask):
    folder = scanned[1].folder
    visible = Image.objects.visible().filter(folder=folder).count()
    assert counting.count(ask(f"folder={folder.pk}")) == counting.Count(visible, is_exact=True)


def test_an_empty_collection_counts_none(ask):
    assert counting.count(ask()) == counting.Count(0, is_exact=True)


@pytest.mark.parametrize(
    ("params", "expected"),
    [("rating=1", 14), ("rating=none", 27), ("view=trash", 1), ("unavailable=1", 42), ("q=fox", 1)],
)
def test_filtered_results_are_counted_exactly(scanned, ask, params, expected):
    Image.objects.filter(pk=scanned[4].pk).update(prompt=PromptFactory(text="a red fox"))
    assert counting.count(ask(params)) == counting.Count(expected, is_exact=True)


def test_a_count_that_takes_too_long_becomes_the_planners_estimate(scanned, ask, monkeypatch):
    slow(monkeypatch)
    counted = counting.count(ask("rating=none"))
    assert not counted.is_exact
    assert counted.value >= 0


def test_the_connection_is_as_before_after_a_stopped_count(scanned, ask, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '77s'")
    slow(monkeypatch)
    counting.count(ask("rating=none"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == ("77s",)


def test_a_read_within_its_limit_leaves_the_limit_behind(scanned):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '77s'")
        with estimates.time_limit(5000):
            Image.objects.count()
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == ("77s",)
