"""What is exported is written as it is read: a library four times as large takes no more memory."""

import copy
import tracemalloc

import pytest
from django.db import connection

from embeddings.exports import arrays, files, rows
from embeddings.services import indexes
from embeddings.spaces import SPACES
from gallery.models import Image
from tests.factories import ImageFactory

pytestmark = pytest.mark.django_db
FEW, MANY = 1000, 4000

_VECTORS = """
INSERT INTO embeddings_cliphvector (image_id, content, model_key, vector)
SELECT id, fingerprint, 'h@' || id % 3, array_fill((id % 7 + 1)::real, ARRAY[1024])::halfvec
FROM gallery_image
"""


class Sink:
    """Takes all and keeps nothing."""

    size = 0

    def write(self, data: bytes) -> int:
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        pass


@pytest.fixture
def library(monkeypatch):
    monkeypatch.setattr(rows, "BLOCK", 100)
    first = ImageFactory(fingerprint="1" * 32)
    images = []
    for number in range(MANY):
        image = copy.copy(first)
        image.pk, image.name = None, f"{number}-{'x' * 60}.png"
        images.append(image)
    Image.objects.bulk_create(images)
    indexes.drop(SPACES["clip_h"])
    with connection.cursor() as cursor:
        cursor.execute(_VECTORS)


def peak_of(write, count: int) -> tuple[int, int]:
    """Most bytes in use at once, and how many were written."""
    sink = Sink()
    last = Image.objects.order_by("pk").values_list("pk", flat=True)[count - 1]
    images = Image.objects.filter(pk__lte=last)
    tracemalloc.start()
    try:
        with arrays.of(images, (SPACES["clip_h"], SPACES["clip_l"])) as found:
            write(found, sink)
        return tracemalloc.get_traced_memory()[1], sink.size
    finally:
        tracemalloc.stop()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE exported, exported_clip_h, exported_clip_l")


@pytest.mark.parametrize("write", [files.write_npz, files.write_safetensors])
def test_memory_does_not_grow_with_the_library(library, write):
    peak_of(write, FEW)  # imports, and what is made once
    few, written = peak_of(write, FEW)
    many, more = peak_of(write, MANY)
    assert more > 3.9 * written > 8_000_000
    assert many < few + 20_000
    assert many < 3_000_000
