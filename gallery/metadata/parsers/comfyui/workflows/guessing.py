"""Values of classes nobody told us of: samplers, schedulers, files and texts tell themselves."""

import re
from collections.abc import Sequence
from typing import Any

_SAMPLER = re.compile(
    r"(?:euler|heun|dpm|dpmpp|lms|ddim|ddpm|uni_pc|lcm|ipndm|deis|res_|er_sde|gradient_est|seeds_"
    r"|sa_solver|exp_heun|tcd|restart|sample_)\w*\Z"
)
_SCHEDULERS = frozenset(
    (
        "normal",
        "karras",
        "exponential",
        "sgm_uniform",
        "simple",
        "ddim_uniform",
        "beta",
        "linear_quadratic",
        "kl_optimal",
        "beta57",
        "bong_tangent",
        "turbo",
        "align_your_steps",
        "polyexponential",
        "laplace",
    )
)
_MODEL_FILE = re.compile(r".+\.(?:safetensors|ckpt|pt|pth|bin|gguf|sft)\Z", re.I | re.S)
_PICTURE_FILE = re.compile(r".+\.(?:png|jpe?g|webp|gif|avif|bmp)(?: \[\w+\])?\Z", re.I | re.S)
# A preset: `512 x 768`, ` 832 x 1216 (portrait)`; no text, for all its words.
_SIZE = re.compile(r"\s{0,9}\d{2,5}\s?[xX\u00d7*]\s?\d{2,5}(?!\d)[^,]{0,40}\Z")
_DIGIT = re.compile(r"\d")
_CONTROLS = ("fixed", "randomize", "increment", "decrement")
_KINDS = (
    ("lora", "lora_name"),
    ("vae", "vae_name"),
    ("controlnet", "control_net_name"),
    ("unet", "unet_name"),
    ("clip", "clip_name"),
    ("upscale", "model_name"),
    ("detector", "model_name"),
    ("ipadapter", "ipadapter_file"),
)


def guess(
    kind: str, own: Sequence[str], values: list[Any], *, is_service: bool = False
) -> dict[str, Any]:
    """Names for the values of a node; `own` are those of its inputs, not all of its values.

    `is_service` where it makes a picture of nothing but words and pictures.
    """
    names: dict[int, str] = {}
    for at, value in enumerate(values):
        if not isinstance(value, str):
            continue
        before = values[at - 1] if at else None
        if value in _CONTROLS and _is_whole(before):
            names.setdefault(at - 1, "seed")
            names[at] = "control_after_generate"
        elif _SAMPLER.match(value) and at + 1 < len(values) and _is_scheduler(values[at + 1]):
            names[at], names[at + 1] = "sampler_name", "scheduler"
            _name_numbers(names, values, at)
        elif _MODEL_FILE.match(value):
            _name_file(names, values, at, kind.lower())
        elif _PICTURE_FILE.match(value) and "load" in kind.lower():
            names.setdefault(at, "image")
    _name_text(names, values, is_service)
    _name_own(names, own, values)
    found: dict[str, Any] = {}
    for at, value in enumerate(values):
        name = names.get(at, f"value {at + 1}")
        if name != "control_after_generate" and name not in found:
            found[name] = value
    return found


def _name_numbers(names: dict[int, str], values: list[Any], at: int) -> None:
    """Steps and CFG stand before the sampler, denoise after the scheduler."""
    if at >= 2 and _is_whole(values[at - 2]) and _is_number(values[at - 1]):
        names.setdefault(at - 2, "steps")
        names.setdefault(at - 1, "cfg")
    if at + 2 < len(values) and _is_number(values[at + 2]) and 0 <= values[at + 2] <= 1:
        names.setdefault(at + 2, "denoise")


def _name_file(names: dict[int, str], values: list[Any], at: int, kind: str) -> None:
    name = next((name for word, name in _KINDS if word in kind), "ckpt_name")
    if name in names.values():
        return
    names[at] = name
    if name == "lora_name":
        for offset, weight in enumerate(("strength_model", "strength_clip"), start=1):
            if at + offset < len(values) and _is_number(values[at + offset]):
                names.setdefault(at + offset, weight)


def _name_text(names: dict[int, str], values: list[Any], is_service: bool) -> None:
    """The longest text of several words is the node's text; a loader has a negative one, too."""
    texts = [
        (len(value), -at)
        for at, value in enumerate(values)
        if at not in names
        and isinstance(value, str)
        and len(value.split(maxsplit=1)) > 1
        and not _SIZE.match(value)
    ]
    if is_service:
        asked = (-at for _, at in texts if _is_order(values[-at], "seed" in names.values()))
        if (place := next(asked, None)) is not None:
            names[place] = "prompt"
    elif len(texts) > 1 and "ckpt_name" in names.values():
        first, second = sorted(-at for _, at in sorted(texts)[-2:])
        names[first], names[second] = "positive", "negative"
    elif texts:
        names[-max(texts)[1]] = "text"


def _is_order(text: str, has_seed: bool) -> bool:
    """What a service was asked for, the first sentence; a few words may be a setting's (`scale
    dimensions`) or a model's (`PixVerse V6`)."""
    return len(text.split(maxsplit=4)) > 4 or (has_seed and not _DIGIT.search(text))


def _name_own(names: dict[int, str], own: Sequence[str], values: list[Any]) -> None:
    """A single value belongs to the single input."""
    if len(own) == 1 and len(values) == 1:
        names[0] = own[0]


def _is_scheduler(value: Any) -> bool:
    return isinstance(value, str) and value in _SCHEDULERS


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
