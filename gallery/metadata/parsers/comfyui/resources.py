"""The files that a pass used: its model chain back to the loaders, VAE, ControlNets, upscalers."""

import re
from collections.abc import Iterable, Iterator

from gallery.metadata.parsers.comfyui.graph import Graph, Link, Node, is_pipe
from gallery.metadata.parsers.comfyui.literals import Literals
from gallery.metadata.parsers.comfyui.loras import loras_of
from gallery.metadata.parsers.comfyui.switches import chosen, is_switch
from gallery.metadata.parsers.values import number, stem
from gallery.metadata.records import ResourceUse

_CHECKPOINTS = (
    "ckpt_name",
    "unet_name",
    "base_ckpt_name",
    "gguf_name",
    "checkpoint_name",
    "base_checkpoint",
    "model_name",
    "model_path",
    "model",
)
_MODEL_INPUTS = re.compile(r"(?:base_|optional_|unet_)?model(?:_?\d{1,2})?\Z|unet\Z", re.I)
_LORA_STACKS = ("lora_stack", "optional_lora_stack", "prev_lora", "lora", "optional_loras")
_CONTROLNETS = ("control_net_name", "controlnet_name", "control_net", "model_name")
_USE_LIMIT = 200
_STEP_LIMIT = 2000


class Resources:
    """Collects uses, each kind and name once, checkpoint first."""

    def __init__(self, graph: Graph, literals: Literals) -> None:
        self._graph = graph
        self._literals = literals
        self._uses: dict[tuple[str, str], ResourceUse] = {}
        self._chains: dict[str, str] = {}
        # The nodes of all chains, for what else they hold.
        self.nodes: dict[str, Node] = {}

    def all(self) -> tuple[ResourceUse, ...]:
        uses = self._uses.values()
        return tuple(sorted(uses, key=lambda use: use.kind != "checkpoint"))

    def add(self, uses: Iterable[ResourceUse]) -> None:
        for use in uses:
            self._put(use)

    def checkpoint(self) -> str:
        """The name of the first checkpoint added."""
        return next((use.name for use in self._uses.values() if use.kind == "checkpoint"), "")

    def add_model_chain(self, start: Link | None) -> str:
        """LoRAs and checkpoints between a sampler and its loaders, in the order of loading.

        Answers the name of the chain's checkpoint.
        """
        if start is None:
            return ""
        known = self._chains.get(start.node.id)
        if known is None:
            known = self._chains[start.node.id] = self._add_chain(start)
        return known

    def _add_chain(self, start: Link) -> str:
        loras: list[ResourceUse] = []
        checkpoint = ""
        for node in self._chain(start):
            self.nodes[node.id] = node
            loras.extend(loras_of(self._literals, node))
            if not any(_MODEL_INPUTS.match(name) for name, _ in self._graph.links(node)):
                name = self._add_checkpoint(node)
                checkpoint = checkpoint or name
            if len(loras) > _USE_LIMIT:
                break
        for use in reversed(loras):
            self._put(use)
        return checkpoint

    def add_loaders(self, nodes: Iterable[Node]) -> None:
        """Checkpoint and LoRAs that these nodes name, whatever they are linked to."""
        for node in nodes:
            checkpoint = self._text(node, ("base_checkpoint", "ckpt_name"))
            if checkpoint:
                self._put(ResourceUse("checkpoint", stem(checkpoint)))
            for use in reversed(loras_of(self._literals, node)):
                self._put(use)

    def add_vae(self, link: Link | None) -> None:
        for node in self._straight(link, ("vae", "", "*")):
            name = self._text(node, ("vae_name",))
            if not name and node.is_called("vae"):
                name = self._text(node, ("model_name",))
            if name:
                self._put(ResourceUse("vae", stem(name)))
                return

    def add_controlnets(self, nodes: Iterable[Node]) -> None:
        for node in (entry for each in nodes for entry in self._stack(each, "cnet_stack")):
            link = self._graph.input_link(node, "control_net", "controlnet")
            for loader in self._straight(link, ("control_net", "", "*")):
                name = self._text(loader, _CONTROLNETS)
                if name:
                    weight = number(self._literals.plain(node.inputs.get("strength"), "strength"))
                    self._put(ResourceUse("controlnet", stem(name), weight))
                    break

    def _stack(self, node: Node, name: str) -> Iterator[Node]:
        """A node, and those of the stack that it was given."""
        yield node
        if name in node.inputs:
            link = self._graph.input_link(node, name)
            yield from self._straight(link, (name, "", "*"))

    def add_upscalers(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            link = self._graph.input_link(node, "upscale_model", "upscale_model_opt")
            for loader in self._straight(link, ("upscale_model", "", "*")):
                name = self._text(loader, ("model_name",))
                if name:
                    self._put(ResourceUse("upscaler", stem(name)))
                    break

    def _put(self, use: ResourceUse) -> None:
        if use.name and use.name not in ("None", "none") and len(self._uses) < _USE_LIMIT:
            self._uses.setdefault((use.kind, use.name), use)

    def _text(self, node: Node, names: tuple[str, ...]) -> str:
        return next((text for n in names if n in node.inputs and (text := self._said(node, n))), "")

    def _said(self, node: Node, name: str) -> str:
        value = node.inputs[name]
        if isinstance(value, dict):  # combo boxes with previews hold {"content": name}
            value = value.get("content")
        found = self._literals.plain(value, name)
        return found if isinstance(found, str) else ""

    def _add_checkpoint(self, node: Node) -> str:
        name = stem(self._text(node, _CHECKPOINTS))
        self._put(ResourceUse("checkpoint", name))
        self._put(ResourceUse("checkpoint", stem(self._text(node, ("refiner_ckpt_name",)))))
        vae = self._text(node, ("vae_name",))
        if vae and vae != "Baked VAE":
            self._put(ResourceUse("vae", stem(vae)))
        return name

    def _chain(self, start: Link | None) -> Iterator[Node]:
        """Every node of the model's way, merges both ways; LoRA stacks after their user."""
        waiting = [] if start is None else [start]
        seen: set[str] = set()
        while waiting and len(seen) < _STEP_LIMIT:
            node = waiting.pop().node
            if node.id in seen:
                continue
            seen.add(node.id)
            yield node
            graph = self._graph
            if is_switch(node):
                picked = graph.link(chosen(graph, node))
                onward = [] if picked is None else [picked]
            else:
                links = list(graph.links(node))
                onward = [link for name, link in links if _MODEL_INPUTS.match(name)]
                onward = onward or [link for name, link in links if is_pipe(name)]
                onward = onward or [link for name, link in links if name in ("", "*", "any")]
                onward += [link for name, link in links if name in _LORA_STACKS]
            waiting.extend(reversed(onward))

    def _straight(self, link: Link | None, names: tuple[str, ...]) -> Iterator[Node]:
        seen: set[str] = set()
        while link is not None and link.node.id not in seen:
            node = link.node
            seen.add(node.id)
            yield node
            if is_switch(node):
                link = self._graph.link(chosen(self._graph, node))
            else:
                carrier = next((li for na, li in self._graph.links(node) if is_pipe(na)), None)
                link = self._graph.input_link(node, *names) or carrier
