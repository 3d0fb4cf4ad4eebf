"""RuinedFooocus: JSON that names itself, `"software": "RuinedFooocus"`."""

import re

from gallery.metadata.parsers import objects
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.fields import ENTRY_LIMIT, Fields
from gallery.metadata.parsers.objects import place
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.parsers.values import number
from gallery.metadata.records import GenerationParameters

_NAME = "RuinedFooocus"
# New: [[hash, "0.8 - folder/name.safetensors"], …]; old: "<name:0.8>,<None:1>" in one text.
_WEIGHTED = re.compile(r"\s*+(-?[\d.]{1,20}) - (.+)", re.S)
# A notepad, behind the name of a LoRA that has notes.
_NOTES = " \U0001f5d2\ufe0f"
_TAG = re.compile(r"<([^:<>]++):([^<>]*+)>")


def parse(evidence: Evidence) -> GenerationParameters | None:
    for record, values in evidence.once(objects.found):
        if values.get("software") == _NAME:
            return _understand(Fields(values), f"{place(record)} holds JSON of {_NAME}.")
    return None


def _understand(fields: Fields, reason: str) -> GenerationParameters:
    fields.drop("software")
    width, height = fields.sides()
    uses = Uses()
    uses.add(
        "checkpoint",
        fields.text("base_model_name"),
        hash=fields.text("base_model_hash"),
    )
    _add_loras(uses, fields)
    if fields.left.get("start_step") == 0:
        fields.drop("start_step")
    return GenerationParameters(
        generator="ruinedfooocus",
        rule="ruinedfooocus",
        reason=reason,
        generator_version=fields.text("version"),
        prompt=fields.text("Prompt", "prompt"),
        negative_prompt=fields.text("Negative", "negative", "negative_prompt"),
        seed=fields.seed("seed"),
        steps=fields.whole("steps"),
        cfg_scale=fields.number("cfg"),
        sampler=fields.text("sampler_name", "sampler"),
        scheduler=fields.text("scheduler"),
        denoise=fields.number("denoise"),
        clip_skip=fields.whole("clip_skip", maximum=100),
        width=width,
        height=height,
        resources=uses.all(),
        facts=fields.facts({"start_step": "Start step"}),
    )


def _add_loras(uses: Uses, fields: Fields) -> None:
    listed = fields.left.get("loras")
    if isinstance(listed, str):
        for name, weight in _TAG.findall(listed)[:ENTRY_LIMIT]:
            uses.add("lora", name.rstrip(_NOTES), number(weight))
        fields.drop("loras")
    elif isinstance(listed, list):
        for entry in listed[:ENTRY_LIMIT]:
            if not (isinstance(entry, list) and len(entry) == 2):
                continue
            hash_, described = entry
            match = _WEIGHTED.match(described) if isinstance(described, str) else None
            if match:
                known = hash_ if isinstance(hash_, str) and hash_ != "None" else ""
                uses.add("lora", match[2].rstrip(_NOTES), number(match[1]), hash=known)
        fields.drop("loras")
