import json
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from dtoolkit.core import bench
from dtoolkit.core.errors import BadInput
from gallery.models import Collection

pytestmark = pytest.mark.django_db(transaction=True)


def benchmark(run) -> dict[str, bench.Benchmark]:
    return {"probe": bench.Benchmark("probe", "What a test measures.", run)}


@pytest.fixture
def measure(monkeypatch, capfd):
    """Runs `run(bench)` by the command; gives what it printed on stdout."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone@db.example:5432/their_own?sslmode=x")

    def call(run, *args: str) -> str:
        monkeypatch.setattr(bench, "find", lambda: benchmark(run))
        capfd.readouterr()
        call_command("bench", "probe", *args)
        return capfd.readouterr().out

    return call


@pytest.fixture
def bare(monkeypatch):
    """Databases without tables, which are made in a moment."""
    monkeypatch.setattr(bench, "call_command", lambda *args, **options: None)


def databases() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'dtoolkit_bench_%%'")
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def own_databases():
    """Those that this process makes; other benchmarks may run beside."""
    return lambda: {name for name in databases() if f"_{os.getpid()}_" in name}


def test_without_a_name_it_lists_what_there_is(capsys):
    call_command("bench")
    assert "browse " in capsys.readouterr().out


def test_an_unknown_name_says_which_there_are():
    with pytest.raises(CommandError, match=r"no benchmark 'brows'\. Try: .*browse"):
        call_command("bench", "brows")


@pytest.mark.parametrize("scale", ["0", "-1", "11"])
def test_a_senseless_scale_is_refused(measure, scale):
    with pytest.raises(CommandError, match="above 0"):
        measure(lambda place: {}, f"--scale={scale}")


def test_json_is_one_flat_object_and_nothing_else(measure, bare):
    def run(place):
        print("said while measuring")  # noqa: T201 - what it must keep off stdout
        place.say("working")
        return {"rate": 2.5, "rows": 3}

    assert json.loads(measure(run, "--json")) == {"rate": 2.5, "rows": 3}


def test_figures_are_a_table_otherwise_and_name_their_scale(measure, bare):
    lines = measure(lambda place: {"rows": place.scaled(1000)}, "--scale=0.5").splitlines()
    assert [line.split() for line in lines] == [["rows", "500"], ["scale", "0.500"]]


def test_remarks_stand_below_the_figures_and_not_in_json(measure, bare, tmp_path):
    def run(place):
        place.remark(f"worst of {place.corpus.name}")
        return {"rows": 3}

    assert measure(run, f"--corpus={tmp_path}").splitlines()[1] == f"worst of {tmp_path.name}"
    assert json.loads(measure(run, f"--corpus={tmp_path}", "--json")) == {"rows": 3}


def test_a_corpus_that_is_not_there_is_said(measure, tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        measure(lambda place: {}, f"--corpus={tmp_path / 'no'}")


def test_what_a_benchmark_cannot_use_is_said(measure, bare):
    def run(place):
        raise BadInput("There is no manifest.")

    with pytest.raises(CommandError, match="no manifest"):
        measure(run)


def test_it_measures_in_databases_and_folders_of_its_own(measure, own_databases):
    Collection.objects.create(slug="kept", name="Kept")
    seen = {}

    def run(place):
        first = connection.settings_dict["NAME"]
        assert Collection.objects.count() == 0
        assert os.environ["DATABASE_URL"] == (
            f"postgresql://someone@db.example:5432/{first}?sslmode=x"
        )
        second = place.make_database()
        assert connection.settings_dict["NAME"] == second.name != first
        assert Path(os.environ["DTOOLKIT_THUMBNAIL_DIR"]).is_relative_to(place.folder)
        (place.folder / "file").write_text("x")
        seen.update(folder=place.folder, databases=own_databases())
        return {}

    measure(run)
    assert len(seen["databases"]) == 2
    assert own_databases() == set()
    assert not seen["folder"].exists()
    assert Collection.objects.get().slug == "kept"
    assert os.environ["DATABASE_URL"].endswith("/their_own?sslmode=x")
    assert "DTOOLKIT_THUMBNAIL_DIR" not in os.environ


@pytest.mark.parametrize(
    ("error", "becomes"),
    [(KeyboardInterrupt, CommandError), (ZeroDivisionError, ZeroDivisionError)],
)
def test_it_cleans_up_when_stopped_and_when_it_fails(measure, bare, own_databases, error, becomes):
    folders = []

    def run(place):
        folders.append(place.folder)
        place.make_database()
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE lost ()")
        raise error

    name = connections["default"].settings_dict["NAME"]
    with pytest.raises(becomes):
        measure(run)
    assert connections["default"].settings_dict["NAME"] == name
    assert own_databases() == set()
    assert not folders[0].exists()
    assert "lost" not in connection.introspection.table_names()


def test_what_a_killed_benchmark_left_is_removed_by_the_next(measure, bare):
    left = "dtoolkit_bench_0_0"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {left}")
    measure(lambda place: {})
    assert left not in databases()
