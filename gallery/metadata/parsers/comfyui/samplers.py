"""Which nodes sample, in which order they fed the saved picture, and what they were set to.

Samplers are known by their inputs, so a custom one needs no entry here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gallery.metadata.parsers.comfyui.graph import Graph, Link, Node, is_pipe
from gallery.metadata.parsers.comfyui.literals import Literals
from gallery.metadata.parsers.values import MAX_SEED, number, plain, whole

_SEEDS = ("seed", "noise_seed")
_STEPS = ("steps", "steps_total", "num_steps")
_CFGS = ("cfg", "cfg_scale", "guidance_scale", "cfg_conds")
_SAMPLERS = ("sampler_name", "sampler")
_SCHEDULERS = ("scheduler", "scheduler_name", "sigma_schedule")
_DENOISES = ("denoise", "denoise_strength", "denoising_strength")
_OUTPUT_LIMIT = 50
_FILE_INPUTS = ("filename_prefix", "filename", "file_path")
_PICTURES = ("images", "image", "video", "frames", "pixels")
# What a pass is made with, not made of: the way to the earlier pass leads through none of these.
_SIDE_INPUTS = frozenset(
    (
        "model",
        "clip",
        "vae",
        "positive",
        "negative",
        "conditioning",
        "control_net",
        "mask",
        "masks",
        "upscale_model",
        "noise",
        "guider",
        "sampler",
        "sigmas",
        "clip_vision",
        "clip_vision_output",
        "seed",
        "noise_seed",
        "steps",
        "cfg",
        "width",
        "height",
        "text",
        "prompt",
        "sampler_name",
        "scheduler",
        "denoise",
        "optional_vae",
        "lora_stack",
        "bbox_detector",
        "sam_model",
        "segm_detector",
        "model_opt",
        "sam_model_opt",
        "segm_detector_opt",
        "wildcard",
        "filename_prefix",
        "data",
        "text_embeds",
        "image_embeds",
        "t5",
        "style_model",
        "ipadapter",
        "patch",
        "batch_size",
    )
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What one pass was set to, in our words."""

    seed: int | None
    steps: int | None
    cfg_scale: float | None
    sampler: str
    scheduler: str
    denoise: float | None

    def sentence(self) -> str:
        parts = [
            f"seed {self.seed}" if self.seed is not None else "",
            f"{self.steps} steps" if self.steps is not None else "",
            f"CFG {plain(self.cfg_scale)}" if self.cfg_scale is not None else "",
            f"{self.sampler} {self.scheduler}".strip(),
            f"denoise {plain(self.denoise)}" if self.denoise is not None else "",
        ]
        return ", ".join(part for part in parts if part)


def is_sampler(graph: Graph, node: Node) -> bool:
    inputs = node.inputs
    if node.has(*_FILE_INPUTS):
        return False
    if node.has("guider") and node.has("sigmas", "noise", "sampler"):
        return True
    if not (node.has(*_STEPS, *_SAMPLERS, "sigmas") and node.has(*_SEEDS, "cfg", "sigmas")):
        return False
    # A link that leads nowhere still tells what the node was.
    if any(isinstance(inputs.get(name), list) for name in ("positive", "text_embeds")):
        return True
    return "positive" not in inputs and any(is_pipe(name) for name, _ in graph.links(node))


def outputs(graph: Graph) -> list[Node]:
    """The nodes that made files: savers first, then what else ends in a picture, previews last."""
    ends = [node for node in graph.ends() if graph.input_link(node, *_PICTURES) is not None]
    return sorted(ends, key=_rank)[:_OUTPUT_LIMIT]


def _rank(node: Node) -> int:
    if node.is_called("preview"):
        return 2
    return 0 if node.has(*_FILE_INPUTS) or node.is_called("save") else 1


def made_of(graph: Graph, node: Node) -> Iterator[Link]:
    """The links by which a picture or latent came into `node`."""
    for name, link in graph.links(node):
        if name.lower() not in _SIDE_INPUTS:
            yield link
        elif name == "positive":
            # Stable Cascade hands its first pass on inside the second one's conditioning.
            first_stage = graph.input_link(link.node, "stage_c")
            if first_stage is not None:
                yield first_stage


def passes(graph: Graph, output: Node) -> list[Node]:
    """The samplers whose pictures went into `output`, the last pass first."""
    return [node for node in graph.upstream([output], made_of) if is_sampler(graph, node)]


def base_passes(graph: Graph, samplers: list[Node]) -> list[Node]:
    """The passes that began: on empty latents if any did, else those that no other feeds.

    More than one where a picture was composed of several; its canvas comes first.
    """
    empty: list[Node] = []
    started: list[Node] = []
    for node in samplers:
        feeding = graph.upstream([node], made_of)
        if any(other is not node and is_sampler(graph, other) for other in feeding):
            continue
        if empty_latent(graph, node) is not None:
            empty.append(node)
        else:
            started.append(node)
    return empty or started or samplers[:1]


def empty_latent(graph: Graph, sampler: Node) -> Node | None:
    """The node that set the size a pass began with; None where it began with a picture."""
    start = graph.input_link(sampler, "latent_image", "latent", "samples", "init_latent")
    if start is None:
        start = next((link for name, link in graph.links(sampler) if is_pipe(name)), None)
    if start is None:
        return sampler if sampler.has("width") and sampler.has("height") else None
    for node in graph.upstream([start.node], made_of):
        if graph.input_link(node, *_PICTURES, "samples") is not None:
            return None
        if _sized(node):
            return node
    return None


def _sized(node: Node) -> bool:
    return (node.has("width") and node.has("height")) or node.has("empty_latent_width")


def settings(graph: Graph, literals: Literals, node: Node) -> Settings:
    """The pass's settings, through guider, noise and sigmas nodes or its pipe where it has some."""
    helpers = [node, *_helpers(graph, node)]

    def look(names: tuple[str, ...]) -> Any:
        for helper in helpers:
            for name in names:
                if name in helper.inputs:
                    value = literals.plain(helper.inputs[name], *names)
                    if value is not None:
                        return value
        return None

    sampler, scheduler = look(_SAMPLERS), look(_SCHEDULERS)
    return Settings(
        seed=whole(look(_SEEDS), MAX_SEED),
        steps=whole(look(_STEPS)),
        cfg_scale=number(look(_CFGS)),
        sampler=sampler if isinstance(sampler, str) else "",
        scheduler=scheduler if isinstance(scheduler, str) else "",
        denoise=number(look(_DENOISES)),
    )


def _helpers(graph: Graph, node: Node) -> Iterator[Node]:
    """The nodes that hold a custom sampler's settings."""
    for name in ("noise", "guider", "sampler", "sigmas"):
        link: Link | None = graph.input_link(node, name)
        seen: set[str] = set()
        # Sigmas may be split or scaled on their way; a few steps back lies their scheduler.
        while link is not None and link.node.id not in seen:
            seen.add(link.node.id)
            yield link.node
            link = graph.input_link(link.node, name, "", "*")
    carrier = next((link for name, link in graph.links(node) if is_pipe(name)), None)
    if carrier is not None:
        yield from graph.upstream([carrier.node], made_of)
