"""What a pass was set to, gathered from the sampler and the nodes that hold its settings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gallery.metadata.parsers.comfyui.graph import Graph, Link, Node, is_pipe
from gallery.metadata.parsers.comfyui.literals import Literals
from gallery.metadata.parsers.comfyui.samplers import SAMPLERS, SEEDS, STEPS, made_of
from gallery.metadata.parsers.values import MAX_SEED, number, plain, whole

_CFGS = ("cfg", "cfg_scale", "guidance_scale", "cfg_conds")
_SCHEDULERS = ("scheduler", "scheduler_name", "sigma_schedule")
_DENOISES = ("denoise", "denoise_strength", "denoising_strength")


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

    sampler, scheduler = look(SAMPLERS), look(_SCHEDULERS)
    return Settings(
        seed=whole(look(SEEDS), MAX_SEED),
        steps=whole(look(STEPS)),
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
