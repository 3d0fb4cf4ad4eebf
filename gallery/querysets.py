"""Reads of images that one can say aloud."""

from typing import Self

from django.db import models


class ImageQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible(self) -> Self:
        """Neither vanished nor marked for deletion."""
        return self.filter(is_available=True, is_for_deletion=False)
