"""Images that may be one picture, for a person to decide; what they decided stays."""

from typing import Self

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now


class DuplicateGroupQuerySet(models.QuerySet["DuplicateGroup"]):
    def reviewable(self) -> Self:
        """Open, with two images or more that are still there and not marked for deletion."""
        living = DuplicateMember.objects.living().filter(group=OuterRef("pk")).order_by()
        counted = living.values("group").annotate(many=Count("pk")).values("many")
        many = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
        return self.filter(state=DuplicateGroup.State.OPEN).annotate(many=many).filter(many__gte=2)


class DuplicateMemberQuerySet(models.QuerySet["DuplicateMember"]):
    def living(self) -> Self:
        return self.filter(image__is_available=True, image__is_for_deletion=False)


class DuplicateGroup(models.Model):
    """Its images are near the keeper; that two of a dismissed one are no duplicates holds for every
    channel, and for as long as it stands."""

    class State(models.TextChoices):
        OPEN = "open"
        DECIDED = "decided"
        DISMISSED = "dismissed", "no duplicates"

    collection = models.ForeignKey(
        "gallery.Collection", on_delete=models.CASCADE, related_name="duplicates", db_index=False
    )
    channel = models.TextField(help_text="Its name in `gallery.duplicates.channels`.")
    distance = models.FloatField(help_text="The largest of a member to the keeper.")
    keeper = models.ForeignKey(
        "gallery.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Suggested when it was found.",
    )
    state = models.TextField(choices=State, default=State.OPEN)
    is_confirmed = models.BooleanField(default=False, help_text="The files were read whole.")
    token = models.UUIDField(
        db_default=RandomUUID(), help_text="By which a backup knows it in another library."
    )
    found_at = models.DateTimeField(db_default=Now())

    objects = DuplicateGroupQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["collection", "id"], name="duplicategroup_open", condition=Q(state="open")
            ),
            models.Index(
                fields=["collection", "channel", "id"],
                name="duplicategroup_channel",
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["collection"],
                name="duplicategroup_dismissed",
                condition=Q(state="dismissed"),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["token", "collection"], name="duplicategroup_token_unique"
            ),
        )

    def __str__(self) -> str:
        return f"group {self.pk}"


class DuplicateMember(models.Model):
    group = models.ForeignKey(  # the unique constraint's index serves it
        DuplicateGroup, on_delete=models.CASCADE, related_name="members", db_index=False
    )
    image = models.ForeignKey("gallery.Image", on_delete=models.CASCADE, related_name="+")
    distance = models.FloatField(help_text="To the keeper.")

    objects = DuplicateMemberQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["group", "image"], name="duplicatemember_unique"),
        )

    def __str__(self) -> str:
        return f"{self.image_id} in group {self.group_id}"
