"""One graph to one answer: the output, its passes, and what the base pass was given."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from gallery.metadata.parsers.comfyui import passes, samplerless, samplers, scripts
from gallery.metadata.parsers.comfyui.adapters import adapters_of, text_encoders_of
from gallery.metadata.parsers.comfyui.conditioning import Conditioning
from gallery.metadata.parsers.comfyui.graph import Graph, Link, Node, is_pipe
from gallery.metadata.parsers.comfyui.literals import Literals
from gallery.metadata.parsers.comfyui.mentions import mentioned
from gallery.metadata.parsers.comfyui.outputs import outputs
from gallery.metadata.parsers.comfyui.resources import Resources
from gallery.metadata.parsers.comfyui.samplers import made_of
from gallery.metadata.parsers.comfyui.settings import Settings, settings
from gallery.metadata.parsers.comfyui.sizes import size_of
from gallery.metadata.parsers.comfyui.sources import sources_of
from gallery.metadata.parsers.values import NAME_LIMIT, clean, number, plain, whole
from gallery.metadata.records import GenerationParameters

_PASS_LIMIT = 20
# Outputs that are looked through for a prompt.
_OUTPUT_LIMIT = 5
_CONDITIONINGS = {
    "positive": ("positive", "conditioning", "cond1"),
    "negative": ("negative", "neg_conditioning"),
}
# Named as other programs name them.
_TEMPLATES = (("positive", "Template"), ("negative", "Negative Template"))
_EMBEDS = ("text_embeds", "hyvid_embeds", "kolors_embeds")
_CLIP_SKIPS = ("stop_at_clip_layer", "clip_skip", "base_clip_skip")
_CLIP_STEPS = 200


def trace(graph: Graph, place: str) -> GenerationParameters:
    """What the graph says of its saved picture; only generator and reason where nothing samples."""
    first = None
    for output, chain in islice(_chains(graph), _OUTPUT_LIMIT):
        answer = _answer(graph, place, output, chain)
        if answer.prompt:
            return answer
        first = first or answer
    return first or samplerless.trace(graph, place)


def _answer(
    graph: Graph, place: str, output: Node | None, chain: list[Node]
) -> GenerationParameters:
    """Of the passes that began; where they have no prompt, of those that began with one.

    A pass without words may only have measured a picture: its depth, its outlines.
    """
    bases = samplers.base_passes(graph, chain)
    tracer = _Tracer(graph, place, output, chain, bases[:_PASS_LIMIT])
    if not tracer.prompt and (told := tracer.with_prompt()):
        bases = samplers.base_passes(graph, told)
        tracer = _Tracer(graph, place, output, chain, bases[:_PASS_LIMIT])
    return tracer.answer()


def _chains(graph: Graph) -> Iterator[tuple[Node | None, list[Node]]]:
    """The outputs that samplers feed, and these; all samplers of the graph if there are none."""
    has_sampled = False
    for output in outputs(graph):
        if chain := samplers.passes(graph, output):
            has_sampled = True
            yield output, chain
    if not has_sampled:
        chain = [node for node in graph.nodes.values() if samplers.is_sampler(graph, node)]
        if chain:
            yield None, chain


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
        self.scripts = scripts.scripts_of(graph, base)
        self.prompt = self._prompt("positive", *bases)

    def answer(self) -> GenerationParameters:
        positive_nodes = list(self.conditioning.nodes.values())
        negative = self._negative()
        said = settings(self.graph, self.literals, self.base)
        guidance = self._guidance(positive_nodes)
        width, height = size_of(self.graph, self.literals, self.base) or (None, None)
        others = self._collect_resources()
        for text in (self.prompt, negative):
            self.resources.add(mentioned(text))
        ended = "" if self.output is None else f" from {self.output.kind}"
        return GenerationParameters(
            generator="comfyui",
            rule="comfyui",
            reason=f"{self.place}, traced{ended} to {self.base.kind}.",
            prompt=self.prompt,
            negative_prompt=negative,
            seed=said.seed,
            steps=said.steps,
            cfg_scale=guidance if said.cfg_scale is None else said.cfg_scale,
            sampler=clean(said.sampler),
            scheduler=clean(said.scheduler),
            denoise=said.denoise,
            clip_skip=self._clip_skip(),
            width=width,
            height=height,
            resources=self.resources.all(),
            sources=sources_of(self.graph, self.output),
            facts=self._facts(guidance, said, others),
        )

    def with_prompt(self) -> list[Node]:
        """The passes that have one."""
        return [node for node in self.chain[-_PASS_LIMIT:] if self._prompt("positive", node)]

    def _prompt(self, role: str, *passes: Node) -> str:
        """The texts of these passes, each once."""
        texts = (
            clean(text)
            for sampler in passes
            for text in self.conditioning.texts(self._conditioning_link(role, sampler), role)
        )
        return "\n".join(dict.fromkeys(text for text in texts if text))

    def _negative(self) -> str:
        """Guiders of two conditionings may hold the prompt alone as what to lead away from."""
        text = self._prompt("negative", self.base)
        if self.guider is None or text != self.prompt:
            return text
        second = self.graph.input_link(self.guider.node, "cond2")
        texts = map(clean, self.conditioning.texts(second, "negative"))
        return "\n".join(filter(None, texts)) or text

    def _conditioning_link(self, role: str, sampler: Node) -> Link | None:
        """The sampler's own input, its guider's, or that of the pipe which feeds it."""
        graph = self.graph
        guider = graph.input_link(sampler, "guider")
        holder = sampler if guider is None else guider.node
        names = _CONDITIONINGS[role]
        link = graph.input_link(holder, *names, *_EMBEDS)
        if link is not None:
            return link
        return next((li for name, li in graph.links(holder) if is_pipe(name)), None)

    def _guidance(self, nodes: list[Node]) -> float | None:
        for node in nodes:
            if "guidance" in node.inputs:
                return number(self.literals.plain(node.inputs["guidance"], "guidance"))
        return None

    def _clip_skip(self) -> int | None:
        """ComfyUI counts layers from the end with a minus sign, others without."""
        encoders = self.conditioning.encoders.values()
        holders = (n for n in encoders if n.has(*_CLIP_SKIPS) or self.graph.input_link(n, "clip"))
        node = next(holders, None)
        for _ in range(_CLIP_STEPS):
            if node is None:
                return None
            for name in _CLIP_SKIPS:
                if name not in node.inputs:
                    continue
                layer = number(self.literals.plain(node.inputs.get(name), name))
                if layer is not None:
                    return whole(abs(layer), 100)
            link = self.graph.input_link(node, "clip", "", "*")
            node = None if link is None else link.node
        return None

    def _collect_resources(self) -> list[tuple[Node, str]]:
        """All files that took part; answers the later passes with the checkpoint of each."""
        graph, resources = self.graph, self.resources
        resources.add_model_chain(self._model_link(self.base))
        others = [
            (node, resources.add_model_chain(self._model_link(node)))
            for node in reversed(self.chain[-_PASS_LIMIT:])
            if node is not self.base
        ]
        resources.add_controlnets(self.conditioning.nodes.values())
        for script in self.scripts:
            resources.add(scripts.uses_of(script))
        if self.output is not None:
            for node in graph.upstream([self.output], made_of):
                resources.add_upscalers([node])
                if not samplers.is_sampler(graph, node):
                    resources.add_vae(graph.input_link(node, "vae"))
        return others

    def _model_link(self, sampler: Node) -> Link | None:
        graph = self.graph
        guider = graph.input_link(sampler, "guider")
        holder = sampler if guider is None else guider.node
        model = graph.input_link(holder, "model")
        if model is None:
            model = next((li for name, li in graph.links(holder) if is_pipe(name)), None)
        return model

    def _facts(
        self, guidance: float | None, said: Settings, others: list[tuple[Node, str]]
    ) -> dict[str, str]:
        graph, literals = self.graph, self.literals
        steering = (*self.resources.nodes.values(), *self.conditioning.nodes.values())
        facts = adapters_of(graph, literals, steering)
        for encoder in list(self.conditioning.encoders.values())[:1]:
            if encoders := text_encoders_of(graph, literals, encoder):
                facts["Text encoders"] = encoders
        for script in self.scripts:
            facts |= scripts.facts_of(literals, script)
        for asked, title in _TEMPLATES:
            if template := clean(literals.templates.get(asked, "")):
                facts[title] = template
        if rewriter := literals.rewriters.get("positive"):
            facts["Prompt rewritten by"] = clean(rewriter[:NAME_LIMIT])
        roles: Counter[str] = Counter()
        if guidance is not None and said.cfg_scale is not None:
            facts["Guidance"] = plain(guidance)
        checkpoint = self.resources.checkpoint()
        for index, (node, other) in enumerate(others, start=2):
            role = passes.role(self.graph, node, other in ("", checkpoint))
            roles[role] += 1
            name = f"Pass {index}" if role == "Pass" else f"{role} pass"
            if role != "Pass" and roles[role] > 1:
                name += f" {roles[role]}"
            sentence = settings(self.graph, self.literals, node).sentence()
            if other not in ("", checkpoint):
                sentence += f", {other}"
            facts[name] = clean(f"{node.kind}: {sentence}")
            prompt = self._prompt("positive", node)
            if prompt not in self.prompt:
                facts[f"{name} prompt"] = prompt
        return facts
