"""Tables emptied row by row where a test left few rows: Django's way takes some hundred
milliseconds after each test, for as many new files as there are tables and indexes."""

from functools import cache

from django.db import connection, transaction

_FEW = 500
# Made by the migrations' end, and the same for all tests.
_KEPT = ("django_migrations", "django_content_type", "auth_permission")
# What was deleted stays in an index of vectors until a vacuum, and stands in the way there.
_TRUNCATED = "embeddings_"


def was_little() -> bool:
    """Whether it did it; else nothing was done."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_asked())
        filled = dict(cursor.fetchall())
        if any(is_much or table.startswith(_TRUNCATED) for table, is_much in filled.items()):
            return False
        if filled:
            names = map(connection.ops.quote_name, filled)
            cursor.execute(";".join(map("DELETE FROM {}".format, names)))
    return True


@cache
def _asked() -> str:
    """Tables with rows, and whether they are more than few."""
    tables = set(connection.introspection.django_table_names(only_existing=True)) - {*_KEPT}
    asked = "SELECT '{0}', EXISTS (SELECT FROM {0} OFFSET {1}) WHERE EXISTS (SELECT FROM {0})"
    return " UNION ALL ".join(asked.format(table, _FEW) for table in sorted(tables))
