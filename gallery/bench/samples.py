"""A few hundred files with true metadata where no collection is at hand, and what they must say."""

import json
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gallery.bench import workflows
from gallery.bench.manifests import Sample
from gallery.demo import recipes, writers
from gallery.demo.recipes import Recipe

_SIDE = 16
_SEED = 7
# Two files in three are ComfyUI's, as in collections of today.
_OTHERS: tuple[tuple[str, str, writers.Writer], ...] = (
    ("automatic1111", "png", writers.a1111_png),
    ("automatic1111", "jpg", writers.a1111_jpeg),
    ("automatic1111", "webp", writers.a1111_webp),
    ("forge", "png", writers.forge_png),
    ("comfyui", "webp", writers.comfy_webp),
    ("swarmui", "png", writers.swarm_png),
    ("fooocus", "png", writers.fooocus_png),
    ("novelai", "png", writers.novelai_png),
    ("invokeai", "png", writers.invoke_png),
)
_WRITERS = tuple(
    each for other in _OTHERS for each in (other, *(("comfyui", "png", workflows.png),) * 2)
)
_NO_MODEL = frozenset(("novelai",))
_CONTROLS = (
    ("Comment", "Created with GIMP"),
    ("Description", "Three steps: one, two, three. Size: large, Seed: of doubt"),
    ("parameters_of_the_camera", json.dumps({"prompt": "no"})),
)


def write(folder: Path, rounds: int) -> list[Sample]:
    """`rounds` times a file of each writer, and some that no generator made."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(_SEED)
    picture = Image.new("RGB", (_SIDE, _SIDE), (90, 60, 120))
    samples = []
    for number in range(rounds * len(_WRITERS)):
        generator, suffix, writer = _WRITERS[number % len(_WRITERS)]
        prompt = f"a fox number {number}, snow,\nneon lights, {random.integers(10**9)}"
        seed = int(random.integers(1, 2**48))
        recipe = recipes.write("aurora", prompt, seed, (832, 1216), random)
        path = folder / f"{generator}-{number:04d}.{suffix}"
        writer(path, picture, recipe)
        samples.append(Sample(path, path.name, generator, "W", _expected(generator, recipe)))
    for number, (key, text) in enumerate(_CONTROLS):
        path = folder / f"control-{number}.png"
        info = PngInfo()
        info.add_text(key, text)
        picture.save(path, pnginfo=info)
        samples.append(Sample(path, path.name, "none", "", is_control=True))
    return samples


def _expected(generator: str, recipe: Recipe) -> dict[str, str]:
    expected = {
        "prompt": recipe.prompt,
        "negative": recipe.negative_prompt,
        "seed": str(recipe.seed),
        "steps": str(recipe.steps),
        "cfg": str(recipe.cfg_scale),
        "size": f"{recipe.size[0]}x{recipe.size[1]}",
    }
    if generator in ("automatic1111", "forge"):
        expected["sampler"] = f"{recipe.sampler} {recipe.scheduler}"
        tags = "".join(f" <lora:{lora.name}:{lora.weight:g}>" for lora in recipe.loras)
        expected["prompt"] += tags
    if generator == "comfyui" and recipe.cfg_scale < 4:
        # Graphs in the manner of Flux: a network of their own, and no negative prompt.
        del expected["negative"]
    elif generator not in _NO_MODEL:
        expected["model"] = recipe.checkpoint
    return expected
