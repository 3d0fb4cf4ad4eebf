"""InvokeAI's third age: `invokeai_metadata`, JSON where every field may be missing.

Version 3 names models by {model_name, base_model}, later ones by {key, hash, name, base, type};
its first beta had `positive_conditioning`. Source: `invokeai/app/invocations/metadata.py`.
"""

from collections.abc import Iterator
from typing import Any

from gallery.metadata.parsers.fields import ENTRY_LIMIT, Fields, is_name
from gallery.metadata.parsers.invokeai import prompts
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.parsers.values import number, plain
from gallery.metadata.records import GenerationParameters, SourceReference

_STEP_LIMIT = 3000
_DEPTH_LIMIT = 20
# Where a field holds pictures, somewhere within: what they were to the new one.
_PICTURES = {
    "controlnets": "controlnet",
    "t2iAdapters": "controlnet",
    "ipAdapters": "ip_adapter",
    "ref_images": "ip_adapter",
    "upscale_initial_image": "upscale",
    "control_layers": "controlnet",
    "regions": "reference",
}
_CANVAS = {
    "rasterLayers": "img2img",
    "controlLayers": "controlnet",
    "inpaintMasks": "mask",
    "regionalGuidance": "ip_adapter",
}
_NOISE = ("rand_device", "type", "id", "is_intermediate", "use_cache", "metadata_version")
_NAMES = {
    "cfg_rescale_multiplier": "CFG rescale",
    "clip_embed_model": "CLIP model",
    "creativity": "Upscale creativity",
    "generation_mode": "Generation mode",
    "guidance": "Distilled CFG Scale",
    "hrf_enabled": "Hires fix",
    "hrf_method": "Hires upscaler",
    "hrf_strength": "Hires denoising strength",
    "negative_style_prompt": "Negative style prompt",
    "positive_style_prompt": "Style prompt",
    "qwen3_encoder": "Text encoder",
    "refiner_cfg_scale": "Refiner CFG Scale",
    "refiner_model": "Refiner",
    "refiner_negative_aesthetic_score": "Refiner negative aesthetic score",
    "refiner_positive_aesthetic_score": "Refiner aesthetic score",
    "refiner_scheduler": "Refiner sampler",
    "refiner_start": "Refiner switch at",
    "refiner_steps": "Refiner steps",
    "seamless_x": "Tiling X",
    "seamless_y": "Tiling Y",
    "structure": "Upscale structure",
    "t5_encoder": "T5 encoder",
    "tile_overlap": "Upscale tile overlap",
    "tile_size": "Upscale tile size",
    "upscale_model": "Upscaler",
    "upscale_scale": "Upscale by",
}


def understand(value: dict[str, Any], reason: str) -> GenerationParameters:
    fields = Fields(value)
    prompt = fields.text("positive_prompt", "positive_conditioning", "prompt", "Positive Prompt")
    negative_prompt = fields.text("negative_prompt", "negative_conditioning", "Negative Prompt")
    uses = Uses()
    add_model(uses, "checkpoint", fields.left.pop("model", fields.left.pop("Model", None)))
    add_model(uses, "checkpoint", fields.left.get("refiner_model"))
    _add_loras(uses, fields)
    prompts.add_named(uses, f"{prompt} {negative_prompt}")
    add_model(uses, "vae", fields.left.pop("vae", None))
    add_model(uses, "upscaler", fields.left.get("upscale_model"))
    facts = _adapters(uses, fields)
    sources = _sources(fields)
    facts.update(_regions(fields))
    cfg_scale = fields.number("cfg_scale")
    if cfg_scale is None:
        # FLUX has no other guidance than the distilled one.
        cfg_scale = fields.number("guidance")
    if number(fields.left.get("cfg_rescale_multiplier")) == 0:
        fields.drop("cfg_rescale_multiplier")
    fields.drop(*_PICTURES, "canvas_v2_metadata", *_NOISE)
    width, height = fields.sides()
    return GenerationParameters(
        generator="invokeai",
        rule="invokeai",
        reason=reason,
        generator_version=fields.text("app_version"),
        prompt=prompt,
        negative_prompt=negative_prompt,
        seed=fields.seed("seed"),
        steps=fields.whole("steps", "Steps"),
        cfg_scale=cfg_scale,
        sampler=fields.text("scheduler"),
        denoise=fields.number("strength"),
        clip_skip=_clip_skip(fields),
        width=width,
        height=height,
        resources=uses.all(),
        sources=sources,
        facts={**facts, **fields.facts(_NAMES)},
    )


def model_of(value: Any) -> tuple[str, str]:
    """Name and hash of a model, however this version writes one."""
    if isinstance(value, str):
        return value, ""
    if not isinstance(value, dict):
        return "", ""
    fields = Fields(value)
    return fields.text("name", "model_name"), fields.text("hash")


def add_model(uses: Uses, kind: str, value: Any, weight: Any = None) -> None:
    name, hash_ = model_of(value)
    if isinstance(weight, list):
        weight = weight[0] if weight else None
    uses.add(kind, name, number(weight), hash=hash_)


def _add_loras(uses: Uses, fields: Fields) -> None:
    for lora in fields.objects("loras"):
        model = lora.left.get("model", lora.left.get("lora"))
        add_model(uses, "lora", model, lora.left.get("weight"))


def _clip_skip(fields: Fields) -> int | None:
    """Layers skipped; others count the last layer that is used, from one."""
    skipped = fields.whole("clip_skip", maximum=100)
    return None if skipped is None else skipped + 1


def _adapters(uses: Uses, fields: Fields) -> dict[str, str]:
    """ControlNets and T2I adapters are files of ours; IP adapters are told as a fact."""
    for key, model_key, weight_key in (
        ("controlnets", "control_model", "control_weight"),
        ("t2iAdapters", "t2i_adapter_model", "weight"),
    ):
        for adapter in Fields(fields.left).objects(key):
            left = adapter.left
            add_model(uses, "controlnet", left.get(model_key), left.get(weight_key))
    canvas = Fields(fields.left).object("canvas_v2_metadata")
    for layer in canvas.objects("controlLayers"):
        adapter = layer.object("controlAdapter")
        add_model(uses, "controlnet", adapter.left.get("model"), adapter.left.get("weight"))
    names = []
    for adapter in Fields(fields.left).objects("ipAdapters"):
        names.append((adapter.left.get("ip_adapter_model"), adapter.left.get("weight")))
    for reference in Fields(fields.left).objects("ref_images"):
        config = reference.object("config")
        names.append((config.left.get("model"), config.left.get("weight")))
    told = []
    for value, weight in names:
        name, amount = model_of(value)[0], number(weight)
        if name:
            told.append(name if amount is None else f"{name} ({plain(amount)})")
    return {"IP-Adapter": ", ".join(told)} if told else {}


def _sources(fields: Fields) -> tuple[SourceReference, ...]:
    named = [("img2img", fields.text("init_image"))]
    for key, kind in _PICTURES.items():
        named += [(kind, name) for name in _within(fields.left.get(key), "image_name")]
    canvas = fields.left.get("canvas_v2_metadata")
    if isinstance(canvas, dict):
        for key, kind in _CANVAS.items():
            named += [(kind, name) for name in _within(canvas.get(key), "image_name")]
    sources = dict.fromkeys(SourceReference(*pair) for pair in named if is_name(pair[1]))
    return tuple(sources)[:ENTRY_LIMIT]


def _regions(fields: Fields) -> dict[str, str]:
    """Prompts that hold for a part of the picture."""
    facts = {}
    values = [fields.left.get(key) for key in ("canvas_v2_metadata", "control_layers", "regions")]
    for key, name in (
        ("positivePrompt", "Regional prompt"),
        ("negativePrompt", "Regional negative prompt"),
    ):
        texts = dict.fromkeys(text for value in values for text in _within(value, key))
        facts.update({f"{name} {count}": text for count, text in enumerate(texts, 1)})
    return facts


def _within(value: Any, key: str) -> Iterator[str]:
    """Every text under `key`, at any depth that is sane; what is switched off is left out."""
    waiting = [(value, 0)]
    for _ in range(_STEP_LIMIT):
        if not waiting:
            return
        value, depth = waiting.pop()
        if isinstance(value, dict) and value.get("isEnabled") is not False:
            found = value.get(key)
            if isinstance(found, str) and found.strip():
                yield found.strip()
            children = list(value.values())
        elif isinstance(value, list):
            children = value[:ENTRY_LIMIT]
        else:
            continue
        if depth < _DEPTH_LIMIT:
            waiting.extend((child, depth + 1) for child in reversed(children))
