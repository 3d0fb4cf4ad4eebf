"""What a space has vectors of, in the database's words: images, prompts, or descriptions."""

from embeddings.spaces import EmbeddingSpace, Subject

# The table, and which of its rows some image uses.
_OWNERS: dict[Subject, tuple[str, str]] = {
    "image": ("gallery_image", "true"),
    "prompt": (
        "gallery_prompt",
        "EXISTS (SELECT FROM gallery_image WHERE prompt_id = owner.id)",
    ),
    "negative_prompt": (
        "gallery_prompt",
        "EXISTS (SELECT FROM gallery_image WHERE negative_prompt_id = owner.id)",
    ),
    "description": (
        "embeddings_description",
        "EXISTS (SELECT FROM embeddings_imagedescription WHERE description_id = owner.id)",
    ),
}
# Which subject, a text, an image has; `image` is its row.
_OF_IMAGE: dict[Subject, str] = {
    "image": "image.id",
    "prompt": "image.prompt_id",
    "negative_prompt": "image.negative_prompt_id",
    "description": "(SELECT description_id FROM embeddings_imagedescription"
    " WHERE image_id = image.id)",
}


def owner_table(space: EmbeddingSpace) -> str:
    return _OWNERS[space.subject][0]


def is_used(space: EmbeddingSpace) -> str:
    """A condition on `owner`."""
    return _OWNERS[space.subject][1]


def of_image(space: EmbeddingSpace) -> str:
    """The subject's id, of a row `image`."""
    return _OF_IMAGE[space.subject]


def column(space: EmbeddingSpace) -> str:
    """Of the vectors' table, naming the subject."""
    key = space.vectors._meta.pk
    return str(key.column)
