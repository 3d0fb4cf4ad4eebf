"""What was chosen on the settings page for the whole install."""

from django.db import models


class Preference(models.Model):
    """`name` is one of `gallery.preferences`; what has no row is at its default."""

    name = models.TextField(primary_key=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return self.name
