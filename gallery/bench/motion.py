"""Pictures and videos as generators write them: many shapes, soft and grainy, each file its own."""

import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

_VIDEOS = (
    ("mp4", "libx264", (832, 480), 81, 16),
    ("mp4", "libx264", (1280, 720), 121, 24),
    ("webm", "libvpx-vp9", (832, 480), 49, 16),
    ("mov", "libx264", (720, 1280), 61, 30),
)
_STILLS: tuple[tuple[str, str, tuple[int, int], dict[str, Any]], ...] = (
    ("png", "PNG", (1024, 1024), {"compress_level": 4}),
    ("jpg", "JPEG", (1216, 832), {"quality": 92}),
    ("webp", "WEBP", (832, 1216), {"quality": 90, "method": 2}),
    ("avif", "AVIF", (1024, 1024), {"quality": 75, "speed": 9}),
    ("gif", "GIF", (512, 512), {}),
    ("tif", "TIFF", (1024, 1024), {"compression": "tiff_lzw"}),
)


def write_videos(folder: Path, count: int) -> list[Path]:
    """The first of each kind is encoded, the others are the same pictures in another file."""
    folder.mkdir(parents=True)
    firsts = []
    for number, (suffix, codec, size, frames, rate) in enumerate(_VIDEOS):
        path = folder / f"first-{number}.{suffix}"
        _encode(path, codec, size, frames, rate)
        firsts.append(path)
    paths = []
    for number in range(count):
        first = firsts[number % len(firsts)]
        path = folder / f"{number:05d}{first.suffix}"
        path.write_bytes(first.read_bytes() + _nothing(first.suffix, number))
        paths.append(path)
    for first in firsts:
        first.unlink()
    return paths


def write_stills(folder: Path, count: int) -> list[Path]:
    folder.mkdir(parents=True)
    paths = []
    for number in range(count):
        suffix, form, size, options = _STILLS[number % len(_STILLS)]
        path = folder / f"{number:05d}.{suffix}"
        Image.fromarray(_scene(size, number)(0)).save(path, form, **options)
        paths.append(path)
    return paths


def _scene(size: tuple[int, int], seed: int) -> Callable[[float], npt.NDArray[np.uint8]]:
    """A picture at a time: soft shapes that drift, and grain."""
    rng = np.random.default_rng(seed)
    down, across = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    waves = rng.uniform(0.004, 0.05, (5, 3)).astype(np.float32)
    tints = rng.uniform(-60, 60, (5, 3)).astype(np.float32)
    grain = rng.normal(0, 6, (size[1], size[0], 1)).astype(np.float32)

    def at(time: float) -> npt.NDArray[np.uint8]:
        picture = np.full((size[1], size[0], 3), 128, dtype=np.float32) + grain
        for (x, y, speed), tint in zip(waves, tints, strict=True):
            wave = np.sin(across * x + down * y + time * speed * 40)
            picture += wave[:, :, None] * tint
        return picture.clip(0, 255).astype(np.uint8)

    return at


def _encode(path: Path, codec: str, size: tuple[int, int], frames: int, rate: int) -> None:
    scene = _scene(size, random.Random(path.name).randrange(1000))
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "veryfast"} if codec == "libx264" else {"cpu-used": "8"}
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(scene(number / rate), format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _nothing(suffix: str, number: int) -> bytes:
    """A box that every reader steps over, and that makes the file another one."""
    body = struct.pack(">Q", number)
    if suffix == ".webm":
        return b"\xec" + bytes((0x80 | len(body),)) + body
    return struct.pack(">L", 8 + len(body)) + b"free" + body
