"""Easy Diffusion: a text per field, by key or by label; one JSON object; lines of labels beside it.

PNG has a chunk a field (labels where the text file is on too), JPEG and WebP JSON in UserComment,
sidecars JSON or lines. Source: its `save_utils.py`, sdkit's `save_dicts`.
"""

import re
from collections.abc import Mapping
from typing import Any

from gallery.metadata.parsers import objects
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.fields import Fields, is_name, listed
from gallery.metadata.parsers.objects import place
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.parsers.values import number
from gallery.metadata.records import GenerationParameters, RawRecord, SourceReference

_KEYS = {
    "prompt": "Prompt",
    "negative_prompt": "Negative Prompt",
    "seed": "Seed",
    "use_stable_diffusion_model": "Stable Diffusion model",
    "clip_skip": "Clip Skip",
    "use_controlnet_model": "ControlNet model",
    "control_filter_to_apply": "ControlNet Filter",
    "use_vae_model": "VAE model",
    "sampler_name": "Sampler",
    "scheduler_name": "Scheduler",
    "width": "Width",
    "height": "Height",
    "num_inference_steps": "Steps",
    "guidance_scale": "Guidance Scale",
    "distilled_guidance_scale": "Distilled Guidance",
    "prompt_strength": "Prompt Strength",
    "use_lora_model": "LoRA model",
    "lora_alpha": "LoRA Strength",
    "use_hypernetwork_model": "Hypernetwork model",
    "hypernetwork_strength": "Hypernetwork Strength",
    "use_embeddings_model": "Embedding models",
    "use_text_encoder_model": "Text Encoder model",
    "tiling": "Seamless Tiling",
    "use_face_correction": "Use Face Correction",
    "use_upscale": "Use Upscaling",
    "upscale_amount": "Upscale By",
    "latent_upscaler_steps": "Latent Upscaler Steps",
}
_BY_LABEL = {label.lower(): key for key, label in _KEYS.items()}
# What no other program writes.
_MARKS = ("use_stable_diffusion_model", "Stable Diffusion model")
_LINE = re.compile(
    rf"^({'|'.join(re.escape(label) for label in _KEYS.values())}):[ \t]*+", re.I | re.M
)
_LINE_MARKS = frozenset(("use_stable_diffusion_model", "guidance_scale"))
_ENOUGH_LINES = 4
_LINES_LIMIT = 200_000
_NO_UPSCALERS = frozenset(("", "None", "False", "latent_upscaler"))
_NAMES = {
    "control_filter_to_apply": "ControlNet filter",
    "distilled_guidance_scale": "Distilled CFG Scale",
    "hypernetwork_strength": "Hypernetwork strength",
    "latent_upscaler_steps": "Hires steps",
    "tiling": "Tiling",
    "upscale_amount": "Upscale by",
    "use_face_correction": "Face restoration",
    "use_hypernetwork_model": "Hypernet",
    "use_text_encoder_model": "Text encoder",
    "use_upscale": "Upscaler",
}


def parse(evidence: Evidence) -> GenerationParameters | None:
    mark = evidence.first(*_MARKS)
    if mark is not None:
        values = _by_key({record.key: record.text for record in evidence})
        return _understand(values, f"{place(mark)} is a field of Easy Diffusion.")
    for record, found in evidence.once(objects.found):
        for inner in (found, found.get("reqBody")):
            if isinstance(inner, dict) and any(key in inner for key in _MARKS):
                return _understand(_by_key(inner), f"{place(record)} holds JSON of Easy Diffusion.")
    for record in evidence:
        if record.container == "sidecar:txt" and (lines := _lines(record)):
            return _understand(lines, f"{place(record)} holds labels of Easy Diffusion.")
    return None


def _by_key(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields by key, whichever they had; what is no field of Easy Diffusion is left out."""
    found = {}
    for name, value in values.items():
        key = name if name in _KEYS else _BY_LABEL.get(name.lower())
        if key:
            found[key] = value
    return found


def _lines(record: RawRecord) -> dict[str, Any]:
    """`Label: value` lines; older files begin with the prompt alone, prompts may have lines."""
    text = record.text[:_LINES_LIMIT].replace("\r\n", "\n")
    if "Guidance Scale" not in text and "Stable Diffusion model" not in text:
        return {}
    labels = list(_LINE.finditer(text))
    found: dict[str, Any] = {}
    for position, label in enumerate(labels):
        end = labels[position + 1].start() if position + 1 < len(labels) else len(text)
        found[_BY_LABEL[label[1].lower()]] = text[label.end() : end].strip()
    if len(found) < _ENOUGH_LINES or _LINE_MARKS.isdisjoint(found):
        return {}
    found.setdefault("prompt", text[: labels[0].start()].strip())
    return found


def _understand(values: dict[str, Any], reason: str) -> GenerationParameters:
    fields = Fields(values)
    uses = Uses()
    uses.add("checkpoint", fields.text("use_stable_diffusion_model"))
    uses.add("vae", fields.text("use_vae_model"))
    _add_loras(uses, fields)
    for name in fields.texts("use_embeddings_model"):
        uses.add("embedding", name)
    for name in fields.texts("use_controlnet_model"):
        uses.add("controlnet", name)
    # Its name stays a fact too: it tells that one took part.
    upscaler = fields.left.get("use_upscale")
    if isinstance(upscaler, str) and upscaler not in _NO_UPSCALERS:
        uses.add("upscaler", upscaler)
    width, height = fields.sides()
    sources = tuple(
        SourceReference(kind, name)
        for key, kind in (("init_image", "img2img"), ("mask", "mask"))
        if is_name(name := fields.text(key))
    )
    return GenerationParameters(
        generator="easydiffusion",
        rule="easydiffusion",
        reason=reason,
        prompt=fields.text("prompt"),
        negative_prompt=fields.text("negative_prompt"),
        seed=fields.seed("seed"),
        steps=fields.whole("num_inference_steps"),
        cfg_scale=fields.number("guidance_scale"),
        sampler=fields.text("sampler_name"),
        scheduler=fields.text("scheduler_name"),
        denoise=fields.number("prompt_strength"),
        clip_skip=_clip_skip(fields),
        width=width,
        height=height,
        resources=uses.all(),
        sources=sources,
        facts=_facts(fields),
    )


def _facts(fields: Fields) -> dict[str, str]:
    """Chunks are texts, so what is off reads False."""
    return {key: value for key, value in fields.facts(_NAMES).items() if value != "False"}


def _clip_skip(fields: Fields) -> int | None:
    """A switch: the last layer of CLIP is skipped, which others call a clip skip of 2."""
    value = fields.left.pop("clip_skip", None)
    return 2 if value is True or (isinstance(value, str) and value.lower() == "true") else None


def _add_loras(uses: Uses, fields: Fields) -> None:
    weights = fields.left.pop("lora_alpha", None)
    values = [weights] if isinstance(weights, int | float) else listed(weights)
    for position, name in enumerate(fields.texts("use_lora_model")):
        weight = number(values[position]) if position < len(values) else None
        uses.add("lora", name, weight)
