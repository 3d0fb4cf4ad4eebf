"""The pairs of an infotext to parameters: which keys mean what, and who wrote them."""

import re

from gallery.metadata.parsers.automatic1111 import resources
from gallery.metadata.parsers.automatic1111.infotext import Infotext
from gallery.metadata.parsers.values import MAX_SEED, clean, number, whole
from gallery.metadata.records import GenerationParameters

# Before version 1.9 the schedule was the last word of the sampler.
_SCHEDULES = (" Karras", " Exponential", " Polyexponential", " SGM Uniform")
# `f2.0.1v1.10.1` is Forge, `f1.0.0v2-v1.10.1` one of the reForges.
_REFORGE = re.compile(r"f\d[\d.]{0,20}(v\d{1,3})?-v")
_FORGE = re.compile(r"f\d[\d.]{0,20}v\d|neo|classic")


def understand(
    parts: Infotext, reason: str, postprocessing: str, problems: list[str]
) -> GenerationParameters:
    """What an infotext says; every pair that has no field of its own stays as a fact."""
    left = dict(parts.pairs)
    take = left.pop
    version = take("Version", "")
    sampler, scheduler = _sampler(take("Sampler", ""), take("Schedule type", ""))
    width, height = _size(left, problems)
    parameters = {
        "seed": _number(left, "Seed", MAX_SEED, problems),
        "steps": _number(left, "Steps", None, problems),
        "clip_skip": _number(left, "Clip skip", 32767, problems),
    }
    cfg_scale = number(take("CFG scale", None) or take("CFG Scale", None))
    strength = parts.pairs.get("Denoising strength") or parts.pairs.get("Strength")
    used = resources.collect(parts, left)
    if postprocessing:
        left["Postprocessing"] = clean(postprocessing)
    return GenerationParameters(
        generator=_generator(version, parts.pairs.get("App", "")),
        rule="automatic1111",
        reason=reason,
        generator_version=version,
        prompt=parts.prompt,
        negative_prompt=parts.negative_prompt,
        cfg_scale=cfg_scale,
        sampler=sampler,
        scheduler=scheduler,
        denoise=number(strength),
        width=width,
        height=height,
        resources=used,
        facts=left,
        **parameters,  # type: ignore[arg-type]
    )


def _sampler(sampler: str, schedule: str) -> tuple[str, str]:
    if schedule:
        return sampler, schedule
    for suffix in _SCHEDULES:
        if sampler.endswith(suffix):
            return sampler[: -len(suffix)], suffix[1:]
    return sampler, ""


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


def _number(left: dict[str, str], key: str, maximum: int | None, problems: list[str]) -> int | None:
    """A whole number; one that cannot be stays a fact and is said."""
    value = left.get(key, "")
    if not value:
        return None
    result = whole(value) if maximum is None else whole(value, maximum)
    if result is None:
        problems.append(f"The recorded {key} is no number that can be; it was left out.")
    else:
        del left[key]
    return result


def _generator(version: str, app: str) -> str:
    if app == "SD.Next":
        return "sdnext"
    if version == "ComfyUI":
        return "comfyui"
    if _REFORGE.match(version):
        return "reforge"
    if _FORGE.match(version):
        return "forge"
    return "automatic1111"
