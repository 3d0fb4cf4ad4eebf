"""The numbers of the dashboard as they were counted last: a cache, so that no page counts a million
rows."""

from django.db import models

from dtoolkit.core import paths


class LibrarySummary(models.Model):
    """Of one result of a collection; `scope` is its address without an order, empty for all."""

    collection = models.ForeignKey(
        "gallery.Collection", on_delete=models.CASCADE, related_name="summaries", db_index=False
    )
    scope = models.TextField(blank=True)
    digest = models.UUIDField(help_text="md5 of `scope`, which may be long.")
    stamp = models.TextField(help_text="By what one sees that the library changed since.")
    facts = models.JSONField(help_text="See gallery.dashboard.counting.")
    made_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["collection", "digest"], name="librarysummary_scope_unique"
            ),
        )

    def __str__(self) -> str:
        return paths.display(f"{self.scope or 'all'} as of {self.made_at}")
