import imagehash
import numpy as np
import pytest
from PIL import Image

from gallery.media import phash


def scene(seed: int) -> Image.Image:
    small = np.random.default_rng(seed).integers(0, 255, (9, 7, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((256, 320), Image.Resampling.BICUBIC)


def as_integer(reference: imagehash.ImageHash) -> int:
    return int(np.packbits(reference.hash.flatten()).view(">i8")[0])


def test_a_batch_equals_imagehash_one_by_one():
    scenes = [scene(seed) for seed in range(40)]
    hashes = phash.of([phash.gray(image) for image in scenes])
    assert hashes == [as_integer(imagehash.phash(image)) for image in scenes]
    assert any(value < 0 for value in hashes)


def test_a_smaller_copy_is_near_and_another_picture_is_far():
    one, copy, other = phash.of(
        [phash.gray(scene(1)), phash.gray(scene(1).resize((100, 125))), phash.gray(scene(2))]
    )
    assert bin((one ^ copy) & (2**64 - 1)).count("1") <= 4
    assert bin((one ^ other) & (2**64 - 1)).count("1") >= 16


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_a_flat_picture_has_a_hash(colour):
    assert len(phash.of([phash.gray(Image.new("L", (50, 50), colour))])) == 1


def test_no_pictures_no_hashes():
    assert phash.of([]) == []


def test_what_lies_under_full_transparency_does_not_count():
    dark, light = (Image.new("RGBA", (64, 64), (v, v, v, 0)) for v in (0, 255))
    for image in (dark, light):
        image.paste((200, 30, 90, 255), (10, 10, 30, 50))
    assert phash.of([phash.gray(dark)]) == phash.of([phash.gray(light)])
