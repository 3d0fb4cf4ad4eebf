"""Reads of vectors: each with a time limit and settings of its own, arrays in binary.

Where no transaction is open, a read goes to the server in one piece with what it needs to be set,
which ends with it: each way there and back takes as long as a tenth of a search.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

import psycopg
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from psycopg import ClientCursor, Connection, Cursor
from psycopg.errors import QueryCanceled

from dtoolkit.core.errors import Unavailable
from embeddings.search import beside, binary

LIMIT_MS = 15_000
Row = list[bytes | None]
S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A statement that gives one row, with `%(name)s` for values that the server binds, and what
    is made `of` its columns in PostgreSQL's binary form. `settings` hold for it alone."""

    statement: str
    values: Mapping[str, object]
    of: Callable[[Row], T]
    settings: Mapping[str, str] | None = None

    def then(self, made: Callable[[T], S]) -> "Read[S]":
        """The same read, which gives what is `made` of its result."""
        return Read(self.statement, self.values, lambda row: made(self.of(row)), self.settings)


class Reader:
    """Raises `Unavailable` where the server stopped a read after `limit_ms`; 0 is no limit."""

    def __init__(self, limit_ms: int = LIMIT_MS) -> None:
        self._limit_ms = limit_ms
        self._meanwhile: list[Callable[[], object]] = []

    def meanwhile(self, work: Callable[[], T]) -> Callable[[], T]:
        """What `work` gives: done while the server is at the next read, or when it is needed."""
        result = cache(work)
        self._meanwhile.append(result)
        return result

    def read(self, read: Read[T]) -> T:
        return self.read_all([read])[0]

    def read_all(self, reads: Sequence[Read[T]]) -> list[T]:
        """One after the other; two at a time where there may be a second connection."""
        with self._limited():
            connection.close_if_health_check_failed()
            connection.ensure_connection()
            rows = self._rows(reads)
        return [read.of(row) for read, row in zip(reads, rows, strict=True)]

    def _rows(self, reads: Sequence[Read[T]]) -> list[Row]:
        if connection.in_atomic_block:
            return [self._inside(read) for read in reads]
        rows = []
        for start in range(0, len(reads), 2):
            pair = reads[start : start + 2]
            rows += self._both(*pair) if len(pair) == 2 else [self._alone(pair[0])]
        return rows

    def _both(self, one: Read[T], other: Read[T]) -> list[Row]:
        second = beside.second(connection.connection)
        if second is not None:
            try:
                with self._sent(second, one) as answer:
                    row = self._alone(other)
                return [_row(answer), row]
            except psycopg.OperationalError:
                if not second.closed:
                    raise
        return [self._alone(one), self._alone(other)]

    def _alone(self, read: Read[T]) -> Row:
        with self._sent(connection.connection, read) as answer:
            while self._meanwhile:
                self._meanwhile.pop()()
        return _row(answer)

    @contextmanager
    def _sent(self, to: Connection[Any], read: Read[T]) -> Iterator[Cursor[Any]]:
        """Its answer is there when the block ends, and so is the end of what was set."""
        with to.pipeline():
            yield self._executed(to, read)

    def _inside(self, read: Read[T]) -> Row:
        """Somebody's transaction, which goes on without what was set."""
        with transaction.atomic():
            answer = self._executed(connection.connection, read)
            transaction.set_rollback(True)
        return _row(answer)

    def _executed(self, to: Connection[Any], read: Read[T]) -> Cursor[Any]:
        settings = {"statement_timeout": str(self._limit_ms), **(read.settings or {})}
        calls = ", ".join(f"set_config('{name}', %({name})s, true)" for name in settings)
        Cursor(to).execute(f"SELECT {calls}".encode(), settings)
        cursor = Cursor(to)
        binary.register(cursor)
        cursor.format = cursor.format.BINARY
        return cursor.execute(read.statement.encode(), read.values)

    @contextmanager
    def _limited(self) -> Iterator[None]:
        try:
            with connection.wrap_database_errors:
                yield
        except OperationalError as error:
            if isinstance(error.__cause__, QueryCanceled):
                seconds = self._limit_ms // 1000
                raise Unavailable(
                    f"This search was stopped after {seconds} s. Narrow it with a filter."
                ) from error
            raise


def _row(answer: Cursor[Any]) -> Row:
    result = answer.pgresult
    if result is None or result.ntuples != 1:
        raise ValueError("The statement must give one row.")
    return [result.get_value(0, column) for column in range(result.nfields)]


def as_sql(rows: QuerySet[Any, Any]) -> str:
    """`rows` as a statement with its values written in, to stand inside another one."""
    compiler = rows.query.get_compiler(connection=connection, elide_empty=False)
    statement, values = compiler.as_sql()
    with ClientCursor(connection.connection) as cursor:
        return cursor.mogrify(statement, values).replace("%", "%%")
