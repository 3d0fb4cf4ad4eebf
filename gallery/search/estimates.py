"""What a read may cost: a limit on its time, and what the planner expects of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, models, transaction
from psycopg.errors import QueryCanceled


class TooSlow(Exception):
    """The read ran into its time limit and was stopped by the server."""


@contextmanager
def time_limit(limit_ms: int) -> Iterator[None]:
    """Ends reads in the block that run longer than `limit_ms`. Raises `TooSlow`.

    Works inside a transaction too, and leaves its own time limit as it was.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            (before,) = cursor.fetchone()
            _set_timeout(cursor, str(limit_ms))
            yield
            _set_timeout(cursor, before)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def planned_rows(rows: models.QuerySet[Any]) -> int:
    """How many rows the planner expects of `rows`; costs a millisecond."""
    return _rows(json.loads(rows.explain(format="json")))


def planned_rows_of(statement: str) -> int:
    """The same of a statement with its values written in, each `%` doubled."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", ())
        (plans,) = cursor.fetchone()
    return _rows(plans if isinstance(plans, list) else json.loads(plans))


def _rows(plans: list[Any]) -> int:
    return int(plans[0]["Plan"]["Plan Rows"])


def _set_timeout(cursor: Any, value: str) -> None:
    cursor.execute("SELECT set_config('statement_timeout', %s, true)", [value])
