"""What keeps the admin quick on large tables: no exact counts, no loading of all that hangs on a
row, no columns that cost a query each."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.paginator import Paginator
from django.db import connections, models
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator

from gallery.templatetags.details import visible

COUNTED_AT_MOST = 10_000


class EstimatingPaginator(Paginator):  # type: ignore[type-arg]
    """The planner's estimate for a whole table; for a filtered list a count that stops early."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        if not rows.query.where and not rows.query.is_sliced:
            estimate = _estimate(rows)
            if estimate > COUNTED_AT_MOST:
                return estimate
        return rows.order_by()[:COUNTED_AT_MOST].count()


def _estimate(rows: QuerySet[Any]) -> int:
    """Rows of the table by the last ANALYZE, -1 where there was none."""
    with connections[rows.db].cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)",
            [f'"{rows.model._meta.db_table}"'],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else -1


class LargeTableAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    paginator = EstimatingPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    formfield_overrides = {models.TextField: {"widget": AdminTextInputWidget}}


class MachineMade:
    """Rows that only a scan makes; here they are looked at and mended."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class LookedAt(MachineMade, LargeTableAdmin):
    """All of a row to look at, nothing to change."""

    ordering = ("-pk",)
    sortable_by = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [field.name for field in self.opts.concrete_fields]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.get_readonly_fields(request, obj)


def shown(name: str) -> Callable[[Any], str]:
    """A list's column of a text from outside: short, and with nothing in it that turns lines."""

    @admin.display(description=name.replace("_", " "))
    def column(row: Any) -> str:
        return visible(Truncator(str(getattr(row, name))).chars(160))

    return column


class NeverDeleted:
    """Deleting such a row takes its images along, and what people said of them: not from here."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
