"""Whether a filtered result is small enough to gather and sort, or large enough to walk an index.

PostgreSQL guesses, and guesses wrong where a word is rare or unknown, or where what matches lies
together in time, as folders and prompts do: it then walks a million rows to show none. So we look.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Lookup, Sum
from django.db.models.sql.compiler import SQLCompiler

from gallery.models import Folder, Image, Prompt
from gallery.querysets import ImageQuerySet, subtree

FEW_PROMPTS = 2000
FEW_IMAGES = 30_000


class AnyOf(Lookup):
    """`lhs = ANY(array)`: one parameter however many ids, and the planner sees each."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", (*params, list(self.rhs))


def few_prompts(words: SearchQuery) -> list[int] | None:
    """The prompts that match; None where they are many."""
    ids = list(Prompt.objects.filter(words=words).values_list("pk", flat=True)[: FEW_PROMPTS + 1])
    return ids if len(ids) <= FEW_PROMPTS else None


def with_prompts(images: ImageQuerySet, prompt_ids: Sequence[int]) -> ImageQuerySet:
    return images.filter(AnyOf(F("prompt_id"), prompt_ids)) if prompt_ids else images.none()


def have_few_images(prompt_ids: Sequence[int]) -> bool:
    """Counts no further than it takes to know."""
    images = with_prompts(Image.objects.all(), prompt_ids)
    return images.order_by()[: FEW_IMAGES + 1].count() <= FEW_IMAGES


def has_few_images(folder: Folder) -> bool:
    held = Folder.objects.filter(subtree(folder)).aggregate(total=Sum("image_count"))
    return (held["total"] or 0) <= FEW_IMAGES
