"""Stability Matrix: `parameters-json` and the project, `smproj`, beside the graph that it ran.

Source: StabilityMatrix.Core's GenerationParameters and SMProject.
"""

from typing import Any, TypeVar

from gallery.metadata.parsers import samplers
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.fields import Fields
from gallery.metadata.parsers.objects import place
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.records import GenerationParameters, ResourceUse

T = TypeVar("T")

_PARAMETERS, _PROJECT = "parameters-json", "smproj"
_DEFAULTS = ("@none", "@default", "None", "")
# Of videos; of a still they are zero.
_VIDEO = (
    "FrameCount",
    "MotionBucketId",
    "VideoQuality",
    "Fps",
    "OutputFps",
    "MinCfg",
    "AugmentationLevel",
)
_NAMES = {
    "ModelVersionId": "Civitai version",
    "ExtraNetworkModelVersionIds": "Civitai versions of LoRAs",
    "FrameCount": "Frames",
    "MotionBucketId": "Motion bucket",
    "VideoQuality": "Video quality",
    "OutputFps": "Output FPS",
    "MinCfg": "Lowest CFG",
    "AugmentationLevel": "Augmentation level",
    "VideoOutputMethod": "Video output",
}


def parse(evidence: Evidence) -> GenerationParameters | None:
    stated = _object(evidence, _PARAMETERS)
    project = _object(evidence, _PROJECT)
    if stated is None and project is None:
        return None
    record = evidence.first(_PARAMETERS, _PROJECT)
    assert record is not None  # noqa: S101 (one of them was read)
    fields = Fields(stated or {})
    state = Fields(project or {}).object("State")
    model, texts = state.object("Model"), state.object("Prompt")
    card = state.object("Sampler")
    sampler = card.object("SelectedSampler").text("Name")
    scheduler = card.object("SelectedScheduler").text("Name")
    said = fields.text("Sampler")
    if not sampler:
        sampler, scheduler = samplers.split(said)
    width, height = fields.sides()
    if width is None or height is None:
        width, height = card.sides()
    clip_skip = (
        model.whole("ClipSkip", maximum=100) if model.left.get("IsClipSkipEnabled") else None
    )
    fields.drop(*(key for key in _VIDEO if not fields.left.get(key)))
    return GenerationParameters(
        generator="stability_matrix",
        rule="stability_matrix",
        reason=f"{place(record)} holds Stability Matrix's parameters.",
        prompt=fields.text("PositivePrompt") or texts.text("Prompt"),
        negative_prompt=fields.text("NegativePrompt") or texts.text("NegativePrompt"),
        seed=_first(fields.seed("Seed"), state.object("Seed").seed("Seed")),
        steps=_first(fields.whole("Steps"), card.whole("Steps")),
        cfg_scale=_first(fields.number("CfgScale"), card.number("CfgScale")),
        sampler=sampler,
        scheduler=scheduler,
        clip_skip=clip_skip,
        width=width,
        height=height,
        resources=_resources(fields, model),
        facts=fields.facts(_NAMES),
    )


def _object(evidence: Evidence, key: str) -> dict[str, Any] | None:
    record = evidence.first(key)
    if record is None:
        return None
    value = evidence.json(record.text)
    if not isinstance(value, dict):
        reason = evidence.why_no_json(record.text) or "it is no JSON object"
        evidence.complain(f"Stability Matrix's {key} cannot be read: {reason}.")
        return None
    return value


def _first(stated: T | None, drawn: T | None) -> T | None:
    return drawn if stated is None else stated


def _resources(fields: Fields, model: Fields) -> tuple[ResourceUse, ...]:
    uses = Uses()
    name = fields.text("ModelName") or model.text("SelectedModelName")
    uses.add("checkpoint", name, hash=fields.text("ModelHash"))
    if model.left.get("IsRefinerSelectionEnabled"):
        _add(uses, "checkpoint", model.text("SelectedRefinerName"))
    if model.left.get("IsVaeSelectionEnabled"):
        _add(uses, "vae", model.text("SelectedVaeName"))
    return uses.all()


def _add(uses: Uses, kind: str, name: str) -> None:
    if name not in _DEFAULTS:
        uses.add(kind, name)
