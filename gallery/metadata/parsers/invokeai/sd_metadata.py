"""InvokeAI's second age: `sd-metadata`, JSON with one `image`, or several `images` of a grid."""

from typing import Any

from gallery.metadata.parsers.fields import Fields, is_name
from gallery.metadata.parsers.invokeai import prompts
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.parsers.values import number, plain
from gallery.metadata.records import GenerationParameters, SourceReference

# What the writer puts where a name would be.
_NO_NAME = "stable diffusion"
INIT_HASH = "Init image hash"
_NAMES = {
    "facetool": "Face restoration",
    "facetool_strength": "Face restoration strength",
    "hires_fix": "Hires fix",
    "inpaint_replace": "Inpaint replace",
    "perlin": "Perlin noise",
    "seamless": "Tiling",
    "upscale": "Upscale",
}
_GRID_LIMIT = 64


def understand(value: dict[str, Any], reason: str) -> GenerationParameters:
    outer = Fields(value)
    images = outer.objects("image", "images")
    fields = images[0] if images else Fields({})
    facts = _grid(images)
    text, weights = prompts.blended(fields.left.pop("prompt", None))
    prompt, negative_prompt = prompts.divided(text)
    if weights:
        facts["Prompt weights"] = weights
    uses = Uses()
    facts.update(_add_checkpoint(uses, outer))
    prompts.add_named(uses, f"{prompt} {negative_prompt}")
    kind = fields.text("type")
    sources = _sources(fields)
    strength = fields.number("strength_steps", "strength")
    if variations := _variations(fields):
        facts["Variations"] = variations
    if done := _postprocessing(fields):
        facts["Postprocessing"] = done
    _drop_what_is_off(fields)
    width, height = fields.sides()
    return GenerationParameters(
        generator="invokeai",
        rule="invokeai",
        reason=reason,
        generator_version=outer.text("app_version"),
        prompt=prompt,
        negative_prompt=negative_prompt,
        seed=fields.seed("seed"),
        steps=fields.whole("steps"),
        cfg_scale=fields.number("cfg_scale"),
        sampler=fields.text("sampler", "sampler_name"),
        # Pictures out of nothing have a strength too, which did nothing.
        denoise=strength if kind == "img2img" or sources else None,
        width=width,
        height=height,
        resources=uses.all(),
        sources=sources,
        facts={**facts, **fields.facts(_NAMES)},
    )


def _add_checkpoint(uses: Uses, outer: Fields) -> dict[str, str]:
    """Without a name the hash is only told."""
    hash_ = outer.text("model_hash")
    name = outer.text("model_weights", "model_id", "model")
    if name and name != _NO_NAME:
        uses.add("checkpoint", name, hash=hash_)
        return {}
    return {"Model hash": hash_} if hash_ else {}


def _sources(fields: Fields) -> tuple[SourceReference, ...]:
    init, mask = fields.text("init_img"), fields.text("init_mask")
    hash_ = fields.text("orig_hash")
    sources = []
    if is_name(init):
        sources.append(SourceReference("inpaint" if mask else "img2img", init, hash_))
    elif hash_:
        # The command beside it may tell the name.
        fields.left[INIT_HASH] = hash_
    if is_name(mask):
        sources.append(SourceReference("mask", mask))
    return tuple(sources)


def _grid(images: list[Fields]) -> dict[str, str]:
    if len(images) < 2:
        return {}
    seeds = [seed for image in images[:_GRID_LIMIT] if (seed := image.left.get("seed")) is not None]
    facts = {"Images in the grid": str(len(images))}
    if all(isinstance(seed, int | str) for seed in seeds):
        facts["Seeds in the grid"] = ", ".join(str(seed)[:20] for seed in seeds)
    return facts


def _variations(fields: Fields) -> str:
    parts = []
    for variation in fields.objects("variations"):
        seed, weight = variation.seed("seed"), variation.number("weight")
        if seed is not None and weight is not None:
            parts.append(f"{seed}:{plain(weight)}")
    return ", ".join(parts)


def _postprocessing(fields: Fields) -> str:
    """What was done to the picture afterwards, each step with its settings."""
    steps = []
    for step in fields.objects("postprocessing"):
        name = step.text("type", "tool")
        settings = ", ".join(f"{key.lower()} {value}" for key, value in step.facts().items())
        steps.append(f"{name}: {settings}" if name and settings else name or settings)
    return "; ".join(steps)


def _drop_what_is_off(fields: Fields) -> None:
    for key in ("perlin", "threshold", "facetool_strength", "inpaint_replace"):
        if number(fields.left.get(key)) == 0:
            fields.drop(key)
            if key == "facetool_strength":
                fields.drop("facetool")
