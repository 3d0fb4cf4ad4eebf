"""Graphs in which no node samples as far as anybody can tell: a service was called, all went down
one data stream, or the sampler hides its settings."""

from collections.abc import Iterable
from dataclasses import replace

from gallery.metadata.parsers.comfyui.conditioning import Conditioning
from gallery.metadata.parsers.comfyui.graph import Graph, Node, every_link
from gallery.metadata.parsers.comfyui.literals import Literals
from gallery.metadata.parsers.comfyui.mentions import mentioned
from gallery.metadata.parsers.comfyui.outputs import outputs
from gallery.metadata.parsers.comfyui.resources import Resources
from gallery.metadata.parsers.comfyui.samplers import made_of
from gallery.metadata.parsers.comfyui.settings import Settings, settings
from gallery.metadata.parsers.comfyui.sizes import in_words
from gallery.metadata.parsers.comfyui.sources import sources_of
from gallery.metadata.parsers.values import NAME_LIMIT, clean, whole
from gallery.metadata.records import GenerationParameters

_END_LIMIT = 50
_STREAM_PROMPTS = ("main_prompt", "secondary_prompt", "style_prompt")
_PROMPTS = ("prompt", "positive_prompt", "text_prompt", "prompt_text")
# They are told what to look for, not what to make.
_SEEKERS = ("segment", "dino", "detect", "florence", "clipseg", "mask")
_NEGATIVES = ("negative_prompt",)
_MODELS = ("model", "model_name", "model_version")
_ENCODED = ("positive", "conditioning", "text_embeds")


def trace(graph: Graph, place: str) -> GenerationParameters:
    """What can be told; only generator and reason where that is nothing."""
    literals = Literals(graph)
    ends = outputs(graph)
    answer = (
        _service(graph, literals, place, ends)
        or _stream(graph, literals, place)
        or _encoded(graph, literals, place, ends)
    )
    return answer or GenerationParameters(
        generator="comfyui",
        rule="comfyui",
        reason=f"{place} of {len(graph.nodes)} nodes; none of them samples.",
        sources=sources_of(graph, ends[0] if ends else None),
    )


def _service(
    graph: Graph, literals: Literals, place: str, ends: list[Node]
) -> GenerationParameters | None:
    """Nodes that call a service hold the prompt themselves, on the way to the output."""
    for output in ends:
        for node in graph.upstream([output], made_of):
            name = _named(node, _PROMPTS)
            prompt = clean(literals.text(node.inputs.get(name), "positive"))
            if not prompt or node is output or node.is_called(*_SEEKERS):
                continue
            said = settings(graph, literals, node)
            facts = {"Service": clean(node.kind[:NAME_LIMIT])}
            model = next((node.inputs[name] for name in _MODELS if name in node.inputs), None)
            if isinstance(model, str) and model:
                facts["Service model"] = clean(model[:NAME_LIMIT])
            width, height = _size(literals, node)
            return GenerationParameters(
                generator="comfyui",
                rule="comfyui",
                reason=f"{place}; its {node.kind} node made the picture.",
                prompt=prompt,
                negative_prompt=clean(
                    literals.text(node.inputs.get(_named(node, _NEGATIVES)), "negative")
                ),
                seed=said.seed,
                steps=said.steps,
                cfg_scale=said.cfg_scale,
                width=width,
                height=height,
                sources=sources_of(graph, output),
                facts=facts,
            )
    return None


def _named(node: Node, names: tuple[str, ...]) -> str:
    """The first of an input so called; those that a chosen model brings are `model.prompt`."""
    for name in names:
        for known in node.inputs:
            if known == name or known.endswith(f".{name}"):
                return known
    return ""


def _stream(graph: Graph, literals: Literals, place: str) -> GenerationParameters | None:
    """SeargeSDXL hands all its settings from node to node as one `data`."""
    nodes = list(graph.upstream(graph.ends()[:_END_LIMIT], every_link))
    holder = _first(nodes, "seed", "steps", "cfg")
    prompts = _first(nodes, "main_prompt", "negative_main_prompt")
    if holder is None or prompts is None:
        return None
    said = settings(graph, literals, holder)
    resources = Resources(graph, literals)
    resources.add_loaders(nodes)
    prompt, negative = (
        _lines(literals.text(prompts.inputs.get(f"{sign}{name}")) for name in _STREAM_PROMPTS)
        for sign in ("", "negative_")
    )
    for text in (prompt, negative):
        resources.add(mentioned(text))
    width, height = in_words(holder) or (
        whole(literals.plain(holder.inputs.get("image_width"))),
        whole(literals.plain(holder.inputs.get("image_height"))),
    )
    reason = f"{place} with one data stream, set by {holder.kind}."
    made = _made(reason, prompt, negative, said, resources)
    return replace(made, width=width, height=height)


def _made(
    reason: str, prompt: str, negative: str, said: Settings, resources: Resources
) -> GenerationParameters:
    return GenerationParameters(
        generator="comfyui",
        rule="comfyui",
        reason=reason,
        prompt=prompt,
        negative_prompt=negative,
        seed=said.seed,
        steps=said.steps,
        cfg_scale=said.cfg_scale,
        sampler=clean(said.sampler),
        scheduler=clean(said.scheduler),
        resources=resources.all(),
    )


def _encoded(
    graph: Graph, literals: Literals, place: str, ends: list[Node]
) -> GenerationParameters | None:
    """The texts that were encoded for a node on the way to an output, whatever that node is."""
    conditioning = Conditioning(graph, literals)
    for node in graph.upstream(ends, every_link):
        link = graph.input_link(node, *_ENCODED)
        prompt = _lines(conditioning.texts(link, "positive"))
        if not prompt:
            continue
        said = settings(graph, literals, node)
        resources = Resources(graph, literals)
        resources.add_model_chain(graph.input_link(node, "model"))
        negative = _lines(conditioning.texts(graph.input_link(node, "negative"), "negative"))
        for text in (prompt, negative):
            resources.add(mentioned(text))
        reason = f"{place}; what was encoded for {node.kind} went into the picture."
        made = _made(reason, prompt, negative, said, resources)
        return replace(made, sources=sources_of(graph, ends[0]))
    return None


def _size(literals: Literals, node: Node) -> tuple[int | None, int | None]:
    width, height = (
        whole(literals.plain(node.inputs.get(name), name)) or None for name in ("width", "height")
    )
    return (width, height) if width and height else in_words(node) or (None, None)


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(text for each in texts if (text := clean(each))))


def _first(nodes: Iterable[Node], *names: str) -> Node | None:
    return next((node for node in nodes if all(name in node.inputs for name in names)), None)
