"""InvokeAI's graph, for pictures whose metadata was left out: traced back from what denoises.

`invokeai_graph` has nodes by id and edges of {source, destination}; `invokeai_workflow`, the
editor's file, has inputs as {value} and edges of {source, sourceHandle, target, targetHandle}.
"""

from collections.abc import Iterator
from typing import Any

from gallery.metadata.parsers.fields import Fields
from gallery.metadata.parsers.invokeai import prompts
from gallery.metadata.parsers.invokeai.modern import add_model
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.parsers.values import MAX_SEED, clean, number, whole
from gallery.metadata.records import GenerationParameters

_NODE_LIMIT = 2000
_POSITIVE = "positive_conditioning"
_TEXTS = ("prompt", "value", "string", "text")
# What leads from a prompt to anything but its text.
_NO_TEXT = frozenset(("clip", "clip2", "t5_encoder", "qwen3_encoder", "mask", "unet", "vae"))


class _Nodes:
    """Literal inputs by node, and the links that overrule them."""

    def __init__(self, value: dict[str, Any]) -> None:
        self.inputs: dict[str, dict[str, Any]] = {}
        self.links: dict[str, list[tuple[str, str]]] = {}
        nodes = value.get("nodes")
        if isinstance(nodes, dict):
            nodes = list(nodes.values())
        for node in nodes[:_NODE_LIMIT] if isinstance(nodes, list) else ():
            self._add_node(node)
        edges = value.get("edges")
        for edge in edges[: 4 * _NODE_LIMIT] if isinstance(edges, list) else ():
            self._add_edge(edge)

    def _add_node(self, node: Any) -> None:
        if not isinstance(node, dict) or not isinstance(node.get("id"), str):
            return
        data = node.get("data")
        if isinstance(data, dict):
            inputs = data.get("inputs")
            pairs = inputs.items() if isinstance(inputs, dict) else ()
            self.inputs[node["id"]] = {
                name: field.get("value") for name, field in pairs if isinstance(field, dict)
            }
        else:
            self.inputs[node["id"]] = node

    def _add_edge(self, edge: Any) -> None:
        if not isinstance(edge, dict):
            return
        source: Any = edge.get("source")
        target: Any = edge.get("destination", edge.get("target"))
        field = edge.get("targetHandle")
        if isinstance(source, dict):
            source = source.get("node_id")
        if isinstance(target, dict):
            target, field = target.get("node_id"), target.get("field")
        if isinstance(source, str) and isinstance(target, str) and isinstance(field, str):
            self.links.setdefault(target, []).append((field, source))

    def sources(self, node: str, field: str) -> list[str]:
        return [source for name, source in self.links.get(node, ()) if name == field]

    def upstream(self, start: list[str], without: frozenset[str]) -> Iterator[str]:
        """The nodes from here back to the beginnings, each once, the nearest first."""
        seen = dict.fromkeys(start)
        waiting = list(seen)
        for node in waiting:
            yield node
            for field, source in self.links.get(node, ()):
                if field not in without and source not in seen:
                    seen[source] = None
                    waiting.append(source)

    def text(self, start: list[str]) -> str:
        """The nearest literal text from here back."""
        for node in self.upstream(start, _NO_TEXT):
            for name in _TEXTS:
                value = self.inputs.get(node, {}).get(name)
                if isinstance(value, str) and value.strip() and not self.sources(node, name):
                    return clean(value)
        return ""

    def literal(self, node: str, field: str) -> Any:
        """A field's value, or that of the node which gives it; None where it is made on the way."""
        for _ in range(20):
            inputs = self.inputs.get(node, {})
            sources = self.sources(node, field)
            if not sources:
                return inputs.get(field)
            node = sources[0]
            given = self.inputs.get(node, {})
            field = next((name for name in ("value", "seed", "item") if name in given), "")
            if not field:
                return self._first_of_range(node)
        return None

    def _first_of_range(self, iterate: str) -> Any:
        """A seed that runs over a range of one."""
        for node in self.sources(iterate, "collection"):
            given = self.inputs.get(node, {})
            if given.get("size") == 1:
                return given.get("start")
        return None


def understand(value: dict[str, Any], reason: str) -> GenerationParameters | None:
    inner = value.get("graph")
    nodes = _Nodes(inner if isinstance(inner, dict) else value)
    target = _denoiser(nodes)
    if target is None:
        return None
    prompt = nodes.text(nodes.sources(target, _POSITIVE))
    negative_prompt = nodes.text(nodes.sources(target, "negative_conditioning"))
    noise = nodes.sources(target, "noise")
    seed = whole(nodes.literal(noise[0] if noise else target, "seed"), MAX_SEED)
    size = noise[0] if noise else target
    fields = Fields(
        {
            name: nodes.literal(target, name)
            for name in ("steps", "cfg_scale", "guidance", "scheduler", "denoising_start")
        }
    )
    uses = Uses()
    _add_models(uses, nodes, target)
    prompts.add_named(uses, f"{prompt} {negative_prompt}")
    start = fields.number("denoising_start")
    cfg_scale, guidance = fields.number("cfg_scale"), fields.number("guidance")
    return GenerationParameters(
        generator="invokeai",
        rule="invokeai",
        reason=reason,
        prompt=prompt,
        negative_prompt=negative_prompt,
        seed=seed,
        steps=fields.whole("steps", "num_steps"),
        cfg_scale=guidance if cfg_scale is None else cfg_scale,
        sampler=fields.text("scheduler"),
        denoise=round(1 - start, 6) if start and 0 < start < 1 else None,
        width=whole(nodes.literal(size, "width")) or None,
        height=whole(nodes.literal(size, "height")) or None,
        resources=uses.all(),
    )


def _denoiser(nodes: _Nodes) -> str | None:
    """The first pass of those that take a positive conditioning: it starts from noise alone."""
    found = [node for node in nodes.inputs if nodes.sources(node, _POSITIVE)]
    for node in found:
        if not nodes.sources(node, "latents"):
            return node
    return found[0] if found else None


def _add_models(uses: Uses, nodes: _Nodes, target: str) -> None:
    start = [
        source
        for name in ("unet", "transformer", "vae", "model")
        for source in nodes.sources(target, name)
    ]
    for node in nodes.upstream(start, frozenset()):
        inputs = nodes.inputs.get(node, {})
        if inputs.get("lora"):
            add_model(uses, "lora", inputs["lora"], number(nodes.literal(node, "weight")))
        else:
            add_model(uses, "checkpoint", inputs.get("model"))
            add_model(uses, "vae", inputs.get("vae_model"))
