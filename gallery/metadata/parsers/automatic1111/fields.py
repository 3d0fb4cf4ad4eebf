"""The pairs of an infotext to parameters: which keys mean what, and who wrote them."""

import re

from gallery.metadata.parsers import samplers
from gallery.metadata.parsers.automatic1111 import resources
from gallery.metadata.parsers.automatic1111.infotext import Infotext
from gallery.metadata.parsers.values import MAX_SEED, MAX_WHOLE, clean, number, whole
from gallery.metadata.records import GenerationParameters, SourceReference

# `f2.0.1v1.10.1` is Forge, `f1.0.0v2-v1.10.1` reForge, `f1.3.0-v1.10.1` EasyReforge; in order.
_VERSIONS = (
    (re.compile(r"f\d[\d.]{0,20}v\d{1,3}-v"), "reforge"),
    (re.compile(r"f\d[\d.]{0,20}-v"), "easyreforge"),
    (re.compile(r"f\d[\d.]{0,20}v\d"), "forge"),
    (re.compile(r"neo\b"), "forge_neo"),
    (re.compile(r"classic\b"), "forge_classic"),
    (re.compile(r"ComfyUI\b"), "comfyui"),
)


def understand(
    parts: Infotext, reason: str, postprocessing: str, problems: list[str]
) -> GenerationParameters:
    """What an infotext says; every pair that has no field of its own stays as a fact."""
    left = dict(parts.pairs)
    take = left.pop
    version = take("Version", "")
    sampler, scheduler = samplers.split(take("Sampler", ""), take("Schedule type", ""))
    width, height = _size(left, problems)
    seed = _number(left, "Seed", MAX_SEED, problems)
    steps = _number(left, "Steps", MAX_WHOLE, problems)
    clip_skip = _number(left, "Clip skip", 32767, problems)
    cfg_scale = number(take("CFG scale", None) or take("CFG Scale", None))
    strength = parts.pairs.get("Denoising strength") or parts.pairs.get("Strength")
    used = resources.collect(parts, left)
    if postprocessing:
        left["Postprocessing"] = clean(postprocessing)
    return GenerationParameters(
        generator=_generator(version, parts.pairs),
        rule="automatic1111",
        reason=reason,
        generator_version=version,
        prompt=parts.prompt,
        negative_prompt=parts.negative_prompt,
        seed=seed,
        steps=steps,
        cfg_scale=cfg_scale,
        sampler=sampler,
        scheduler=scheduler,
        denoise=number(strength),
        clip_skip=clip_skip,
        width=width,
        height=height,
        resources=used,
        sources=_sources(parts.pairs),
        facts=left,
    )


def _size(left: dict[str, str], problems: list[str]) -> tuple[int | None, int | None]:
    """The first pass's size; where it cannot be read it stays a fact."""
    size = left.get("Size", "")
    if not size:
        return None, None
    first, _, second = size.partition("x")
    width, height = whole(first.strip()), whole(second.strip())
    if not width or not height:
        problems.append("The recorded Size is no size; it was left out.")
        return None, None
    del left["Size"]
    return width, height


def _number(left: dict[str, str], key: str, maximum: int, problems: list[str]) -> int | None:
    """A whole number; one that cannot be stays a fact and is said."""
    value = left.get(key, "")
    if not value:
        return None
    result = whole(value, maximum)
    if result is None:
        problems.append(f"The recorded {key} is no number that can be; it was left out.")
    else:
        del left[key]
    return result


def _sources(pairs: dict[str, str]) -> tuple[SourceReference, ...]:
    """SD.Next names the picture it began with by its hash; the others do not name it at all."""
    hash_ = pairs.get("Init image hash", "")
    return (SourceReference("img2img", "", hash_),) if hash_ and hash_ != "None" else ()


def _generator(version: str, pairs: dict[str, str]) -> str:
    if pairs.get("App", "").startswith("SD.Next"):
        return "sdnext"
    for pattern, generator in _VERSIONS:
        if pattern.match(version):
            return generator
    if "Civitai metadata" in pairs or "Civitai resources" in pairs:
        return "civitai"
    if "Metadata generator version" in pairs:  # a saver node's, where no version was asked for
        return "comfyui"
    if pairs.get("Backend") in ("Diffusers", "Original"):  # SD.Next before it wrote its name
        return "sdnext"
    return "automatic1111"
