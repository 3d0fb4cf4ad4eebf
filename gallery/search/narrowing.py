"""Whether a filtered result is small enough to gather and sort, or large enough to walk an index.

PostgreSQL guesses, and guesses wrong where a word is rare or unknown, or where what matches lies
together in time, as folders and prompts do: it then walks a million rows to show none. So we look.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, F, Lookup, OuterRef, Q
from django.db.models.sql.compiler import SQLCompiler

from gallery.models import Folder, Image, ImageResource, Prompt, ResourceMatch
from gallery.querysets import subtree

FEW_PROMPTS = 2000
FEW_FOLDERS = 2000
FEW_IMAGES = 30_000


class AnyOf(Lookup):
    """`lhs = ANY(array)`: one parameter however many ids, and the planner sees each."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", (*params, list(self.rhs))


def any_of(column: str, ids: Sequence[int]) -> Q:
    return Q(AnyOf(F(column), ids)) if ids else Q(pk__in=())


def few_prompts(words: SearchQuery) -> list[int] | None:
    """The prompts that match; None where they are many."""
    ids = list(Prompt.objects.filter(words=words).values_list("pk", flat=True)[: FEW_PROMPTS + 1])
    return ids if len(ids) <= FEW_PROMPTS else None


def have_few_images(prompt_ids: Sequence[int]) -> bool:
    """Counts no further than it takes to know."""
    images = Image.objects.filter(any_of("prompt_id", prompt_ids))
    return images.order_by()[: FEW_IMAGES + 1].count() <= FEW_IMAGES


def has_few_images(workflow_id: int) -> bool:
    """Of the images of a workflow; counts no further than it takes to know."""
    images = Image.objects.filter(workflow=workflow_id)
    return images.order_by()[: FEW_IMAGES + 1].count() <= FEW_IMAGES


class MadeWith:
    """The images that used one model file, however they call it."""

    def __init__(self, file_id: int) -> None:
        hashes: dict[int, list[str]] = {}
        calls = ResourceMatch.objects.filter(file=file_id)
        for resource, recorded_hash in calls.values_list("resource", "recorded_hash"):
            hashes.setdefault(resource, []).append(recorded_hash)
        means = Q(pk__in=())
        for resource, recorded in hashes.items():
            means |= Q(resource=resource, recorded_hash__in=recorded)
        self._uses = ImageResource.objects.filter(means).order_by()

    @cached_property
    def are_few(self) -> bool:
        """Counts no further than it takes to know."""
        return self._uses[: FEW_IMAGES + 1].count() <= FEW_IMAGES

    @property
    def condition(self) -> Q:
        if self.are_few:
            return Q(pk__in=self._uses.values("image"))
        return Q(Exists(self._uses.filter(image=OuterRef("pk"))))


def few_folders(folder: Folder) -> list[int] | None:
    """`folder` and those below it; None where they are many, or hold many images."""
    held = Folder.objects.filter(subtree(folder)).values_list("pk", "image_count")
    counts = dict(held[: FEW_FOLDERS + 1])
    is_few = len(counts) <= FEW_FOLDERS and sum(counts.values()) <= FEW_IMAGES
    return list(counts) if is_few else None
