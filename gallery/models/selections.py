"""What a person has selected: single images, or a whole result but for some."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Selection(models.Model):
    """`image_ids` are the chosen ones, or with `is_all` those left out of the result."""

    token = models.UUIDField(unique=True)
    collection = models.ForeignKey(
        "gallery.Collection", on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    params = models.JSONField(default=dict, help_text="`ResultQuery.to_params` of the result.")
    is_all = models.BooleanField(default=False)
    image_ids = ArrayField(models.BigIntegerField(), default=list)
    newest_id = models.BigIntegerField(
        default=0, help_text="With `is_all`: images that came later are not meant."
    )
    used_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(fields=["used_at"], name="selection_used"),)

    def __str__(self) -> str:
        return f"selection {self.token}"
