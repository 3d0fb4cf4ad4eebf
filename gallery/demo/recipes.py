"""What a generator would have been told to make a picture like the one that was painted."""

import hashlib
from dataclasses import dataclass

import numpy as np

from gallery.demo.canvas import Random, Size

_NEGATIVES = (
    "blurry, lowres, jpeg artifacts, watermark, signature, text",
    "people, text, watermark, frame, oversaturated",
    "worst quality, low quality, noise, banding",
)
_CHECKPOINTS = ("demoPainter_xl_v20", "demoLandscape_v15", "demoAbstract_xl", "demoInk_v3")
_LORAS = {
    "mountains": "fog_and_ridges",
    "dunes": "raking_light",
    "aurora": "northern_lights_v2",
    "waves": "moon_road",
    "city": "rain_and_neon",
    "nebula": "deep_sky",
    "planet": "ringed_worlds",
    "blossom": "petal_fall",
    "glass": "leaded_glass",
    "crystals": "cut_facets",
}
_SAMPLERS = (  # as A1111 and ComfyUI name the same sampler, and its schedule
    ("DPM++ 2M", "dpmpp_2m", "Karras", "karras"),
    ("Euler a", "euler_ancestral", "Automatic", "normal"),
    ("DPM++ SDE", "dpmpp_sde", "Karras", "karras"),
    ("Euler", "euler", "Simple", "simple"),
    ("DPM++ 2M SDE", "dpmpp_2m_sde", "Exponential", "exponential"),
    ("UniPC", "uni_pc", "Normal", "normal"),
)


@dataclass(frozen=True)
class Lora:
    name: str
    weight: float


@dataclass(frozen=True)
class Recipe:
    prompt: str
    negative_prompt: str
    seed: int
    steps: int
    cfg_scale: float
    sampler: str
    comfy_sampler: str
    scheduler: str
    comfy_scheduler: str
    checkpoint: str
    loras: tuple[Lora, ...]
    size: Size


def write(style: str, prompt: str, seed: int, size: Size, random: Random) -> Recipe:
    """A recipe that fits a painting; the same for the same random state."""
    sampler = _SAMPLERS[random.integers(len(_SAMPLERS))]
    loras: tuple[Lora, ...] = ()
    if style in _LORAS and random.random() < 0.6:
        loras = (Lora(_LORAS[style], round(float(random.choice(np.arange(0.5, 1.05, 0.1))), 2)),)
        if random.random() < 0.3:
            loras = (*loras, Lora("fine_grain", 0.35))
    return Recipe(
        prompt=prompt,
        negative_prompt=_NEGATIVES[random.integers(len(_NEGATIVES))],
        seed=seed,
        steps=int(random.choice([20, 24, 28, 30, 36])),
        cfg_scale=float(random.choice([3.5, 4.5, 5, 6, 7])),
        sampler=sampler[0],
        comfy_sampler=sampler[1],
        scheduler=sampler[2],
        comfy_scheduler=sampler[3],
        checkpoint=_CHECKPOINTS[random.integers(len(_CHECKPOINTS))],
        loras=loras,
        size=size,
    )


def digest(name: str, length: int = 64) -> str:
    """The hash that the file of that name would have if it existed."""
    return hashlib.sha256(name.encode()).hexdigest()[:length]
