"""Two answers about one file, made into one: a text beside the graph that made the picture, or what
a file says and what lies beside it."""

from dataclasses import replace

from gallery.metadata.records import GenerationParameters, ResourceUse

# What savers write for an input that nobody connected.
_PLACEHOLDERS = frozenset(("", "unknown", "undefined", "none", "n/a", "null"))
_TEXTS = ("prompt", "negative_prompt", "sampler", "scheduler")
_NUMBERS = ("seed", "steps", "cfg_scale", "denoise", "clip_skip", "width", "height")

# Who wrote a text beside a ComfyUI graph, by rule.
BESIDE_A_GRAPH = frozenset(("automatic1111", "civitai", "stability_matrix", "swarmui", "tensorart"))
# Their text is of what was asked for; what really ran is in the graph.
_GRAPH_LEADS = frozenset(("civitai",))
# Their text names samplers as their pages do, the graph as ComfyUI does.
_GRAPH_NAMES_SAMPLERS = frozenset(("stability_matrix", "tensorart"))
# Anybody's text in anybody's name: the graph proves that ComfyUI made the picture.
_IMITATIONS = frozenset(("automatic1111",))


def with_graph(stated: GenerationParameters, traced: GenerationParameters) -> GenerationParameters:
    """One answer of `stated`, as a text has it, and `traced`, as the graph has it.

    A saver whose prompt nobody connected wrote defaults all over, so then the graph leads.
    """
    leading, other = stated, traced
    if stated.rule in _GRAPH_LEADS or (_is_empty(stated.prompt) and traced.seed is not None):
        leading, other = traced, stated
    elif stated.rule in _GRAPH_NAMES_SAMPLERS and traced.sampler:
        leading = replace(stated, sampler=traced.sampler, scheduler=traced.scheduler)
    return replace(
        fill(leading, other),
        generator=traced.generator if stated.rule in _IMITATIONS else stated.generator,
        generator_version=stated.generator_version,
    )


def fill(leading: GenerationParameters, other: GenerationParameters) -> GenerationParameters:
    """`leading` with its gaps filled from `other`."""
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
        generator=leading.generator or other.generator,
        rule=f"{leading.rule}+{other.rule}",
        reason=f"{leading.reason} {other.reason}",
        generator_version=leading.generator_version or other.generator_version,
        resources=_merge_resources(leading.resources, other.resources),
        sources=tuple(dict.fromkeys((*leading.sources, *other.sources))),
        facts={**other.facts, **leading.facts},
        **changes,  # type: ignore[arg-type]
    )


def _is_empty(text: str) -> bool:
    return len(text) < 10 and text.strip().lower() in _PLACEHOLDERS


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
