"""One graph to one answer: the output, its passes, and what the base pass was given."""

from gallery.metadata.parsers.comfyui import samplerless, samplers
from gallery.metadata.parsers.comfyui.conditioning import Conditioning
from gallery.metadata.parsers.comfyui.graph import Graph, Link, Node, is_pipe
from gallery.metadata.parsers.comfyui.literals import Literals
from gallery.metadata.parsers.comfyui.resources import Resources
from gallery.metadata.parsers.comfyui.samplers import Settings, made_of
from gallery.metadata.parsers.values import clean, number, plain, whole
from gallery.metadata.records import GenerationParameters

_PASS_LIMIT = 20
_CLIP_STEPS = 200


def trace(graph: Graph, place: str) -> GenerationParameters:
    """What the graph says of its saved picture; only generator and reason where nothing samples."""
    output, chain = _chain(graph)
    bases = samplers.base_passes(graph, chain)
    if not bases:
        return samplerless.trace(graph, place)
    return _Tracer(graph, place, output, chain, bases[:_PASS_LIMIT]).answer()


def _chain(graph: Graph) -> tuple[Node | None, list[Node]]:
    """The first output that samplers feed, and them; else all samplers of the graph."""
    for output in samplers.outputs(graph):
        chain = samplers.passes(graph, output)
        if chain:
            return output, chain
    return None, [node for node in graph.nodes.values() if samplers.is_sampler(graph, node)]


class _Tracer:
    def __init__(
        self, graph: Graph, place: str, output: Node | None, chain: list[Node], bases: list[Node]
    ) -> None:
        self.graph = graph
        self.place = place
        self.output = output
        self.chain = chain
        self.base = base = bases[0]
        self.literals = Literals(graph)
        self.conditioning = Conditioning(graph, self.literals)
        self.resources = Resources(graph, self.literals)
        self.guider = graph.input_link(base, "guider")
        self.prompt = self._prompt("positive", *bases)

    def answer(self) -> GenerationParameters:
        positive_nodes = list(self.conditioning.nodes.values())
        negative = self._prompt("negative", self.base)
        settings = samplers.settings(self.graph, self.literals, self.base)
        guidance = self._guidance(positive_nodes)
        width, height = self._size()
        self._collect_resources()
        ended = "" if self.output is None else f" from {self.output.kind}"
        return GenerationParameters(
            generator="comfyui",
            rule="comfyui",
            reason=f"{self.place}, traced{ended} to {self.base.kind}.",
            prompt=self.prompt,
            negative_prompt=negative,
            seed=settings.seed,
            steps=settings.steps,
            cfg_scale=guidance if settings.cfg_scale is None else settings.cfg_scale,
            sampler=clean(settings.sampler),
            scheduler=clean(settings.scheduler),
            denoise=settings.denoise,
            clip_skip=self._clip_skip(),
            width=width,
            height=height,
            resources=self.resources.all(),
            facts=self._facts(guidance, settings),
        )

    def _prompt(self, role: str, *passes: Node) -> str:
        """The texts of these passes, each once."""
        texts = (
            clean(text)
            for sampler in passes
            for text in self.conditioning.texts(self._conditioning_link(role, sampler), role)
        )
        return "\n".join(dict.fromkeys(text for text in texts if text))

    def _conditioning_link(self, role: str, sampler: Node) -> Link | None:
        """The sampler's own input, its guider's, or that of the pipe which feeds it."""
        graph = self.graph
        guider = graph.input_link(sampler, "guider")
        holder = sampler if guider is None else guider.node
        names = ("positive", "conditioning", "cond1") if role == "positive" else ("negative",)
        link = graph.input_link(holder, *names, "text_embeds")
        if link is not None:
            return link
        return next((li for name, li in graph.links(holder) if is_pipe(name)), None)

    def _guidance(self, nodes: list[Node]) -> float | None:
        for node in nodes:
            if "guidance" in node.inputs:
                return number(self.literals.plain(node.inputs["guidance"], "guidance"))
        return None

    def _size(self) -> tuple[int | None, int | None]:
        node = samplers.empty_latent(self.graph, self.base)
        if node is None:
            return None, None
        names = ("width", "height")
        if "empty_latent_width" in node.inputs:
            names = ("empty_latent_width", "empty_latent_height")
        width, height = (
            whole(self.literals.plain(node.inputs.get(name), name)) or None for name in names
        )
        return (width, height) if width and height else (None, None)

    def _clip_skip(self) -> int | None:
        """ComfyUI counts layers from the end with a minus sign, others without."""
        link = next(
            (
                found
                for node in self.conditioning.encoders.values()
                if (found := self.graph.input_link(node, "clip")) is not None
            ),
            None,
        )
        for _ in range(_CLIP_STEPS):
            if link is None:
                return None
            inputs = link.node.inputs
            for name in ("stop_at_clip_layer", "clip_skip"):
                layer = number(self.literals.plain(inputs.get(name), name))
                if layer is not None:
                    return whole(abs(layer), 100)
            link = self.graph.input_link(link.node, "clip", "", "*")
        return None

    def _collect_resources(self) -> None:
        graph, resources = self.graph, self.resources
        holder = self.base if self.guider is None else self.guider.node
        model = graph.input_link(holder, "model")
        if model is None:
            model = next((li for name, li in graph.links(holder) if is_pipe(name)), None)
        resources.add_model_chain(model)
        resources.add_controlnets(self.conditioning.nodes.values())
        if self.output is None:
            return
        for node in graph.upstream([self.output], made_of):
            resources.add_upscalers([node])
            if not samplers.is_sampler(graph, node):
                resources.add_vae(graph.input_link(node, "vae"))

    def _facts(self, guidance: float | None, settings: Settings) -> dict[str, str]:
        facts = {}
        if guidance is not None and settings.cfg_scale is not None:
            facts["Guidance"] = plain(guidance)
        others = [node for node in reversed(self.chain) if node is not self.base]
        for index, node in enumerate(others[:_PASS_LIMIT], start=2):
            said = samplers.settings(self.graph, self.literals, node).sentence()
            facts[f"Pass {index}"] = clean(f"{node.kind}: {said}")
            prompt = self._prompt("positive", node)
            if prompt not in self.prompt:
                facts[f"Pass {index} prompt"] = prompt
        return facts
