"""Rows for good, with all that hangs on them, set-based: Django would load each first."""

from typing import Any

from django.db import models

from gallery.models import Image
from gallery.scanning.saving.copying import int_array


def remove_images(cursor: Any, image_ids: list[int]) -> None:
    """Inside a transaction of the caller, who holds the rows."""
    remove(cursor, Image, image_ids)


def remove(cursor: Any, model: type[models.Model], ids: list[int]) -> None:
    """The rows of `model` and what hangs on them, as each relation's `on_delete` has it: whoever
    adds a table need not think of it here.

    Inside a transaction of the caller, who holds the rows.
    """
    if not ids:
        return
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):  # which OneToOneRel is too
            continue
        child, field = relation.related_model, relation.field
        table, column = child._meta.db_table, str(field.column)
        if relation.on_delete is models.SET_NULL:
            cursor.execute(
                f"UPDATE {table} SET {column} = NULL WHERE {column} = ANY(%s::bigint[])",  # noqa: S608
                [int_array(ids)],
            )
        elif relation.on_delete is models.CASCADE:
            if _has_dependents(child):
                key = child._meta.pk.column
                cursor.execute(
                    f"SELECT {key} FROM {table} WHERE {column} = ANY(%s::bigint[])",  # noqa: S608
                    [int_array(ids)],
                )
                remove(cursor, child, [row[0] for row in cursor.fetchall()])
            else:
                _delete(cursor, table, column, ids)
    _delete(cursor, model._meta.db_table, str(model._meta.pk.column), ids)


def _has_dependents(model: type[models.Model]) -> bool:
    fields = model._meta.get_fields(include_hidden=True)
    return any(isinstance(field, models.ManyToOneRel) for field in fields)


def _delete(cursor: Any, table: str, column: str, ids: list[int]) -> None:
    cursor.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s::bigint[])", [int_array(ids)])  # noqa: S608
