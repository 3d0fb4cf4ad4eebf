"""A small library with vectors in every space."""

import uuid

import numpy as np
import pytest
from django.db import connection
from pgvector import HalfVector

from embeddings.models import Description, ImageDescription, Weights
from embeddings.search import backgrounds, planning
from embeddings.search.asking import Ask, Example
from embeddings.search.ranking import rank
from embeddings.spaces import SPACES
from gallery.models import Image
from tests.factories import CollectionFactory, FolderFactory, ImageFactory, PromptFactory

IMAGES, PROMPTS, NEGATIVES, DESCRIPTIONS = 120, 24, 5, 30


@pytest.fixture
def networks(db):
    for network in {space.network for space in SPACES.values()}:
        Weights.objects.create(
            network=network, path="/weights", source="person", model_key=f"{network}:1"
        )


class Library:
    """`vectors[space][subject id]` is what was stored, as stored."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.collection = CollectionFactory()
        self.centres = {
            name: self.random.normal(size=(6, space.width)) for name, space in SPACES.items()
        }
        prompts = PromptFactory.create_batch(PROMPTS)
        negatives = PromptFactory.create_batch(NEGATIVES)
        self.folder = FolderFactory()
        ImageFactory.create_batch(IMAGES, folder=self.folder, prompt=None)
        images = list(Image.objects.order_by("pk"))
        for n, image in enumerate(images):
            image.prompt = prompts[int(self.random.integers(PROMPTS))] if n % 10 else None
            image.negative_prompt = negatives[n % NEGATIVES] if n % 3 else None
            image.rating = n % 10 + 1
        Image.objects.bulk_update(images, ["prompt", "negative_prompt", "rating"])
        descriptions = [
            Description.objects.create(digest=uuid.uuid4(), text=f"described {n}")
            for n in range(DESCRIPTIONS)
        ]
        for n, image in enumerate(images[:90]):
            ImageDescription.objects.create(image=image, description=descriptions[n % DESCRIPTIONS])
        subjects = {
            "image": [image.pk for image in images[:110]],
            "prompt": [prompt.pk for prompt in prompts],
            "negative_prompt": [prompt.pk for prompt in negatives],
            "description": [description.pk for description in descriptions],
        }
        self.vectors = {name: {} for name in SPACES}
        for space in SPACES.values():
            of_space = {subject: self.vector(space.name) for subject in subjects[space.subject]}
            self.vectors[space.name] = of_space
            contents = dict(Image.objects.values_list("pk", "fingerprint"))
            space.vectors.objects.bulk_create(
                self._row(space.name, subject, vector, contents)
                for subject, vector in of_space.items()
            )

    def vector(self, space: str) -> np.ndarray:
        """Near one of few centres, as vectors of real things are; and not of length 1."""
        centre = self.centres[space][self.random.integers(6)]
        vector = centre + 0.7 * self.random.normal(size=SPACES[space].width)
        return (vector * self.random.uniform(0.5, 2)).astype(np.float16).astype(np.float32)

    def store(self, space: str, subject: int, vector: np.ndarray, **fields) -> None:
        SPACES[space].vectors.objects.filter(pk=subject).delete()
        contents = dict(Image.objects.values_list("pk", "fingerprint"))
        self._row(space, subject, vector, contents, **fields).save(force_insert=True)
        self.vectors[space][subject] = vector

    def _row(self, space, subject, vector, contents, **fields):
        vectors = SPACES[space].vectors
        values = {vectors._meta.pk.attname: subject, "model_key": f"{SPACES[space].network}:1"}
        if space == "clip_h":
            values["content"] = contents[subject]
        return vectors(**values | {"vector": HalfVector(vector)} | fields)

    def subject(self, space: str, image: Image) -> int | None:
        kind = SPACES[space].subject
        if kind == "description":
            found = ImageDescription.objects.filter(image=image).first()
            return found and found.description_id
        return {"image": image.pk, "prompt": image.prompt_id}.get(kind, image.negative_prompt_id)

    def cosine(self, space: str, image: Image, query: np.ndarray) -> float | None:
        stored = self.vectors[space].get(self.subject(space, image))
        if stored is None:
            return None
        stored, query = stored.astype(np.float64), query.astype(np.float64)
        return float(stored @ query / np.linalg.norm(stored) / np.linalg.norm(query))

    def example(self, *spaces: str, **fields) -> Example:
        vectors = {space: self.vector(space) for space in spaces or SPACES}
        return Example("an example", vectors, **fields)

    def rank(self, *examples: Example, images=None, weights=None, **fields):
        """Ungrouped and uncut unless asked, in all spaces that the examples have."""
        weights = weights or {name: 1.0 for example in examples for name in example.vectors}
        fields = {"is_grouped": False, "is_cut": False, **fields}
        chosen = Image.objects.visible() if images is None else images
        return rank(chosen, Ask(tuple(examples), weights, **fields))


@pytest.fixture
def library(networks) -> Library:
    backgrounds.forget()
    planning.forget()
    # An index keeps what earlier tests rolled back, and meets it on its way.
    tables = ", ".join(space.vectors._meta.db_table for space in SPACES.values())
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables}")
    return Library(seed=7)
