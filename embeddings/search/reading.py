"""A read of vectors: a time limit, settings that end with it, arrays in binary."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from psycopg import ClientCursor, Cursor
from psycopg.errors import QueryCanceled

from dtoolkit.core.errors import Unavailable
from embeddings.search import binary

LIMIT_MS = 15_000


class Reader:
    """Statements with `%(name)s`, bound by the server."""

    def __init__(self, cursor: Cursor[Any]) -> None:
        self._cursor = cursor
        self._settings: dict[str, str] = {}

    def row(self, statement: str, values: Mapping[str, object]) -> list[bytes | None]:
        """The only row of the answer, each column in PostgreSQL's binary form."""
        # What is set, and the beginning of the transaction, go with it: each way to the server
        # takes as long as a tenth of a search.
        with self._cursor.connection.pipeline() if self._settings else nullcontext():
            self._apply()
            self._cursor.execute(statement.encode(), values)
        result = self._cursor.pgresult
        if result is None or result.ntuples != 1:
            raise ValueError("The statement must give one row.")
        return [result.get_value(0, column) for column in range(result.nfields)]

    def set(self, settings: Mapping[str, str]) -> None:
        """Until the read ends, from the next row on."""
        self._settings |= settings

    def _apply(self) -> None:
        if not self._settings:
            return
        calls = ", ".join(f"set_config('{name}', %({name})s, true)" for name in self._settings)
        with Cursor(self._cursor.connection) as cursor:
            cursor.execute(f"SELECT {calls}".encode(), self._settings)
        self._settings = {}


@contextmanager
def reading(limit_ms: int = LIMIT_MS) -> Iterator[Reader]:
    """Raises `Unavailable` where the server stopped it after `limit_ms`."""
    try:
        with transaction.atomic(), connection.wrap_database_errors:
            with Cursor(connection.connection) as cursor:
                binary.register(cursor)
                cursor.format = cursor.format.BINARY
                reader = Reader(cursor)
                reader.set({"statement_timeout": str(limit_ms)})
                yield reader
            # Nothing was written, and this takes the settings back inside a transaction too.
            transaction.set_rollback(True)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            seconds = limit_ms // 1000
            raise Unavailable(
                f"This search was stopped after {seconds} s. Narrow it with a filter."
            ) from error
        raise


def as_sql(rows: QuerySet[Any, Any]) -> str:
    """`rows` as a statement with its values written in, to stand inside another one."""
    compiler = rows.query.get_compiler(connection=connection, elide_empty=False)
    statement, values = compiler.as_sql()
    with ClientCursor(connection.connection) as cursor:
        return cursor.mogrify(statement, values).replace("%", "%%")
