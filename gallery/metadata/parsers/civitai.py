"""Civitai's workers on ComfyUI: a graph whose JSON also holds `extraMetadata`, JSON in a string.

In JPEGs it lies in UserComment among the nodes, in PNGs and videos as a text of its own. What the
on-site generator writes as infotext is `automatic1111`'s.
"""

from collections.abc import Iterator
from typing import Any

from gallery.metadata.parsers import objects, samplers
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.fields import Fields
from gallery.metadata.parsers.objects import place
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.records import GenerationParameters, RawRecord, ResourceUse

_KEY = "extraMetadata"
# urn:air:sdxl:lora:civitai:1115064@1253021: the third part tells what it is.
_URN = "urn:air:"
_KINDS = {
    "checkpoint": "checkpoint",
    "lora": "lora",
    "lycoris": "lora",
    "dora": "lora",
    "embedding": "embedding",
    "textualinversion": "embedding",
    "vae": "vae",
    "upscaler": "upscaler",
    "controlnet": "controlnet",
}
_NAMES = {
    "baseModel": "Base model",
    "engine": "Engine",
    "process": "Process",
    "remixOfId": "Remix of",
    "transformations": "Transformations",
    "workflowId": "Civitai workflow",
}


def parse(evidence: Evidence) -> GenerationParameters | None:
    for record, extra, airs in _found(evidence):
        return _understand(record, Fields(extra), airs)
    return None


def _found(evidence: Evidence) -> Iterator[tuple[RawRecord, dict[str, Any], list[Any]]]:
    for record, values in evidence.once(objects.found):
        inner = values.get(_KEY)
        airs = _airs(values)
        if record.key == _KEY:
            yield record, values, []
        elif inner is not None or airs:
            yield record, _object(evidence, inner), airs


def _object(evidence: Evidence, value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        value = evidence.json(value)
    return value if isinstance(value, dict) else {}


def _airs(values: dict[str, Any]) -> list[Any]:
    """`extra.airs` of a graph, or of the `workflow` beside it."""
    for holder in (values, values.get("workflow")):
        extra = holder.get("extra") if isinstance(holder, dict) else None
        airs = extra.get("airs") if isinstance(extra, dict) else None
        if isinstance(airs, list) and airs:
            return airs
    return []


def _understand(record: RawRecord, fields: Fields, airs: list[Any]) -> GenerationParameters:
    sampler, scheduler = samplers.split(fields.text("sampler"), fields.text("scheduler"))
    width, height = fields.sides()
    return GenerationParameters(
        generator="civitai",
        rule="civitai",
        reason=f"{place(record)} holds what Civitai was asked for.",
        prompt=fields.text("prompt"),
        negative_prompt=fields.text("negativePrompt"),
        seed=fields.seed("seed"),
        steps=fields.whole("steps"),
        cfg_scale=fields.number("cfgScale"),
        sampler=sampler,
        scheduler=scheduler,
        denoise=fields.number("denoise", "denoisingStrength"),
        clip_skip=fields.whole("clipSkip", maximum=100),
        width=width,
        height=height,
        resources=_resources(fields, airs),
        facts=fields.facts(_NAMES),
    )


def _resources(fields: Fields, airs: list[Any]) -> tuple[ResourceUse, ...]:
    """The list in `extraMetadata` has weights but no kinds, the URNs kinds but no weights."""
    weights = {
        str(entry.whole("modelVersionId", "versionId") or ""): entry.number("strength", "weight")
        for entry in fields.objects("resources")
    }
    uses = Uses()
    for air in airs:
        if not isinstance(air, str) or not air.startswith(_URN):
            continue
        kind = _KINDS.get(air.split(":")[3].lower() if air.count(":") >= 3 else "")
        if kind:
            weight = weights.get(air.rpartition("@")[2])
            uses.add(kind, air, weight if kind == "lora" else None)
    if weights and not airs:
        fields.left["Civitai versions"] = list(weights)
    return uses.all()
