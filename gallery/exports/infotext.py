"""Parameters as one text in AUTOMATIC1111's form, which most tools accept by paste.

Grammar as its `infotext_utils.py` has it: prompt, a `Negative prompt:` line, a line of `Key: value`
pairs; a value that holds a comma, a colon or a newline is a JSON string.
"""

import json
from collections.abc import Sequence

from gallery.models import Image, ImageResource, Resource


def of(image: Image, uses: Sequence[ImageResource]) -> str:
    """Needs the prompts, the checkpoint and, if there is one, the metadata loaded."""
    prompt = image.prompt.text if image.prompt else ""
    negative = image.negative_prompt.text if image.negative_prompt else ""
    lines = [" ".join(filter(None, [prompt, *_missing_lora_tags(prompt, uses)]))]
    if negative:
        lines.append(f"Negative prompt: {negative}")
    lines.append(
        ", ".join(f"{key}: {_quoted(value)}" for key, value in _pairs(image, uses).items())
    )
    return "\n".join(filter(None, lines))


def number(value: float) -> str:
    """5.5 and 8, never 8.0."""
    return f"{value:.6g}"


def _pairs(image: Image, uses: Sequence[ImageResource]) -> dict[str, str]:
    metadata = getattr(image, "metadata", None)
    vae = next((use.resource.name for use in uses if use.resource.kind == Resource.Kind.VAE), "")
    pairs = [
        ("Steps", "" if image.steps is None else str(image.steps)),
        ("Sampler", image.sampler),
        ("Schedule type", image.scheduler),
        ("CFG scale", "" if image.cfg_scale is None else number(image.cfg_scale)),
        ("Seed", "" if image.seed is None else str(image.seed)),
        ("Size", f"{image.width}x{image.height}" if image.width else ""),
        ("Model", image.checkpoint.name if image.checkpoint else ""),
        ("VAE", vae),
        ("Denoising strength", "" if image.denoise is None else number(image.denoise)),
        ("Clip skip", "" if image.clip_skip is None else str(image.clip_skip)),
    ]
    known = {key: value for key, value in pairs if value}
    for key, value in metadata.facts if metadata else ():
        known.setdefault(str(key), str(value))
    if metadata and metadata.generator_version:
        known["Version"] = metadata.generator_version
    return known


def _missing_lora_tags(prompt: str, uses: Sequence[ImageResource]) -> list[str]:
    """Tags for LoRAs that took part without being written into the prompt, as in ComfyUI."""
    return [
        f"<lora:{use.resource.name}:{number(1.0 if use.weight is None else use.weight)}>"
        for use in uses
        if use.resource.kind == Resource.Kind.LORA
        and f"<lora:{use.resource.name}:" not in prompt
        and f"<lora:{use.resource.name}>" not in prompt
    ]


def _quoted(value: str) -> str:
    if any(char in value for char in ",:\n"):
        return json.dumps(value, ensure_ascii=False)
    return value
