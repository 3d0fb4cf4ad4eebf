"""Parameters as one text in AUTOMATIC1111's form, which most tools accept by paste or as `X.txt`.

Grammar as its `infotext_utils.py` has it: prompt, a `Negative prompt:` line, a line of `Key: value`
pairs; a value that holds a comma, a colon or a newline is a JSON string.
"""

import json
from collections.abc import Sequence

from gallery.exports import parameters
from gallery.metadata import GenerationParameters, ResourceUse
from gallery.models import Image, ImageResource, Resource


def of(image: Image, uses: Sequence[ImageResource]) -> str:
    """Needs the prompts, the checkpoint and, if there is one, the metadata loaded."""
    return write(parameters.of(image, uses))


def write(made: GenerationParameters) -> str:
    """Reads back as the same, as far as infotext has a place for it; empty where nothing is known.

    A LoRA that is not in the prompt, as in ComfyUI, becomes a tag at its end.
    """
    lines = [" ".join(filter(None, [made.prompt, *_missing_lora_tags(made)]))]
    if made.negative_prompt:
        lines.append(f"Negative prompt: {made.negative_prompt}")
    lines.append(", ".join(f"{key}: {_quoted(value)}" for key, value in _pairs(made).items()))
    return "\n".join(filter(None, lines))


def number(value: float) -> str:
    """5.5 and 8, never 8.0."""
    return f"{value:.6g}"


def _pairs(made: GenerationParameters) -> dict[str, str]:
    checkpoint = _first(made, Resource.Kind.CHECKPOINT)
    vae = _first(made, Resource.Kind.VAE)
    pairs = [
        ("Steps", "" if made.steps is None else str(made.steps)),
        ("Sampler", made.sampler),
        ("Schedule type", made.scheduler),
        ("CFG scale", "" if made.cfg_scale is None else number(made.cfg_scale)),
        ("Seed", "" if made.seed is None else str(made.seed)),
        ("Size", f"{made.width}x{made.height}" if made.width else ""),
        ("Model hash", checkpoint.hash),
        ("Model", "" if checkpoint.name == checkpoint.hash else checkpoint.name),
        ("VAE hash", vae.hash),
        ("VAE", vae.name),
        ("Denoising strength", "" if made.denoise is None else number(made.denoise)),
        ("Clip skip", "" if made.clip_skip is None else str(made.clip_skip)),
        ("Lora hashes", _hashes(made, Resource.Kind.LORA)),
        ("TI hashes", _hashes(made, Resource.Kind.EMBEDDING)),
    ]
    known = {key: value for key, value in pairs if value}
    for key, value in made.facts.items():
        known.setdefault(key, value)
    if made.generator_version:
        known["Version"] = made.generator_version
    return known


def _first(made: GenerationParameters, kind: str) -> ResourceUse:
    return next((use for use in made.resources if use.kind == kind), ResourceUse(kind, ""))


def _hashes(made: GenerationParameters, kind: str) -> str:
    return ", ".join(
        f"{use.name}: {use.hash}" for use in made.resources if use.kind == kind and use.hash
    )


def _missing_lora_tags(made: GenerationParameters) -> list[str]:
    return [
        f"<lora:{use.name}:{_weights(use)}>"
        for use in made.resources
        if use.kind == Resource.Kind.LORA
        and f"<lora:{use.name}:" not in made.prompt
        and f"<lora:{use.name}>" not in made.prompt
    ]


def _weights(use: ResourceUse) -> str:
    """In a tag the text encoder's weight comes first."""
    weight = 1.0 if use.weight is None else use.weight
    if use.clip_weight is None or use.clip_weight == weight:
        return number(weight)
    return f"{number(use.clip_weight)}:{number(weight)}"


def _quoted(value: str) -> str:
    if any(char in value for char in ",:\n") or value[:1] in '"{[':
        return json.dumps(value, ensure_ascii=False)
    return value
