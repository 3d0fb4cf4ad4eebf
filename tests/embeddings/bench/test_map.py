import pytest
from django.apps import apps
from django.db import connection

from dtoolkit.core.bench import Bench
from dtoolkit.jobs.kinds import Unwatched
from embeddings.bench import map, map_peaks
from embeddings.models import MapPoint
from embeddings.services import indexes, maps
from embeddings.spaces import SPACES
from gallery.models import Collection

MANY = 300


class Place(Bench):
    """Empties the test's database in place of making another."""

    def make_database(self):
        tables = [each._meta.db_table for each in apps.get_app_config("gallery").get_models()]
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


@pytest.fixture
def bench(tmp_path, monkeypatch):
    def drawn_here(collection_id):
        maps.draw(Collection.objects.get(pk=collection_id), Unwatched())
        return 100 + MapPoint.objects.count(), 2.0

    monkeypatch.setattr(map_peaks, "of_drawing", drawn_here)
    # umap compiles itself for half a minute.
    monkeypatch.setattr(map, "_placing_rates", lambda many: (3.0 * many, 2.0 * many))
    return Place(None, tmp_path, MANY / map.IMAGES, None)


def test_it_draws_a_third_then_all_and_fills_no_index(db, bench):
    figures = map.run(bench)
    assert figures["images"] == MapPoint.objects.count() == MANY
    assert figures["points_per_s"] == MANY / 2
    assert figures["memory_growth"] == 2.0
    assert figures["vs_umap_transform"] == 1.5
    assert 8 <= figures["bytes_per_point"] < 9
    assert not indexes.exists(SPACES["clip_h"])
