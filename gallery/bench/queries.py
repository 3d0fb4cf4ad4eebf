"""Queries that a person asks of a million images: what they find is as small as in ten thousand."""

from urllib.parse import urlencode

from django.urls import reverse

from gallery.bench.generated_parts import (
    RARE_IMAGES,
    RARE_LORA,
    RARE_NODE_VALUE,
    RARE_TAG,
    SAMPLERS,
)
from gallery.models import Collection, Folder, Image

# Those whose answer is large are published, and not promised.
SMALL_ANSWERS = (
    "query_rare_word",
    "query_rating_range",
    "query_lora_and_sampler",
    "query_folder_subtree",
    "query_date_window",
    "query_node_property",
    "query_three_way_or",
    "query_exclusion",
    "query_tag",
    "query_seed",
    "facets",
)
# A query that is read wrongly finds nothing, and quickly.
FIND_SOMETHING = (*(name for name in SMALL_ANSWERS if name != "facets"), "query_large_answer")


def addresses(collection: Collection) -> dict[str, str]:
    def page(q: str, view: str = "library-page") -> str:
        return f"{reverse(view, args=[collection.slug])}?{urlencode({'q': q})}"

    a_day = Folder.objects.filter(depth=2).order_by("pk").first()
    if a_day is None:
        raise RuntimeError("The library was not filled.")
    image = Image.objects.visible().exclude(seed=None).order_by("pk").first()
    if image is None:
        raise RuntimeError("The library was not filled.")
    return {
        "query_common_word": page("common"),
        "query_rare_word": page("scarce"),
        "query_rating_range": page("rating:9-10"),
        "query_lora_and_sampler": page(f'lora:"{RARE_LORA}" sampler:"{SAMPLERS[0]}"'),
        "query_folder_subtree": page(f'path:"{a_day.path}/"'),
        "query_date_window": page(_window(collection)),
        "query_node_property": page(f'property:text="{RARE_NODE_VALUE}"'),
        "query_three_way_or": page(f'scarce OR lora:"{RARE_LORA}" OR seed:{image.seed}'),
        "query_exclusion": page("scarce -middling -rating:1-3"),
        "query_tag": page(f'tag:"{RARE_TAG}"'),
        "query_seed": page(f"seed:{image.seed}"),
        "query_large_answer": page("common rating:none sampler:DDIM"),
        "query_nothing": page('sampler:"DDIM" steps:15 rating:10 middling'),
        "facets": page("scarce", "facets"),
    }


def _window(collection: Collection) -> str:
    """Days in the middle that hold a page or more."""
    created = Image.objects.in_collection(collection).order_by("created_at")
    moments = created.values_list("created_at", flat=True)
    middle = moments.count() // 2
    return f"date:{moments[middle]:%Y-%m-%d}..{moments[middle + 3 * RARE_IMAGES]:%Y-%m-%d}"
