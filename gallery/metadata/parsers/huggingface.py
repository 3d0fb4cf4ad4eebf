"""Spaces on Hugging Face that keep their request: JSON with diffusers' names in `parameters`.

Seen with the Animagine XL space and its descendants; the size is text, `832 x 1216`.
"""

from typing import Any

from gallery.metadata.parsers import objects
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.fields import Fields
from gallery.metadata.parsers.objects import place
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.parsers.values import number
from gallery.metadata.records import GenerationParameters

_STEPS = "num_inference_steps"
# At least one of these beside the steps: EasyDiffusion has the steps too, but none of these.
_OWN = frozenset(("resolution", "Model", "use_upscaler", "sdxl_style", "quality_tags"))
_NAMES = {
    "add_quality_tags": "Quality tags added",
    "sdxl_style": "Styles",
}
_UPSCALER_NAMES = {
    "new_resolution": "Hires resize",
    "upscale_by": "Hires upscale",
    "upscale_method": "Hires upscaler",
    "upscale_steps": "Hires steps",
    "upscaler_strength": "Hires denoising strength",
}


def parse(evidence: Evidence) -> GenerationParameters | None:
    for record, values in evidence.once(objects.found):
        if _STEPS in values and not _OWN.isdisjoint(values):
            return _understand(Fields(values), f"{place(record)} holds JSON of a space.")
    return None


def _understand(fields: Fields, reason: str) -> GenerationParameters:
    uses = Uses()
    _add_checkpoint(uses, fields)
    _add_lora(uses, fields)
    width, height = fields.size("resolution")
    if width is None:
        width, height = fields.sides()
    hires = fields.object("use_upscaler").facts(_UPSCALER_NAMES)
    return GenerationParameters(
        generator="huggingface",
        rule="huggingface",
        reason=reason,
        prompt=fields.text("prompt"),
        negative_prompt=fields.text("negative_prompt"),
        seed=fields.seed("seed"),
        steps=fields.whole(_STEPS),
        cfg_scale=fields.number("guidance_scale"),
        sampler=fields.text("sampler", "scheduler"),
        denoise=fields.number("strength"),
        width=width,
        height=height,
        resources=uses.all(),
        facts={**fields.facts(_NAMES), **hires},
    )


def _add_checkpoint(uses: Uses, fields: Fields) -> None:
    """`"Model": "name"`, or an object of `Model` and `Model hash`."""
    inner = fields.object("Model")
    name = inner.text("Model", "name") or fields.text("Model", "model", "base_model")
    hash_ = inner.text("Model hash", "hash")
    if name:
        uses.add("checkpoint", name, hash=hash_ or fields.text("Model hash"))


def _add_lora(uses: Uses, fields: Fields) -> None:
    """`use_lora` is null, a name, or an object of names and weights under various keys."""
    value: Any = fields.left.get("use_lora")
    if isinstance(value, str):
        uses.add("lora", fields.text("use_lora"), number(fields.left.get("lora_scale")))
    for inner in fields.objects("use_lora"):
        name = inner.text("lora_name", "name", "model", "selected_lora")
        uses.add("lora", name, inner.number("lora_scale", "scale", "weight", "lora_weight"))
