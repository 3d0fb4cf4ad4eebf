"""Tiny model files, as trainers and mergers write them."""

import json
import struct
from pathlib import Path

import numpy
from safetensors.numpy import save_file

LORA = ("lora_unet_down_blocks_0.lora_up.weight", "lora_unet_down_blocks_0.lora_down.weight")


def model(path: Path, *names: str, metadata: dict[str, str] | None = None, fill: float = 0) -> Path:
    """A safetensors file with a small tensor of each name; `fill` makes contents differ."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {name: numpy.full((2, 2), fill, numpy.float16) for name in names or ("weight",)}
    save_file(tensors, path, metadata)
    return path


def with_header(path: Path, header: bytes, data: bytes = b"", length: int | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(header) if length is None else length) + header + data)
    return path


def gguf(path: Path, texts: dict[str, str], names: tuple[str, ...] = ()) -> Path:
    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value.encode())) + value.encode()

    data = b"GGUF" + struct.pack("<IQQ", 3, len(names), len(texts))
    for key, value in texts.items():
        data += text(key) + struct.pack("<I", 8) + text(value)
    for name in names:
        data += text(name) + struct.pack("<IQQIQ", 2, 4, 4, 0, 0)
    path.write_bytes(data)
    return path


def info(path: Path, **content: object) -> Path:
    path.write_text(json.dumps(content))
    return path
