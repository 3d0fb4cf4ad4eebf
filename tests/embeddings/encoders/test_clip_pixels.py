"""What CLIP is shown, beside ComfyUI's formula written out with torch."""

import io
import time

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from embeddings.encoders.clip_pixels import prepare


def comfyui(picture: Image.Image) -> np.ndarray:
    """Load: upright, RGB, 0 to 1. CLIP vision: the shorter side to 224, the middle, 8 bits."""
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    pixels = torch.from_numpy(np.array(upright).astype(np.float32) / 255.0)[None].movedim(-1, 1)
    if pixels.shape[2:] != (224, 224):
        scale = 224 / min(pixels.shape[2:])
        size = round(scale * pixels.shape[2]), round(scale * pixels.shape[3])
        pixels = torch.nn.functional.interpolate(pixels, size=size, mode="bicubic", antialias=True)
        top, left = (pixels.shape[2] - 224) // 2, (pixels.shape[3] - 224) // 2
        pixels = pixels[:, :, top : top + 224, left : left + 224]
    return torch.clip(255.0 * pixels, 0, 255).round()[0].movedim(0, -1).numpy().astype(np.uint8)


def noise(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    rng = np.random.default_rng(size)
    channels = {"RGB": 3, "RGBA": 4}[mode]
    return Image.fromarray(rng.integers(0, 256, (size[1], size[0], channels), dtype=np.uint8), mode)


@pytest.mark.parametrize(
    "size",
    [(512, 512), (1024, 1024), (832, 1216), (1216, 832), (224, 224), (224, 300), (100, 37),
     (1, 1), (3, 2), (2048, 230), (225, 223), (1, 40), (40, 1)],
)  # fmt: skip
def test_pixels_are_those_that_comfyui_gives(size: tuple[int, int]) -> None:
    picture = noise(size)
    ours, theirs = prepare(picture), comfyui(picture)
    assert ours.shape == (224, 224, 3)
    assert ours.dtype == np.uint8
    off = np.abs(ours.astype(int) - theirs)
    assert off.max() <= 1
    assert (off > 0).mean() < 0.005  # halves that floats round either way


def test_transparency_is_dropped_as_comfyui_drops_it() -> None:
    picture = noise((300, 200), "RGBA")
    assert np.abs(prepare(picture).astype(int) - comfyui(picture)).max() <= 1


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "CMYK", "I;16"])
def test_any_mode_is_taken(mode: str) -> None:
    base = noise((300, 200))
    picture = Image.new(mode, (300, 200), 1) if mode == "I;16" else base.convert(mode)
    assert prepare(picture).shape == (224, 224, 3)


def test_a_picture_on_its_side_is_shown_upright() -> None:
    """The library hands pictures out upright; this is what it must amount to."""
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    noise((300, 200)).save(file, "PNG", exif=exif)
    stored = Image.open(file)
    assert np.abs(prepare(ImageOps.exif_transpose(stored)).astype(int) - comfyui(stored)).max() <= 1


def test_huge_pictures_are_within_one_of_256() -> None:
    picture = noise((4100, 4000))
    assert np.abs(prepare(picture).astype(int) - comfyui(picture)).max() <= 1


@pytest.mark.parametrize("size", [(20_000, 1), (1, 20_000), (20_000, 300), (20_000, 2_000)])
def test_extreme_pictures_cost_little(size: tuple[int, int]) -> None:
    picture = Image.new("RGB", size, (10, 200, 30))
    start = time.process_time()
    shown = prepare(picture)
    assert time.process_time() - start < 2
    assert (shown == (10, 200, 30)).all()
