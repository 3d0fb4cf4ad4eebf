"""A scripted library: of each family what was made of what is known, and beside it what only looks
like kin: other seeds of one prompt, one seed under another prompt or in another shape, cuttings."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pictures
from PIL import ImageEnhance
from PIL.PngImagePlugin import PngInfo

from gallery.demo import writers
from gallery.demo.recipes import Recipe

_SIZE = (208, 304)
_CHECKPOINTS = ("paperMoon_xl", "inkAndRain_v15", "saltedGlass_xl")
_SUBJECTS = ("a fennec", "a lighthouse", "an old tram", "a heron", "a greenhouse", "a clockmaker")
_PLACES = ("in fresh snow", "under red maples", "at low tide", "in a flooded street", "on a roof")


@dataclass(slots=True)
class Truth:
    """Names of files: versions of one picture, images of one idea, pictures with the same pixels
    whatever their size, and of a child its parent."""

    pictures: list[list[str]] = field(default_factory=list)
    ideas: list[list[str]] = field(default_factory=list)
    same_pixels: list[list[str]] = field(default_factory=list)
    parents: dict[str, str] = field(default_factory=dict)


def write(folder: Path, families: int, seed: int = 5) -> Truth:
    truth = Truth()
    for number in range(families):
        _Family(folder, number, np.random.default_rng(seed * 10_000 + number), truth).write()
    return truth


class _Family:
    def __init__(self, folder: Path, number: int, rng: np.random.Generator, truth: Truth) -> None:
        self._folder, self._copies = folder / f"set-{number % 7}", folder / "copies"
        for each in (self._folder, self._copies):
            each.mkdir(parents=True, exist_ok=True)
        self._number, self._rng, self._truth = number, rng, truth
        self._first_seed = 1_000_000 + number * 100

    def write(self) -> None:
        idea = [*self._enlarged(), *self._reworked(), *self._cut(), self._seed_alone()]
        self._near_misses(idea)
        self._truth.ideas.append(idea)

    def _enlarged(self) -> Iterator[str]:
        """Hires fix, then an upscaler; saved anew, copied, brightened without its texts."""
        base, picture, recipe = self._base(0)
        large = _grained(picture.resize((416, 608), Pictures.Resampling.LANCZOS), self._rng, 3)
        largest = large.resize((624, 912), Pictures.Resampling.LANCZOS)
        hires, upscaled, jpeg, webp, copy, bright = (
            self._name(what)
            for what in ("hires.png", "up.png", "j.jpg", "w.webp", "c.png", "b.png")
        )
        writers.a1111_png(self._folder / hires, large, recipe)
        writers.a1111_png(self._folder / upscaled, largest, recipe)
        writers.a1111_jpeg(self._folder / jpeg, picture, recipe)
        large.save(self._folder / webp, "WEBP", quality=80, method=1)
        shutil.copyfile(self._folder / hires, self._copies / copy)
        ImageEnhance.Brightness(largest).enhance(1.12).save(self._folder / bright)
        names = [base, hires, upscaled, jpeg, webp, copy, bright]
        self._truth.pictures.append(names)
        self._truth.same_pixels.append(names)
        self._truth.parents |= {
            hires: base, upscaled: hires, jpeg: base, webp: hires, copy: hires, bright: upscaled,
        }  # fmt: skip
        yield from names

    def _reworked(self) -> Iterator[str]:
        """From a recorded source: gently, anew, and in one place."""
        base, picture, recipe = self._base(1)
        gentle, anew, painted = (self._name(what) for what in ("i2i.png", "new.png", "inp.png"))
        other = _painted(self._rng)
        _comfy(self._folder / gentle, Pictures.blend(picture, other, 0.12), recipe, base, 0.35)
        _comfy(self._folder / anew, other, recipe, base, 0.9)
        within = picture.copy()
        within.paste(other.crop((120, 200, 170, 250)), (120, 200))
        _comfy(self._folder / painted, within, recipe, base, 0.7, is_masked=True)
        self._truth.pictures += [[base, gentle, painted], [anew]]
        self._truth.same_pixels.append([base, gentle, painted])
        self._truth.parents |= dict.fromkeys((gentle, anew, painted), base)
        yield from (base, gentle, painted)

    def _cut(self) -> Iterator[str]:
        """A hair off the edge is the same picture still; a cutting is another one."""
        base, picture, _ = self._base(2)
        width, height = picture.size
        trimmed, cutting = self._name("trim.jpg"), self._name("cut.png")
        picture.crop((2, 2, width - 2, height - 2)).save(self._folder / trimmed, "JPEG", quality=88)
        picture.crop((60, 80, width - 40, height - 90)).save(self._folder / cutting)
        self._truth.pictures += [[base, trimmed], [cutting]]
        self._truth.same_pixels.append([base, trimmed])
        self._truth.parents[trimmed] = base
        yield from (base, trimmed)

    def _seed_alone(self) -> str:
        name, _, _ = self._base(3)
        self._truth.pictures.append([name])
        return name

    def _near_misses(self, idea: list[str]) -> None:
        """One seed under another prompt, in another shape, and by another model."""
        recipe = self._recipe(0)
        for what, changed, size in (
            ("other-prompt", {"prompt": f"{recipe.prompt}, at night"}, _SIZE),
            ("other-shape", {}, (304, 208)),
            ("other-model", {"checkpoint": "another_v1"}, _SIZE),
        ):
            name = self._name(f"{what}.png")
            made = Recipe(**{**_fields(recipe), **changed, "size": size})
            writers.a1111_png(self._folder / name, _painted(self._rng, size), made)
            self._truth.pictures.append([name])
            if what == "other-shape":
                idea.append(name)
            else:
                self._truth.ideas.append([name])

    def _base(self, turn: int) -> tuple[str, Pictures.Image, Recipe]:
        name, picture, recipe = self._name(f"{turn}.png"), _painted(self._rng), self._recipe(turn)
        write = writers.a1111_png
        write(self._folder / name, picture, recipe)
        return name, picture, recipe

    def _recipe(self, turn: int) -> Recipe:
        number = self._number
        subject, place = _SUBJECTS[number % len(_SUBJECTS)], _PLACES[number // 6 % len(_PLACES)]
        checkpoint = _CHECKPOINTS[number % len(_CHECKPOINTS)]
        return Recipe(
            prompt=f"{subject} {place}, study {number}", negative_prompt="blurry, text",
            seed=self._first_seed + turn, steps=28, cfg_scale=6, sampler="DPM++ 2M",
            comfy_sampler="dpmpp_2m", scheduler="Karras", comfy_scheduler="karras",
            checkpoint=checkpoint, loras=(), size=_SIZE,
        )  # fmt: skip

    def _name(self, what: str) -> str:
        return f"{self._number:04d}-{what}"


def _fields(recipe: Recipe) -> dict[str, Any]:
    return {name: getattr(recipe, name) for name in Recipe.__dataclass_fields__}


def _painted(rng: np.random.Generator, size: tuple[int, int] = _SIZE) -> Pictures.Image:
    """Soft shapes: no two alike."""
    coarse = rng.integers(0, 255, (size[1] // 34, size[0] // 34, 3), np.uint8)
    soft = Pictures.fromarray(coarse).resize(size, Pictures.Resampling.BICUBIC)
    return _grained(soft, rng, 5)


def _grained(picture: Pictures.Image, rng: np.random.Generator, much: float) -> Pictures.Image:
    pixels = np.asarray(picture)
    grain = rng.normal(0, much, pixels.shape)
    return Pictures.fromarray((pixels + grain).clip(0, 255).astype(np.uint8))


def _comfy(
    path: Path,
    picture: Pictures.Image,
    recipe: Recipe,
    source: str,
    denoise: float,
    *,
    is_masked: bool = False,
) -> None:
    """ComfyUI's graph for what begins with a picture; another seed than that one's."""
    encode: dict[str, Any] = {"pixels": ["2", 0], "vae": ["1", 2]}
    if is_masked:
        encode |= {"mask": ["2", 1], "grow_mask_by": 6}
    sampler = {
        "model": ["1", 0], "positive": ["4", 0], "negative": ["5", 0], "latent_image": ["3", 0],
        "seed": recipe.seed + 50, "steps": recipe.steps, "cfg": recipe.cfg_scale,
        "sampler_name": "dpmpp_2m", "scheduler": "karras", "denoise": denoise,
    }  # fmt: skip
    nodes = {
        "1": ("CheckpointLoaderSimple", {"ckpt_name": f"{recipe.checkpoint}.safetensors"}),
        "2": ("LoadImage", {"image": source}),
        "3": ("VAEEncodeForInpaint" if is_masked else "VAEEncode", encode),
        "4": ("CLIPTextEncode", {"text": recipe.prompt, "clip": ["1", 1]}),
        "5": ("CLIPTextEncode", {"text": recipe.negative_prompt, "clip": ["1", 1]}),
        "6": ("KSampler", sampler),
        "7": ("VAEDecode", {"samples": ["6", 0], "vae": ["1", 2]}),
        "8": ("SaveImage", {"images": ["7", 0], "filename_prefix": "ComfyUI"}),
    }
    graph = {key: {"class_type": kind, "inputs": values} for key, (kind, values) in nodes.items()}
    texts = PngInfo()
    texts.add_text("prompt", json.dumps(graph))
    picture.save(path, "PNG", pnginfo=texts, compress_level=1)
