"""The benchmark of the dashboard on a few rows."""

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from dtoolkit.core.bench import Bench
from gallery.bench import dashboard
from gallery.models import Image

pytestmark = pytest.mark.django_db


class Place(Bench):
    """Empties the test's database in place of making another."""

    database = SimpleNamespace(use=lambda: None)

    def make_database(self):
        tables = [each._meta.db_table for each in apps.get_app_config("gallery").get_models()]
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        return self.database


def test_it_measures_the_page_and_the_count(tmp_path, monkeypatch):
    monkeypatch.setattr(dashboard, "_vacuum", lambda: None)
    monkeypatch.setattr(dashboard, "SMALL", 200)
    monkeypatch.setattr(dashboard, "CALLS", 1)
    monkeypatch.setattr(dashboard, "_WARM_UP", 0)
    figures = dashboard.run(Place(None, tmp_path, 1, None, rows=300))
    assert Image.objects.count() == 300
    assert figures["dashboard_growth"] > 0
    assert {"count_models_s", "count_loras_s", "count_ratings_s"} <= set(figures)
