"""The spaces: what each one compares, which network makes its vectors, where they are kept."""

from dataclasses import dataclass
from typing import Literal

from embeddings.models import (
    CaptionVector,
    ClipGVector,
    ClipHVector,
    ClipLVector,
    NegativeVector,
    PromptVector,
)
from embeddings.models.vectors import Vector

Subject = Literal["image", "prompt", "negative_prompt", "description"]


@dataclass(frozen=True, slots=True)
class EmbeddingSpace:
    """`network` is the key of its spec; `compares` completes "Finds images …"."""

    name: str
    title: str
    vectors: type[Vector]
    width: int
    subject: Subject
    network: str
    compares: str

    @property
    def is_of_texts(self) -> bool:
        return self.subject != "image"


SPACES = {
    space.name: space
    for space in (
        EmbeddingSpace(
            "prompt", "Prompt", PromptVector, 1024, "prompt", "bge-large",
            "whose prompt means the same",
        ),
        EmbeddingSpace(
            "negative", "Negative prompt", NegativeVector, 1024, "negative_prompt", "bge-large",
            "whose negative prompt means the same",
        ),
        EmbeddingSpace(
            "caption", "Captions and tags", CaptionVector, 1024, "description", "bge-large",
            "that captions and tags describe alike",
        ),
        EmbeddingSpace(
            "clip_l", "Style words (CLIP-L)", ClipLVector, 768, "prompt", "clip-l",
            "whose prompt SDXL's first text encoder reads alike",
        ),
        EmbeddingSpace(
            "clip_g", "Composition words (CLIP-G)", ClipGVector, 1280, "prompt", "clip-g",
            "whose prompt SDXL's second text encoder reads alike",
        ),
        EmbeddingSpace(
            "clip_h", "Looks", ClipHVector, 1024, "image", "clip-h",
            "that look alike",
        ),
    )
}  # fmt: skip
# What the seeds' API calls them.
ALIASES = {"visual": "clip_h", "semantic": "prompt", "style": "clip_l", "composition": "clip_g"}
