"""Tiny real picture files with real metadata, made where a test needs them."""

import json
import struct
from pathlib import Path
from typing import Any

from PIL import Image, PngImagePlugin

INFOTEXT = """masterpiece, fennec girl singing on a stage, neon lights <lora:luna_v3:0.8>
Negative prompt: blurry, watermark
Steps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 5.5, Seed: 4183920117736, \
Size: 832x1216, Model hash: 879db523c3, Model: illustrious_v1, Clip skip: 2, \
Lora hashes: "luna_v3: 1a2b3c4d5e6f, other: ffffeeee0000", Version: v1.10.1"""

GRAPH: dict[str, Any] = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 18446744073709551615,
            "steps": 20,
            "cfg": 8,
            "sampler_name": "euler",
            "scheduler": "normal",
            "denoise": 1,
            "model": ["4", 0],
            "positive": ["7", 0],
            "negative": ["6", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {
        "class_type": "CheckpointLoaderSimple",
        "inputs": {"ckpt_name": "sd_xl_base_1.0.safetensors"},
    },
    "5": {
        "class_type": "EmptyLatentImage",
        "inputs": {"width": 1024, "height": 1024, "batch_size": 1},
    },
    # Named against what they do: only the links tell which text is which.
    "6": {
        "class_type": "CLIPTextEncode",
        "inputs": {"text": "text, watermark", "clip": ["4", 1]},
        "_meta": {"title": "Positive"},
    },
    "7": {
        "class_type": "CLIPTextEncode",
        "inputs": {"text": "a bottle with a galaxy inside", "clip": ["4", 1]},
        "_meta": {"title": "Negative"},
    },
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "ComfyUI", "images": ["8", 0]}},
}


def paint(
    size: tuple[int, int] = (64, 48), colour: tuple[int, int, int] = (200, 120, 40)
) -> Image.Image:
    picture = Image.new("RGB", size, colour)
    picture.paste((20, 40, 160), (0, 0, size[0] // 2, size[1] // 2))
    return picture


def png(path: Path, texts: dict[str, str] | None = None, **paint_args: Any) -> Path:
    info = PngImagePlugin.PngInfo()
    for key, text in (texts or {}).items():
        info.add_text(key, text)
    path.parent.mkdir(parents=True, exist_ok=True)
    paint(**paint_args).save(path, "PNG", pnginfo=info)
    return path


def a1111_png(path: Path, infotext: str = INFOTEXT, **paint_args: Any) -> Path:
    return png(path, {"parameters": infotext}, **paint_args)


def comfy_png(path: Path, graph: dict[str, Any] | None = None, **paint_args: Any) -> Path:
    return png(path, {"prompt": json.dumps(graph or GRAPH)}, **paint_args)


def exif_with_comment(text: str, encoding: str = "utf-16-be") -> bytes:
    """An EXIF block (big endian TIFF) whose UserComment is `text`, as A1111 writes it."""
    comment = b"UNICODE\0" + text.encode(encoding)
    ifd0 = struct.pack(">HHHLLL", 1, 0x8769, 4, 1, 26, 0)
    exif_ifd = struct.pack(">HHHLLL", 1, 0x9286, 7, len(comment), 44, 0)
    return b"Exif\0\0MM\0*" + struct.pack(">L", 8) + ifd0 + exif_ifd + comment


def jpeg(path: Path, comment: str | None = None, **paint_args: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    extra = {"exif": exif_with_comment(comment)} if comment is not None else {}
    paint(**paint_args).save(path, "JPEG", quality=85, **extra)
    return path


def webp(path: Path, comment: str | None = None, **paint_args: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    extra = {"exif": exif_with_comment(comment)} if comment is not None else {}
    paint(**paint_args).save(path, "WEBP", quality=85, **extra)
    return path
