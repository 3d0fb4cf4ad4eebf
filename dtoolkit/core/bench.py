"""A place to measure in: own databases and folder, thrown away whatever happens.

A benchmark is a module `<app>/bench/<name>.py` with `run(bench) -> Figures`; the first line of its
docstring is its line in the list.
"""

import os
import pkgutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from psycopg import sql

Figures = dict[str, float | int | str]

_PREFIX = "dtoolkit_bench_"
_DROP_TRIES = 10


@dataclass(frozen=True, slots=True)
class Benchmark:
    name: str
    summary: str
    run: "Callable[[Bench], Figures]"


def find() -> dict[str, Benchmark]:
    """Every benchmark of every app, by name."""
    found = {}
    for app in apps.get_app_configs():
        spec = find_spec(f"{app.name}.bench")
        where = spec.submodule_search_locations if spec else None
        for module in pkgutil.iter_modules(where or []):
            if hasattr(loaded := import_module(f"{app.name}.bench.{module.name}"), "run"):
                summary = (loaded.__doc__ or "").strip().partition("\n")[0]
                found[module.name] = Benchmark(module.name, summary, loaded.run)
    return found


class Database:
    """A migrated database of our own on the server of the default connection."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._connection = connections.create_connection("default")
        self._connection.settings_dict = {**self._connection.settings_dict, "NAME": name}

    def use(self) -> None:
        """Makes it Django's default connection here, and that of processes started from now on."""
        connections["default"] = self._connection
        _default_settings()["NAME"] = self.name
        if url := os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{self.name}"))

    def close(self) -> None:
        self._connection.close()


class Bench:
    """What a benchmark is handed: `folder`, and `database` in use.

    `scale` shrinks the work for a quick look; figures are promised at 1. `corpus` is a folder of
    the person's own samples, for benchmarks that take one, `rows` a number of rows instead of the
    usual, for those that are about rows.
    """

    database: Database

    def __init__(
        self,
        server: psycopg.Connection[Any],
        folder: Path,
        scale: float,
        corpus: Path | None,
        rows: int | None = None,
    ) -> None:
        self.folder = folder
        self.scale = scale
        self.corpus = corpus
        self.rows = rows
        self.remarks: list[str] = []
        self._server = server
        self._databases: list[Database] = []
        self._started = time.monotonic()

    def say(self, text: str) -> None:
        """Progress, for the person who waits."""
        sys.stderr.write(f"{time.monotonic() - self._started:7.1f} s  {text}\n")
        sys.stderr.flush()

    def remark(self, text: str) -> None:
        """A line below the figures, where a person reads them."""
        self.remarks.append(text)

    def scaled(self, number: int) -> int:
        return max(1, round(number * self.scale))

    def make_database(self) -> Database:
        """Another one, in use at once."""
        name = f"{_PREFIX}{os.getpid()}_{len(self._databases)}"
        self._server.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        self._server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        database = Database(name)
        self._databases.append(database)
        database.use()
        call_command("migrate", verbosity=0, interactive=False)
        return database

    def drop_databases(self) -> None:
        for database in self._databases:
            database.close()
            _drop(self._server, database.name)


@contextmanager
def prepared(
    scale: float = 1.0, corpus: Path | None = None, rows: int | None = None
) -> Iterator[Bench]:
    """A `Bench` with one database in use; all is as it was when the block ends."""
    with ExitStack() as cleanup:
        server = cleanup.enter_context(_server())
        _drop_left_overs(server)
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="dtoolkit-bench-")))
        cleanup.enter_context(_restored_connection())
        cleanup.enter_context(_files_in(folder))
        bench = Bench(server, folder, scale, corpus, rows)
        cleanup.callback(bench.drop_databases)
        bench.database = bench.make_database()
        yield bench


def _server() -> psycopg.Connection[Any]:
    """A session beside the databases; the locks it holds say that their owner lives."""
    known = connections["default"].settings_dict
    return psycopg.connect(
        host=known["HOST"] or None,
        port=known["PORT"] or None,
        user=known["USER"] or None,
        password=known["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    )


def _drop_left_overs(server: psycopg.Connection[Any]) -> None:
    """Of benchmarks that were killed: nobody holds their lock any more."""
    names = server.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_PREFIX]
    ).fetchall()
    for (name,) in names:
        lock = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
        if server.execute(lock, [name]).fetchone() == (True,):
            _drop(server, name)


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    """The server's own vacuum may be at work there, which we may not end, but which ends soon."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    for _ in range(_DROP_TRIES):
        with suppress(psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            server.execute(drop)
            return
        time.sleep(1)
    server.execute(drop)


@contextmanager
def _restored_connection() -> Iterator[None]:
    connection, url = connections["default"], os.environ.get("DATABASE_URL")
    name = connection.settings_dict["NAME"]
    connection.close()
    try:
        yield
    finally:
        connections["default"] = connection
        _default_settings()["NAME"] = name
        if url:
            os.environ["DATABASE_URL"] = url


@contextmanager
def _files_in(folder: Path) -> Iterator[None]:
    """Thumbnails here and in processes started from here; static files as they lie."""
    options = {"location": folder / "thumbnails", "base_url": None}
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = {**settings.STORAGES, "thumbnails": storage, "staticfiles": static}
    (static_folder := folder / "static").mkdir()
    before = os.environ.get("DTOOLKIT_THUMBNAIL_DIR")
    os.environ["DTOOLKIT_THUMBNAIL_DIR"] = str(folder / "thumbnails")
    try:
        with override_settings(STORAGES=storages, STATIC_ROOT=static_folder):
            yield
    finally:
        if before is None:
            del os.environ["DTOOLKIT_THUMBNAIL_DIR"]
        else:
            os.environ["DTOOLKIT_THUMBNAIL_DIR"] = before


def _default_settings() -> dict[str, Any]:
    return cast("dict[str, Any]", connections.settings["default"])
