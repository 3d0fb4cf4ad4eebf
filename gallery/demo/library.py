"""The demo's pictures as files: which, how, where and how old. One count gives one list."""

import functools
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType

import numpy as np

from gallery.demo import recipes, writers
from gallery.demo.canvas import Size
from gallery.demo.painters import (
    attractor,
    aurora,
    blossom,
    city,
    crystals,
    currents,
    dunes,
    glass,
    julia,
    mountains,
    nebula,
    planet,
    waves,
)

_SEED = 4_183_920_117
_SPREAD = timedelta(days=130)

_PAINTERS: tuple[ModuleType, ...] = (
    mountains,
    currents,
    aurora,
    glass,
    planet,
    dunes,
    julia,
    blossom,
    waves,
    attractor,
    city,
    nebula,
    crystals,
)
_SIZES: tuple[Size, ...] = (
    (704, 1024),
    (1024, 704),
    (896, 896),
    (704, 1024),
    (1024, 576),
    (768, 1024),
    (1024, 704),
)
_Writing = tuple[writers.Writer, str, str]  # how, into which folder, suffix
_COMMON: tuple[_Writing, ...] = (
    (writers.a1111_png, "webui/txt2img-images", "png"),
    (writers.comfy_png, "ComfyUI/output", "png"),
    (writers.forge_png, "forge/txt2img-images", "png"),
    (writers.comfy_png, "ComfyUI/output", "png"),
    (writers.a1111_jpeg, "webui/txt2img-images", "jpg"),
    (writers.a1111_png, "webui/txt2img-images", "png"),
    (writers.comfy_webp, "ComfyUI/output", "webp"),
    (writers.a1111_webp, "webui/txt2img-images", "webp"),
)
_WRITERS: tuple[_Writing, ...] = (
    *_COMMON,
    (writers.swarm_png, "SwarmUI/raw", "png"),
    *_COMMON,
    (writers.fooocus_png, "Fooocus/outputs", "png"),
    *_COMMON,
    (writers.invoke_png, "InvokeAI/outputs", "png"),
    *_COMMON,
    (writers.novelai_png, "NovelAI", "png"),
)


@dataclass(frozen=True)
class Piece:
    index: int
    painter: ModuleType
    size: Size
    seed: int
    writer: writers.Writer
    path: str
    age: timedelta


@functools.cache
def pieces(count: int) -> tuple[Piece, ...]:
    """Newest last. Ages come in sittings, as people work: some days many, most days none."""
    random = np.random.default_rng(_SEED)
    ages = np.sort(random.beta(0.9, 1.6, count))[::-1]
    days = np.round(ages * _SPREAD.days * 0.5) / 0.5
    return tuple(_piece(index, timedelta(days=float(days[index]))) for index in range(count))


def _piece(index: int, day: timedelta) -> Piece:
    random = np.random.default_rng(_SEED + index)
    painter = _PAINTERS[(index * 5 + index // len(_PAINTERS)) % len(_PAINTERS)]
    writer, folder, suffix = _WRITERS[index * 5 % len(_WRITERS)]
    style = painter.__name__.rpartition(".")[2]
    return Piece(
        index=index,
        painter=painter,
        size=_SIZES[int(random.integers(len(_SIZES)))],
        seed=int(random.integers(1, 2**48)),
        writer=writer,
        path=f"{folder}/{index:05d}-{style}.{suffix}",
        age=day + timedelta(hours=float(random.uniform(0, 5))),
    )


def make(folder: Path, piece: Piece, now: datetime) -> bool:
    """Paints and saves one piece; False where its place is taken, which is left as it is."""
    target = folder / piece.path
    if target.exists():
        return False
    random = np.random.default_rng(piece.seed)
    work = piece.painter.paint(piece.size, random)
    style = piece.painter.__name__.rpartition(".")[2]
    recipe = recipes.write(style, work.prompt, piece.seed, piece.size, random)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.partial")
    piece.writer(unfinished, work.image, recipe)
    made_at = (now - piece.age).timestamp()
    os.utime(unfinished, (made_at, made_at))
    unfinished.replace(target)
    return True
