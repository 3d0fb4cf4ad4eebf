"""Rows for tests, true to what the scanner would write."""

import uuid
from datetime import UTC, datetime, timedelta

import factory
import xxhash
from factory.django import DjangoModelFactory

from gallery import models


class CollectionFactory(DjangoModelFactory):
    class Meta:
        model = models.Collection
        django_get_or_create = ("slug",)

    slug = "default"
    name = "Library"


class LibraryRootFactory(DjangoModelFactory):
    class Meta:
        model = models.LibraryRoot

    collection = factory.SubFactory(CollectionFactory)
    path = factory.Sequence(lambda n: f"/library/root-{n}")
    name = factory.Sequence(lambda n: f"root-{n}")


class FolderFactory(DjangoModelFactory):
    class Meta:
        model = models.Folder

    root = factory.SubFactory(LibraryRootFactory)
    path = factory.Sequence(lambda n: f"folder-{n}")
    name = factory.LazyAttribute(lambda o: o.path.rsplit("/", 1)[-1])
    depth = factory.LazyAttribute(lambda o: o.path.count("/") + 1 if o.path else 0)


class PromptFactory(DjangoModelFactory):
    class Meta:
        model = models.Prompt
        django_get_or_create = ("digest",)

    text = factory.Sequence(lambda n: f"a fennec girl singing, number {n}")
    digest = factory.LazyAttribute(
        lambda o: uuid.UUID(bytes=xxhash.xxh3_128_digest(o.text.encode()))
    )


class ResourceFactory(DjangoModelFactory):
    class Meta:
        model = models.Resource
        django_get_or_create = ("kind", "name")

    kind = models.Resource.Kind.CHECKPOINT
    name = "dreamshaper_8"


class ImageFactory(DjangoModelFactory):
    """A deep-scanned PNG; newer with each call."""

    class Meta:
        model = models.Image

    folder = factory.SubFactory(FolderFactory)
    collection = factory.SelfAttribute("folder.root.collection")
    name = factory.Sequence(lambda n: f"image-{n:05d}.png")
    size = 1_234_567
    created_at = factory.Sequence(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
    modified_at = factory.SelfAttribute("created_at")
    mtime_ns = factory.LazyAttribute(lambda o: int(o.modified_at.timestamp()) * 1_000_000_000)
    read_version = 1
    fingerprint = factory.LazyFunction(uuid.uuid4)
    format = "png"
    width = 1024
    height = 1024
    prompt = factory.SubFactory(PromptFactory)
