"""SwarmUI: JSON with `sui_image_params`, in whichever text its container offers.

PNG `parameters`, EXIF UserComment (older: Model), stealth, `X.swarm.json`; grids of old versions
have `X.metadata.js`, the same as an assignment. Source: SwarmUI's T2IParamTypes, T2IParamInput.
"""

import re

from gallery.metadata.parsers import objects
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.fields import Fields, is_name
from gallery.metadata.parsers.objects import JsonObject, place
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.parsers.values import number, stem
from gallery.metadata.records import GenerationParameters, SourceReference

_MARK = "sui_image_params"
_SCRIPT = "sidecar:metadata.js"
_ASSIGNMENT = re.compile(r"\A[^={}]{0,2000}=\s{0,20}(?={)")
# `<lora:name:0.8>` or `<embed:name>` in a prompt.
_TAG = re.compile(r"<(lora|embed|embedding):([^:<>]++)(?::([^:<>]*+))?[^<>]*+>")
_TAG_LIMIT = 200
_NO_MODELS = frozenset(("", "None", "(None)", "(Use Base)", "Automatic"))
_CONTROLNETS = ("controlnet", "controlnettwo", "controlnetthree")
_IMAGES = {
    "initimage": "img2img",
    "maskimage": "mask",
    "promptimages": "reference",
    **{f"{name}imageinput": "controlnet" for name in _CONTROLNETS},
}
_NOISE = (
    "automaticvae",
    "comfyworkflowparammetadata",
    "comfyworkflowraw",
    "imageformat",
    "nopreviews",
    "unused_parameters",
)
_NAMES = {
    "altresolutionheightmult": "Height multiplier",
    "altresolutionheightmultiplier": "Height multiplier",
    "aspectratio": "Aspect ratio",
    "batchsize": "Batch size",
    "colorcorrectionbehavior": "Color correction",
    "date": "Generated on",
    "endstepsearly": "End steps early",
    "fluxguidancescale": "Distilled CFG Scale",
    "freeublockone": "FreeU block one",
    "freeublocktwo": "FreeU block two",
    "freeuskipone": "FreeU skip one",
    "freeuskiptwo": "FreeU skip two",
    "globalregionfactor": "Global region factor",
    "images": "Images",
    "initimagenoise": "Init image noise",
    "initimageresettonorm": "Init image reset to norm",
    "lorasectionconfinement": "LoRA sections",
    "maskbehavior": "Mask behavior",
    "maskblur": "Mask blur",
    "maskshrinkgrow": "Mask shrink and grow",
    "original_negativeprompt": "Negative Template",
    "original_prompt": "Template",
    "personalnote": "Personal note",
    "prep_time": "Preparation time",
    "presets_used": "Presets",
    "refinercfgscale": "Hires CFG Scale",
    "refinercontrol": "Refiner control",
    "refinercontrolpercentage": "Refiner control",
    "refinerdotiling": "Refiner tiling",
    "refinermethod": "Refiner method",
    "refinermodel": "Refiner",
    "refinersampler": "Hires sampler",
    "refinerscheduler": "Hires schedule type",
    "refinersteps": "Hires steps",
    "refinerupscale": "Hires upscale",
    "refinerupscalemethod": "Hires upscaler",
    "refinervae": "Refiner VAE",
    "revisionstrength": "ReVision strength",
    "seamlesstileable": "Tiling",
    "sidelength": "Side length",
    "sigmashift": "Shift",
    "unsamplerprompt": "Unsampler prompt",
    "used_embeddings": "Embeddings",
    "used_wildcards": "Wildcards",
    "variationseed": "Variation seed",
    "variationseedstrength": "Variation seed strength",
    "videofps": "Video FPS",
    "videoframes": "Video frames",
    "videomodel": "Video model",
    "wildcardseed": "Wildcard seed",
    "wildcardseedbehavior": "Wildcard seed behavior",
    "zeronegative": "Zero negative",
}


def parse(evidence: Evidence) -> GenerationParameters | None:
    found = _find(evidence)
    if found is None:
        return None
    if not isinstance(found.values[_MARK], dict):
        evidence.complain(f"SwarmUI's {_MARK} in {found.record.key} are no JSON object.")
    return _understand(found)


def _find(evidence: Evidence) -> JsonObject | None:
    for found in evidence.once(objects.found):
        if _MARK in found.values:
            return found
    for record in evidence:
        if record.container == _SCRIPT and (match := _ASSIGNMENT.match(record.text)):
            values = evidence.json(record.text[match.end() :].rstrip("; \r\n\t\0"))
            if isinstance(values, dict) and _MARK in values:
                return JsonObject(record, values)
    return None


def _understand(found: JsonObject) -> GenerationParameters:
    whole = Fields(found.values)
    fields = whole.object(_MARK)
    extra = whole.object("sui_extra_data")
    for key, value in extra.left.items():
        fields.left.setdefault(key, value)
    prompt = fields.text("prompt")
    negative_prompt = fields.text("negativeprompt", "negative_prompt")
    width, height = fields.sides()
    if width is None or height is None:
        width, height = fields.size("rawresolution")
    sources = tuple(
        SourceReference(kind, name)
        for key, kind in _IMAGES.items()
        for name in fields.texts(key)
        if is_name(name)
    )
    uses = Uses()
    _add_models(uses, fields, _hashes(whole.objects("sui_models")))
    _add_tags(uses, f"{prompt} {negative_prompt}")
    fields.drop(*_NOISE, *_IMAGES)
    if fields.left.get("images") == 1:
        fields.drop("images")
    return GenerationParameters(
        generator="swarmui",
        rule="swarmui",
        reason=f"{place(found.record)} holds SwarmUI's {_MARK}.",
        generator_version=fields.text("swarm_version"),
        prompt=prompt,
        negative_prompt=negative_prompt,
        seed=fields.seed("seed"),
        steps=fields.whole("steps"),
        cfg_scale=fields.number("cfgscale", "cfg_scale"),
        sampler=fields.text("sampler", "comfyuisampler", "comfy_sampler", "autowebuisampler"),
        scheduler=fields.text("scheduler", "comfyuischeduler", "comfy_scheduler"),
        denoise=fields.number("initimagecreativity"),
        clip_skip=_clip_skip(fields),
        width=width,
        height=height,
        resources=uses.all(),
        sources=sources,
        facts=fields.facts(_NAMES),
    )


def _clip_skip(fields: Fields) -> int | None:
    """CLIP's last layer counts as -1, the one before as -2: what others call a clip skip of 2."""
    layer = fields.number("clipstopatlayer")
    return -int(layer) if layer is not None and -100 < layer < 0 else None


def _hashes(models: list[Fields]) -> dict[tuple[str, str], str]:
    """Hashes by parameter and name."""
    hashes = {}
    for model in models:
        key = (model.text("param"), stem(model.text("name")))
        hashes[key] = model.text("hash")
    return hashes


def _add_models(uses: Uses, fields: Fields, hashes: dict[tuple[str, str], str]) -> None:
    def add(
        kind: str,
        key: str,
        name: str,
        weight: float | None = None,
        clip_weight: float | None = None,
    ) -> None:
        if name not in _NO_MODELS:
            uses.add(kind, name, weight, clip_weight, hashes.get((key, stem(name)), ""))

    add("checkpoint", "model", fields.text("model"))
    # The refiner's name stays a fact too: it tells that one took part.
    refiner = fields.left.get("refinermodel")
    add("checkpoint", "refinermodel", refiner if isinstance(refiner, str) else "")
    weights = [number(text) for text in fields.texts("loraweights")]
    clip_weights = [number(text) for text in fields.texts("loratencweights")]
    for position, name in enumerate(fields.texts("loras")):
        weight = weights[position] if position < len(weights) else None
        clip_weight = clip_weights[position] if position < len(clip_weights) else None
        add("lora", "loras", name, weight, clip_weight if clip_weight != weight else None)
    add("vae", "vae", fields.text("vae"))
    for name in _CONTROLNETS:
        add(
            "controlnet",
            f"{name}model",
            fields.text(f"{name}model"),
            fields.number(f"{name}strength"),
        )
    method = fields.left.get("refinerupscalemethod")
    if isinstance(method, str) and method.startswith("model-"):
        add("upscaler", "refinerupscalemethod", method.removeprefix("model-"))
    embeddings = fields.left.get("used_embeddings")
    for name in embeddings[:_TAG_LIMIT] if isinstance(embeddings, list) else ():
        if isinstance(name, str):
            add("embedding", "used_embeddings", name)


def _add_tags(uses: Uses, text: str) -> None:
    if "<" not in text:
        return
    for kind, name, weight in _TAG.findall(text)[:_TAG_LIMIT]:
        if kind == "lora":
            uses.add("lora", name, number(weight))
        else:
            uses.add("embedding", name)
