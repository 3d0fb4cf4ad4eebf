"""Two answers about one file: a ComfyUI saver's text beside the graph that made the picture."""

from dataclasses import replace

from gallery.metadata.records import GenerationParameters, ResourceUse

# Rules whose answers belong together.
JOINED = frozenset((("automatic1111", "comfyui"),))

# What savers write for an input that nobody connected.
_PLACEHOLDERS = frozenset(("", "unknown", "undefined", "none", "n/a", "null"))
_TEXTS = ("prompt", "negative_prompt", "sampler", "scheduler")
_NUMBERS = ("seed", "steps", "cfg_scale", "denoise", "clip_skip", "width", "height")


def merge(stated: GenerationParameters, traced: GenerationParameters) -> GenerationParameters:
    """One answer: `stated`, as the saver wrote it, with its gaps filled from the graph.

    A saver whose prompt nobody connected wrote defaults all over, so then the graph leads. A graph
    proves that ComfyUI made the picture, whatever program the text imitates.
    """
    leading, other = stated, traced
    if _is_empty(stated.prompt) and traced.seed is not None:
        leading, other = traced, stated
    changes: dict[str, object] = {}
    for name in _TEXTS:
        if _is_empty(getattr(leading, name)):
            text = getattr(other, name)
            changes[name] = "" if _is_empty(text) else text
    if leading.sampler:
        # Infotext may hold the scheduler in the sampler's name; another's would contradict it.
        changes.pop("scheduler", None)
    for name in _NUMBERS:
        if getattr(leading, name) is None:
            changes[name] = getattr(other, name)
    return replace(
        leading,
        generator=traced.generator,
        rule=f"{leading.rule}+{other.rule}",
        reason=f"{leading.reason} {other.reason}",
        generator_version=stated.generator_version,
        resources=_merge_resources(leading.resources, other.resources),
        facts={**other.facts, **leading.facts},
        **changes,  # type: ignore[arg-type]
    )


def _is_empty(text: str) -> bool:
    return text.strip().lower() in _PLACEHOLDERS


def _merge_resources(
    leading: tuple[ResourceUse, ...], other: tuple[ResourceUse, ...]
) -> tuple[ResourceUse, ...]:
    """Weights and hashes of both joined; the checkpoint of the leading answer stands alone."""
    merged = {(use.kind, use.name): use for use in leading if not _is_empty(use.name)}
    has_checkpoint = any(kind == "checkpoint" for kind, _ in merged)
    for use in other:
        known = merged.get((use.kind, use.name))
        if known is not None:
            merged[use.kind, use.name] = replace(
                known,
                hash=known.hash or use.hash,
                weight=use.weight if known.weight is None else known.weight,
            )
        elif not (use.kind == "checkpoint" and has_checkpoint) and not _is_empty(use.name):
            merged[use.kind, use.name] = use
    return tuple(merged.values())
