"""What a script told a sampler to do after its own pass: Efficiency's hires fix and tiles."""

from collections.abc import Iterator

from gallery.metadata.parsers.comfyui.graph import Graph, Node
from gallery.metadata.parsers.comfyui.literals import Literals
from gallery.metadata.parsers.values import NAME_LIMIT, clean, number, plain, stem
from gallery.metadata.records import ResourceUse

_LIMIT = 20
# Named as other programs name them.
_NUMBERS = (
    ("upscale_by", "Hires upscale"),
    ("hires_steps", "Hires steps"),
    ("tiling_steps", "Hires steps"),
    ("denoise", "Hires denoising strength"),
)
_SAME = "(use same)"


def scripts_of(graph: Graph, sampler: Node) -> list[Node]:
    """The scripts that hang on a sampler, the first to run first."""
    return list(_chain(graph, sampler))[::-1]


def _chain(graph: Graph, sampler: Node) -> Iterator[Node]:
    link = graph.input_link(sampler, "script")
    seen: set[str] = set()
    while link is not None and link.node.id not in seen and len(seen) < _LIMIT:
        seen.add(link.node.id)
        yield link.node
        link = graph.input_link(link.node, "script")


def facts_of(literals: Literals, script: Node) -> dict[str, str]:
    """Of one that enlarges; empty for the others."""
    inputs = script.inputs
    if "upscale_by" not in inputs:
        return {}
    facts: dict[str, str] = {}
    for name, title in _NUMBERS:
        value = number(literals.plain(inputs.get(name), name))
        if value is not None:
            facts.setdefault(title, plain(value))
    if upscalers := [use.name for use in uses_of(script) if use.kind == "upscaler"]:
        facts["Hires upscaler"] = upscalers[0]
    elif isinstance(method := inputs.get("latent_upscaler"), str):
        facts["Hires upscaler"] = clean(method[:NAME_LIMIT])
    return facts


def uses_of(script: Node) -> Iterator[ResourceUse]:
    """The files that such a script brings: an upscaler, a checkpoint of its own, a ControlNet."""
    inputs = script.inputs
    upscaler = inputs.get("pixel_upscaler")
    if isinstance(upscaler, str) and inputs.get("upscale_type") in ("pixel", "both"):
        yield ResourceUse("upscaler", stem(upscaler))
    checkpoint = inputs.get("hires_ckpt_name")
    if isinstance(checkpoint, str) and checkpoint != _SAME:
        yield ResourceUse("checkpoint", stem(checkpoint))
    control = inputs.get("control_net_name")
    if isinstance(control, str) and inputs.get("use_controlnet") is True:
        yield ResourceUse("controlnet", stem(control), number(inputs.get("strength")))
