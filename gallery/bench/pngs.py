"""Tens of thousands of tiny PNGs with true metadata, written as fast as the disk takes them."""

import json
import random
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SIDE = 32
_WORDS = ("fennec", "girl", "neon", "rain", "night", "city", "stage", "scarf", "snow", "castle")
PROMPTS = 500


def write_library(folder: Path, files: int, folders: int, seed: int = 1) -> int:
    """`files` PNGs evenly over `folders`, one in five with a ComfyUI graph; returns their bytes."""
    rng = random.Random(seed)
    prompts = [", ".join(rng.choices(_WORDS, k=rng.randint(8, 30))) for _ in range(PROMPTS)]
    head, tail = _picture()
    written = 0
    for number in range(folders):
        place = folder / f"set-{number % 20:02d}" / f"day-{number:04d}"
        place.mkdir(parents=True)
        for index in range(number, files, folders):
            text = _comfy(rng, prompts) if index % 5 == 0 else _infotext(rng, prompts)
            data = head + text + tail
            (place / f"{index:08d}.png").write_bytes(data)
            written += len(data)
    return written


def pictures(seed: int) -> Iterator[bytes]:
    """PNGs without end, each with an infotext of its own."""
    rng = random.Random(seed)
    head, tail = _picture()
    while True:
        yield head + _infotext(rng, [f"{rng.choice(_WORDS)} {rng.random()}"]) + tail


def _picture() -> tuple[bytes, bytes]:
    rows = b"".join(
        b"\0" + bytes((x * 8 ^ y * 4) & 255 for x in range(_SIDE) for _ in range(3))
        for y in range(_SIDE)
    )
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    head = _SIGNATURE + _chunk(b"IHDR", header)
    return head, _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _infotext(rng: random.Random, prompts: list[str]) -> bytes:
    text = (
        f"{rng.choice(prompts)} <lora:style_{rng.randint(1, 30)}:0.8>\n"
        f"Negative prompt: blurry, {rng.choice(prompts)[:60]}\n"
        f"Steps: {rng.randint(20, 40)}, Sampler: DPM++ 2M, Schedule type: Karras, "
        f"CFG scale: {rng.randint(3, 9)}, Seed: {rng.getrandbits(32)}, Size: {_SIDE}x{_SIDE}, "
        f"Model hash: 879db523c3, Model: checkpoint_{rng.randint(1, 40)}, Version: v1.10.1"
    )
    return _chunk(b"tEXt", b"parameters\0" + text.encode("latin-1"))


def _comfy(rng: random.Random, prompts: list[str]) -> bytes:
    checkpoint = f"checkpoint_{rng.randint(1, 40)}.safetensors"
    graph = {
        "3": _node(
            "KSampler",
            seed=rng.getrandbits(63),
            steps=rng.randint(20, 40),
            cfg=7,
            sampler_name="euler",
            scheduler="normal",
            denoise=1,
            model=["4", 0],
            positive=["6", 0],
            negative=["7", 0],
            latent_image=["5", 0],
        ),
        "4": _node("CheckpointLoaderSimple", ckpt_name=checkpoint),
        "5": _node("EmptyLatentImage", width=_SIDE, height=_SIDE, batch_size=1),
        "6": _node("CLIPTextEncode", text=rng.choice(prompts), clip=["4", 1]),
        "7": _node("CLIPTextEncode", text="watermark", clip=["4", 1]),
        "8": _node("VAEDecode", samples=["3", 0], vae=["4", 2]),
        "9": _node("SaveImage", filename_prefix="ComfyUI", images=["8", 0]),
    }
    return _chunk(b"tEXt", b"prompt\0" + json.dumps(graph).encode())


def _node(kind: str, **inputs: object) -> dict[str, object]:
    return {"class_type": kind, "inputs": inputs}
