"""Made-up vectors for a made-up library, shaped like those of real networks.

Real vectors of a thousand numbers move in some tens of directions and lie in heaps: subjects,
within them prompts, within them images. So each is a point of 48 numbers (subjects by Zipf, prompts
around their subject, images around their prompt), turned into the space's width by a fixed random
matrix, with a tenth of noise in all directions and a common part that gives strangers a cosine
above zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db import connection

from embeddings.models import Weights
from embeddings.spaces import SPACES, EmbeddingSpace

INTRINSIC = 48
SUBJECTS = 1000
MODEL_KEY = "bench:1"
_OF_PROMPT, _OF_IMAGE = 0.55, 0.45  # deviations, where that of subjects is 1
_NOISE, _COMMON = 0.3, 0.8  # lengths, where that of the rest is 1
_CHUNK = 5000

Rows = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Meanings:
    """What prompts mean, as points of `INTRINSIC` numbers; images lie around theirs."""

    random: np.random.Generator
    prompts: Rows

    @classmethod
    def make(cls, prompts: int) -> "Meanings":
        random = np.random.default_rng(5)
        subjects = random.normal(size=(SUBJECTS, INTRINSIC))
        shares = 1 / np.arange(1, SUBJECTS + 1)
        of = random.choice(SUBJECTS, prompts, p=shares / shares.sum())
        points = subjects[of] + _OF_PROMPT * random.normal(size=(prompts, INTRINSIC))
        return cls(random, points.astype(np.float32))

    def images(self, of: Ids) -> Rows:
        """Of images of these prompts, by their places."""
        around = self.random.normal(size=(len(of), INTRINSIC)).astype(np.float32)
        return self.prompts[of] + np.float32(_OF_IMAGE) * around


def vectors(space: EmbeddingSpace, points: Rows) -> Rows:
    """What the space's network would give for `points`: shape (points, width)."""
    random = np.random.default_rng(sum(map(ord, space.name)))
    matrix = random.normal(size=(INTRINSIC, space.width)).astype(np.float32)
    common = random.normal(size=space.width).astype(np.float32)
    turned = points @ matrix / np.float32(np.sqrt(INTRINSIC))
    noise = np.random.default_rng(len(points)).standard_normal(turned.shape, dtype=np.float32)
    return np.asarray(turned + _NOISE * noise + _COMMON * common, dtype=np.float32)


def make_weights() -> None:
    for network in sorted({space.network for space in SPACES.values()}):
        Weights.objects.update_or_create(
            network=network,
            defaults={"path": "/made-up", "source": "person", "model_key": MODEL_KEY},
        )


def write(
    space: EmbeddingSpace, subjects: Ids, points: Rows, contents: npt.NDArray[np.void] | None = None
) -> None:
    """Into the space's table, by COPY in binary."""
    table = space.vectors._meta
    columns = f"model_key, {table.pk.column}, vector{', content' if contents is not None else ''}"
    with connection.cursor() as cursor:
        statement = f"COPY {table.db_table} ({columns}) FROM STDIN (FORMAT binary)"
        with cursor.copy(statement) as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for chunk in _records(space, subjects, points, contents):
                copy.write(chunk)
            copy.write(b"\xff\xff")


def _records(
    space: EmbeddingSpace, subjects: Ids, points: Rows, contents: npt.NDArray[np.void] | None
) -> Iterable[bytes]:
    fields = [
        ("fields", ">i2"),
        *(("key_size", ">i4"), ("key", f"S{len(MODEL_KEY)}")),
        *(("subject_size", ">i4"), ("subject", ">i8")),
        *(("vector_size", ">i4"), ("width", ">i2"), ("unused", ">i2")),
        ("vector", ">f2", (space.width,)),
    ]
    if contents is not None:
        fields += [("content_size", ">i4"), ("content", "V16")]
    for start in range(0, len(subjects), _CHUNK):
        part = slice(start, start + _CHUNK)
        rows = np.zeros(len(subjects[part]), dtype=fields)
        rows["fields"] = 3 if contents is None else 4
        rows["key_size"], rows["key"] = len(MODEL_KEY), MODEL_KEY.encode()
        rows["subject_size"], rows["subject"] = 8, subjects[part]
        rows["vector_size"], rows["width"] = 4 + 2 * space.width, space.width
        rows["vector"] = vectors(space, points[part])
        if contents is not None:
            rows["content_size"], rows["content"] = 16, contents[part]
        yield rows.tobytes()
