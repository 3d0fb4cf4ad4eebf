"""The benchmark of duplicates on a few rows: what it says is what it found."""

import pytest
from django.apps import apps
from django.db import connection

from dtoolkit.core.bench import Bench
from gallery.bench import duplicates, duplicates_peaks
from gallery.models import DuplicateGroup, Image

pytestmark = pytest.mark.django_db


class Place(Bench):
    """Empties the test's database in place of making another."""

    def make_database(self):
        tables = [each._meta.db_table for each in apps.get_app_config("gallery").get_models()]
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def test_it_finds_what_it_planted(tmp_path, monkeypatch):
    def found_here(collection_id, distance):
        duplicates._find(duplicates.Collection.objects.get(pk=collection_id))
        return 200 << 20, 1.0

    monkeypatch.setattr(duplicates_peaks, "of_finding", found_here)
    monkeypatch.setattr(duplicates, "PICTURES", 20_000)
    figures = duplicates.run(Place(None, tmp_path, 0.001, None))
    assert figures["images"] == Image.objects.count() == 1000
    assert DuplicateGroup.objects.count() == 40
    assert figures["planted_precision"] == figures["planted_recall"] == 1
    assert figures["pictures_precision"] == figures["found_smaller"] == 1
    assert figures["memory_mb"] == 200
    assert min(figures[key] for key in ("growth_50k_to_1m", "vs_all_pairs")) > 0
