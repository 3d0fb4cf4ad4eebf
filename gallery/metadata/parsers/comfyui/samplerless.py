"""Graphs in which no node samples: a service was called, or all went down one data stream."""

from collections.abc import Iterable, Iterator

from gallery.metadata.parsers.comfyui import samplers
from gallery.metadata.parsers.comfyui.graph import Graph, Link, Node
from gallery.metadata.parsers.comfyui.literals import Literals
from gallery.metadata.parsers.comfyui.resources import Resources
from gallery.metadata.parsers.values import clean
from gallery.metadata.records import GenerationParameters

_END_LIMIT = 50
_STREAM_PROMPTS = ("main_prompt", "negative_main_prompt")


def trace(graph: Graph, place: str) -> GenerationParameters:
    """What can be told; only generator and reason where that is nothing."""
    literals = Literals(graph)
    answer = _service(graph, literals, place) or _stream(graph, literals, place)
    return answer or GenerationParameters(
        generator="comfyui",
        rule="comfyui",
        reason=f"{place} of {len(graph.nodes)} nodes; none of them samples.",
    )


def _service(graph: Graph, literals: Literals, place: str) -> GenerationParameters | None:
    """Nodes that call a service hold the prompt themselves, on the way to the output."""
    for output in samplers.outputs(graph):
        for node in graph.upstream([output], samplers.made_of):
            prompt = clean(literals.text(node.inputs.get("prompt"), "positive"))
            if prompt and node is not output:
                negative = literals.text(node.inputs.get("negative_prompt"), "negative")
                return GenerationParameters(
                    generator="comfyui",
                    rule="comfyui",
                    reason=f"{place}; its {node.kind} node made the picture.",
                    prompt=prompt,
                    negative_prompt=clean(negative),
                    seed=samplers.settings(graph, literals, node).seed,
                )
    return None


def _stream(graph: Graph, literals: Literals, place: str) -> GenerationParameters | None:
    """SeargeSDXL hands all its settings from node to node as one `data`."""
    nodes = list(graph.upstream(graph.ends()[:_END_LIMIT], _every_link))
    holder = _first(nodes, "seed", "steps", "cfg")
    prompts = _first(nodes, *_STREAM_PROMPTS)
    if holder is None or prompts is None:
        return None
    settings = samplers.settings(graph, literals, holder)
    resources = Resources(graph, literals)
    resources.add_loaders(nodes)
    prompt, negative = (clean(literals.text(prompts.inputs[name])) for name in _STREAM_PROMPTS)
    return GenerationParameters(
        generator="comfyui",
        rule="comfyui",
        reason=f"{place} with one data stream, set by {holder.kind}.",
        prompt=prompt,
        negative_prompt=negative,
        seed=settings.seed,
        steps=settings.steps,
        cfg_scale=settings.cfg_scale,
        sampler=clean(settings.sampler),
        scheduler=clean(settings.scheduler),
        resources=resources.all(),
    )


def _every_link(graph: Graph, node: Node) -> Iterator[Link]:
    return (link for _, link in graph.links(node))


def _first(nodes: Iterable[Node], *names: str) -> Node | None:
    return next((node for node in nodes if all(name in node.inputs for name in names)), None)
