"""Which image was made from which, which belong together, and what people said of that."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from dtoolkit.core import paths

NO_TOKEN = UUID(int=0)


class Kin(models.Model):
    """One image was made from another, as a machine found out; found anew whenever it looks."""

    image = models.ForeignKey(  # the unique constraint's index serves it
        "gallery.Image", on_delete=models.CASCADE, related_name="parents", db_index=False
    )
    parent = models.ForeignKey("gallery.Image", on_delete=models.CASCADE, related_name="children")
    role = models.TextField(help_text="What it became: `gallery.families.roles`.")
    evidence = models.TextField(help_text="How one knows: content, recorded, recipe or pixels.")
    distance = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Bits in which their hashes differ."
    )
    is_version = models.BooleanField(help_text="It is the same picture still.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["image", "parent"], name="kin_unique"),)
        indexes = (models.Index(fields=["role"], name="kin_role"),)

    def __str__(self) -> str:
        return paths.display(f"{self.image_id} {self.role} from {self.parent_id}")


class Stacked(models.Model):
    """Where an image stands: in which stack of versions, in which idea. A stack's number is that of
    its first image; it has no row of its own."""

    image = models.OneToOneField(  # no constraint: see ImageResource
        "gallery.Image",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="stacked",
        db_constraint=False,
    )
    version = models.BigIntegerField(null=True, blank=True, help_text="NULL is alone.")
    batch = models.BigIntegerField(
        null=True, blank=True, help_text="The first of those made with the same in one go."
    )
    idea = models.BigIntegerField(
        null=True, blank=True, help_text="The batch of its stack's first; NULL is alone."
    )
    cover_at = models.DateTimeField(
        null=True, blank=True, help_text="When a person chose it as the best, from StackWord."
    )
    seen = models.BigIntegerField(
        null=True, blank=True, help_text="What was known of the image then; NULL has it looked at."
    )

    class Meta:
        indexes = (
            models.Index(
                fields=["version"], name="stacked_version", condition=Q(version__isnull=False)
            ),
            models.Index(fields=["idea"], name="stacked_idea", condition=Q(idea__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.image_id} in {self.version}, {self.idea}"


class StackWord(models.Model):
    """What a person said of an image's stack. No machine writes these."""

    class Word(models.TextChoices):
        TOGETHER = "together", "belongs with those of the same token"
        APART = "apart", "stands alone"
        COVER = "cover", "is the best"

    image = models.ForeignKey(  # the unique constraint's index serves it
        "gallery.Image", on_delete=models.CASCADE, related_name="stack_words", db_index=False
    )
    word = models.TextField(choices=Word)
    token = models.UUIDField(default=NO_TOKEN, help_text="Of those that were put together.")
    said_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["image", "word", "token"], name="stackword_unique"),
        )
        indexes = (
            models.Index(fields=["token"], name="stackword_token", condition=Q(word="together")),
        )

    def __str__(self) -> str:
        return f"{self.image_id} {self.word}"
