"""From a sampler's positive or negative input to the texts that were encoded for it."""

import re
from collections.abc import Iterator
from itertools import islice

from gallery.metadata.parsers.comfyui.graph import Graph, Link, Node, is_pipe
from gallery.metadata.parsers.comfyui.literals import Literals
from gallery.metadata.parsers.comfyui.switches import chosen, is_switch

# Encoders with one text a network say the same thing twice more often than not.
_ENCODER_TEXTS = (
    "text",
    "text_g",
    "text_l",
    "clip_g",
    "clip_l",
    "t5xxl",
    "llama",
    "prompt",
    "populated_text",
    "wildcard_text",
    "user_prompt",
    "caption",
    "tags",
    "lyrics",
    "string",
    "bert",
    "mt5xl",
    "qwen25_7b",
)
_LOADER_TEXTS = {
    "positive": ("positive", "positive_prompt", "text_positive"),
    "negative": ("negative", "negative_prompt", "text_negative"),
}
_CONDITIONING = re.compile(r"(?:conditioning|cond)[_\d]*(?:to|from|\d+)?\Z|text_embeds\Z", re.I)
_NETWORK_INPUTS = ("model", "optional_model")
_ROLES = ("positive", "negative")
_PASSED_ON = ("", "*", "any", "anything", "value", "input", "source", "optional_conditioning")
_OUTPUTS = 5
_BRANCH_LIMIT = 64
_TEXT_LIMIT = 100


class Conditioning:
    """Texts behind conditioning links, each node, output and role looked at once.

    `nodes` are the nodes walked through, for what else they hold: ControlNets, guidance.
    """

    def __init__(self, graph: Graph, literals: Literals) -> None:
        self._graph = graph
        self._literals = literals
        self._texts: dict[tuple[str, int, str], tuple[str, ...]] = {}
        self.nodes: dict[str, Node] = {}
        self.encoders: dict[str, Node] = {}

    def texts(self, link: Link | None, role: str, depth: int = 0) -> tuple[str, ...]:
        """Every text encoded into `link`, in the order of the inputs, each once."""
        if link is None or depth > _BRANCH_LIMIT:
            return ()
        # Straight chains are followed in this loop; only forks recurse.
        passed: list[tuple[str, int, str]] = []
        found: tuple[str, ...] = ()
        while True:
            key = (link.node.id, link.slot, role)
            if key in self._texts:
                found = self._texts[key]
                break
            self._texts[key] = ()  # what a circle finds
            passed.append(key)
            self.nodes[link.node.id] = link.node
            if link.node.kind == "ConditioningZeroOut":
                break
            found = self._own_texts(link.node, role)
            if found:
                self.encoders[link.node.id] = link.node
                if role == "negative" and self._is_of_positive(link, found):
                    found = ()
                break
            onward = list(self._onward(link, role))
            if len(onward) != 1:
                forked = (text for part in onward for text in self.texts(part, role, depth + 1))
                found = tuple(dict.fromkeys(islice(forked, _TEXT_LIMIT)))
                break
            link = onward[0]
        for key in passed:
            self._texts[key] = found
        return found

    def _is_of_positive(self, link: Link, texts: tuple[str, ...]) -> bool:
        """Whether another output of the same encoder gave these texts as the prompt.

        Some encode both at once; where no negative text is known, the only one is the prompt's.
        """
        others = (slot for slot in range(_OUTPUTS) if slot != link.slot)
        return any(self._texts.get((link.node.id, slot, "positive")) == texts for slot in others)

    def _own_texts(self, node: Node, role: str) -> tuple[str, ...]:
        """What an encoder, or a loader that encodes, was given."""
        inputs = node.inputs
        for name in _LOADER_TEXTS[role]:
            value = inputs.get(name)
            if isinstance(value, str):
                return (value,) if value.strip() else ()
            if value is not None and not self._is_conditioning(value):
                text = self._literals.text(value, role)
                if text.strip():
                    return (text,)
        if not node.has(*_ENCODER_TEXTS) or any(
            _CONDITIONING.match(name) for name, _ in self._graph.links(node)
        ):
            return ()
        if "populated_text" in inputs:
            return (self._literals.populated(node, role),)
        texts = (
            self._literals.text(inputs[name], role) for name in _ENCODER_TEXTS if name in inputs
        )
        return ("\n".join(dict.fromkeys(text for text in texts if text.strip())),)

    def _is_conditioning(self, value: object) -> bool:
        """Whether a link named positive or negative leads to conditioning rather than to text."""
        link = self._graph.link(value)
        if link is None:
            return False
        node = link.node
        return bool(
            node.has("clip", *_NETWORK_INPUTS, *_ROLES, "control_net")
            or node.is_called("condition", "encode", "reroute", "switch", "pipe", "context")
            or any(_CONDITIONING.match(name) or is_pipe(name) for name in node.inputs)
        )

    def _onward(self, link: Link, role: str) -> Iterator[Link]:
        """The links that a node makes its conditioning of."""
        graph, node = self._graph, link.node
        if is_switch(node):
            picked = graph.link(chosen(graph, node))
            if picked is not None:
                yield picked
            return
        if node.has(*_ROLES):
            picked = graph.input_link(node, self._side(link, role))
            if picked is not None:
                yield picked
                return
        conditionings = [part for name, part in graph.links(node) if _CONDITIONING.match(name)]
        if conditionings:
            yield from conditionings
            return
        carrier = next((part for name, part in graph.links(node) if is_pipe(name)), None)
        carrier = carrier or graph.input_link(node, *_PASSED_ON)
        if carrier is not None:
            yield carrier

    def _side(self, link: Link, role: str) -> str:
        """Nodes that pass both on give positive first; loaders, samplers and pipes do not."""
        node = link.node
        both = all(self._graph.link(node.inputs.get(name)) is not None for name in _ROLES)
        mixed = node.has(*_NETWORK_INPUTS) or any(is_pipe(name) for name in node.inputs)
        if both and not mixed and link.slot in (0, 1):
            return _ROLES[link.slot]
        return role
