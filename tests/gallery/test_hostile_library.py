"""A folder of broken and hostile files of our own making, through scan, stages and page: each shows
something or says why not, and what it says of itself is kept whatever became of its pixels."""

import os
import struct
import zlib
from pathlib import Path

import pytest
from django.urls import reverse

from gallery.models import Image
from gallery.pipeline import planning, registry, runner
from gallery.services import roots
from tests import pictures
from tests.gallery.media.encoded import encoded, orientation_exif, quadrants
from tests.gallery.media.films import film, sound_alone
from tests.gallery.scanning.conftest import Progress, look, read

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PROMPT = "fennec girl singing on a stage"


def chunk(kind: bytes, body: bytes, checksum: int | None = None) -> bytes:
    right = zlib.crc32(kind + body)
    return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", checksum or right)


def png(*extra: bytes, size: tuple[int, int] = (64, 48), pixels: bytes | None = None) -> bytes:
    """With the text of a generator, then `extra`, then pixels of a single shade."""
    rows = zlib.compress(bytes((size[0] + 1) * size[1])) if pixels is None else pixels
    header = struct.pack(">LLBBBBB", *size, 8, 0, 0, 0, 0)
    text = chunk(b"tEXt", b"parameters\0" + pictures.INFOTEXT.encode())
    parts = (chunk(b"IHDR", header), text, *extra, chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return SIGNATURE + b"".join(parts)


BOMB = zlib.compress(bytes(64 * 1024 * 1024), 9)
GRAIN = encoded(quadrants((400, 300)), "JPEG", exif=pictures.exif_with_comment(pictures.INFOTEXT))

# Those whose pixels can be shown, those whose cannot; each carries a prompt.
SHOWN = {
    "stale-checksum.png": png(chunk(b"tEXt", b"workflow\0{}", checksum=1)),
    "text-bomb.png": png(chunk(b"zTXt", b"comment\0\0" + BOMB)),
    "profile-bomb.png": png(chunk(b"iCCP", b"p\0\0" + BOMB)),
    "many-texts.png": png(*[chunk(b"tEXt", b"k\0v")] * 20_000),
    "cut.jpg": GRAIN[: len(GRAIN) * 2 // 3],
    "named-otherwise.webp": png(),
}
HIDDEN = {
    "claims-much.png": png(size=(30_000, 15_000), pixels=zlib.compress(bytes(1000))),
    "claims-all.png": png(size=(2**31 - 1, 2**31 - 1), pixels=b""),
    "no-pixels.png": png(pixels=b"junk" * 20),
}
# Without any text.
OTHERS = {
    "empty.png": b"",
    "zeros.png": bytes(5000),
    "page.jpg": b"<!doctype html><title>404</title>",
    "pointer.png": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    "words.gif": b"no picture at all",
    "header.gif": b"GIF89a\1\0\1\0\0\0\0",
    "loop.webp": b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff",
    "turned.webp": encoded(quadrants(), "WEBP", exif=orientation_exif(6)),
}


@pytest.fixture
def library(db, library_folder: Path) -> Path:
    for name, data in {**SHOWN, **HIDDEN, **OTHERS}.items():
        (library_folder / name).write_bytes(data)
    whole = film(library_folder / "a.mp4").read_bytes()
    (library_folder / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    sound_alone(library_folder / "sound.webm")
    for path in library_folder.iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))  # done being written
    root = roots.add(roots.collection("default"), library_folder)
    look(root)
    read(root)
    stages = registry.stages("default")
    for ids in planning.chunks(root.collection, stages, 100):
        runner.run(ids, stages, Progress())
    return library_folder


def test_each_file_shows_something_or_says_why_not(library, client):
    assert not Image.objects.filter(read_version=None, failures=None).exists()
    assert not Image.objects.filter(thumbnail_version=None, failures=None).exists()
    for image in Image.objects.prefetch_related("failures", "metadata"):
        answer = client.get(reverse("image", args=["default", image.pk]))
        assert answer.status_code == 200, image.name
        for failure in image.failures.all():
            assert failure.reason.endswith("."), image.name
            assert len(failure.reason) > 15, image.name


def test_what_can_be_shown_is_shown_and_what_can_be_read_is_read(library, client):
    shown = set(Image.objects.exclude(thumbnail_version=None).values_list("name", flat=True))
    assert shown == {*SHOWN, "turned.webp", "a.mp4"}
    for image in Image.objects.filter(name__in=[*SHOWN, *HIDDEN]).select_related("prompt"):
        assert image.prompt, image.name
        assert PROMPT in image.prompt.text, image.name
        page = client.get(reverse("image", args=["default", image.pk])).content.decode()
        assert PROMPT in page, image.name
