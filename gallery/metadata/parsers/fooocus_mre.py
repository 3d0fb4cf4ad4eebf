"""Fooocus-MRE: JSON in the PNG key Comment or the JPEG comment, with the prompts really used.

NovelAI writes a Comment too; a `base_model` beside `real_prompt` or its own name tells them apart.
"""

from gallery.metadata.parsers import objects
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.fields import Fields, is_name
from gallery.metadata.parsers.objects import place
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.records import GenerationParameters, SourceReference

_LORA_COUNT = 10
_SOURCES = (
    ("input_image", "img2img"),
    ("canny_input", "controlnet"),
    ("depth_input", "controlnet"),
    ("revision_images", "ip_adapter"),
)
_NAMES = {
    "control_lora_canny": "Canny",
    "control_lora_depth": "Depth",
    "img2img": "Image to image",
    "negative_prompt_strength": "Negative prompt strength",
    "positive_prompt_strength": "Prompt strength",
    "prompt_expansion": "Prompt expansion",
    "real_negative_prompt": "Full negative prompt",
    "real_prompt": "Full prompt",
    "refiner_model": "Refiner",
    "switch": "Refiner switch at",
}


def parse(evidence: Evidence) -> GenerationParameters | None:
    for record, values in evidence.once(objects.found):
        software = values.get("software")
        is_named = isinstance(software, str) and software.startswith("Fooocus-MRE")
        if is_named or ("real_prompt" in values and "base_model" in values):
            return _understand(Fields(values), f"{place(record)} holds JSON of Fooocus-MRE.")
    return None


def _understand(fields: Fields, reason: str) -> GenerationParameters:
    version = fields.text("software")
    width, height = fields.sides()
    uses = Uses()
    uses.add("checkpoint", fields.text("base_model"))
    refiner = fields.left.get("refiner_model")
    if isinstance(refiner, str):
        uses.add("checkpoint", refiner)
    for position in range(1, _LORA_COUNT + 1):
        uses.add("lora", fields.text(f"l{position}"), fields.number(f"w{position}"))
        fields.drop(f"l{position}", f"w{position}")
    for network in ("canny", "depth"):
        weight = fields.number(f"{network}_strength")
        uses.add("controlnet", fields.text(f"{network}_model"), weight)
    sources = dict.fromkeys(
        SourceReference(kind, name)
        for key, kind in _SOURCES
        for name in fields.texts(key)
        if is_name(name)
    )
    # CLIP's last layer counts as -1, the one before as -2.
    layer = fields.number("base_clip_skip")
    return GenerationParameters(
        generator="fooocus_mre",
        rule="fooocus_mre",
        reason=reason,
        generator_version=version.removeprefix("Fooocus-MRE").strip(),
        prompt=fields.text("prompt"),
        negative_prompt=fields.text("negative_prompt"),
        seed=fields.seed("seed"),
        steps=fields.whole("steps"),
        cfg_scale=fields.number("cfg"),
        sampler=fields.text("sampler"),
        scheduler=fields.text("scheduler"),
        denoise=fields.number("denoise"),
        clip_skip=int(abs(layer)) if layer is not None and 0 < abs(layer) < 100 else None,
        width=width,
        height=height,
        resources=uses.all(),
        sources=tuple(sources),
        facts=fields.facts(_NAMES),
    )
