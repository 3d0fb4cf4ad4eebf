"""One narrow table a space: whose vector, which weights made it, the vector itself.

A row is the done mark of its subject. Constraints are made in SQL so that the database removes a
vector with its subject, whoever deletes that. Each has an index on its key, from which coverage is
counted without reading a vector.
"""

from django.db import models
from pgvector.django import HalfVectorField, HnswIndex

M, EF_CONSTRUCTION = 16, 256  # docs/decisions/0016-vector-search.md


def near(model: str) -> HnswIndex:
    """Named so that `embeddings.services.indexes` finds it."""
    return HnswIndex(
        name=f"{model}_near",
        fields=["vector"],
        opclasses=["halfvec_cosine_ops"],
        m=M,
        ef_construction=EF_CONSTRUCTION,
    )


class Vector(models.Model):
    """Stored as the network gave it, not normalised: cosine does not care, IP-Adapter does."""

    model_key = models.TextField(help_text="The weights, their revision and the preparation.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"


class PromptTextVector(Vector):
    """Of a unique prompt text, whichever images use it."""

    prompt = models.OneToOneField(
        "gallery.Prompt",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        db_constraint=False,
    )

    class Meta:
        abstract = True


class PromptVector(PromptTextVector):
    vector = HalfVectorField(dimensions=1024)

    class Meta:
        indexes = (
            near("promptvector"),
            models.Index(fields=["model_key", "prompt"], name="promptvector_key"),
        )


class NegativeVector(PromptTextVector):
    vector = HalfVectorField(dimensions=1024)

    class Meta:
        indexes = (
            near("negativevector"),
            models.Index(fields=["model_key", "prompt"], name="negativevector_key"),
        )


class ClipLVector(PromptTextVector):
    vector = HalfVectorField(dimensions=768)

    class Meta:
        indexes = (
            near("cliplvector"),
            models.Index(fields=["model_key", "prompt"], name="cliplvector_key"),
        )


class ClipGVector(PromptTextVector):
    vector = HalfVectorField(dimensions=1280)

    class Meta:
        indexes = (
            near("clipgvector"),
            models.Index(fields=["model_key", "prompt"], name="clipgvector_key"),
        )


class CaptionVector(Vector):
    """Of a unique description: captions and tags of one or more images."""

    description = models.OneToOneField(
        "embeddings.Description",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        db_constraint=False,
    )
    vector = HalfVectorField(dimensions=1024)

    class Meta:
        indexes = (
            near("captionvector"),
            models.Index(fields=["model_key", "description"], name="captionvector_key"),
        )


class ClipHVector(Vector):
    """Of a picture; `content` is the fingerprint of the file that was looked at, so that a replaced
    file counts as missing."""

    image = models.OneToOneField(
        "gallery.Image",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        db_constraint=False,
    )
    content = models.UUIDField()
    vector = HalfVectorField(dimensions=1024)

    class Meta:
        indexes = (
            near("cliphvector"),
            models.Index(fields=["model_key", "image", "content"], name="cliphvector_key"),
        )
