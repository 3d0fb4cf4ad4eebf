"""Several passes over one picture, told apart: what each one after the base was for."""

from gallery.metadata.parsers.comfyui.graph import Graph, Node
from gallery.metadata.parsers.comfyui.samplers import is_sampler, made_of

_ENLARGERS = ("upscale", "imagescale", "image scale", "image resize", "imageresize", "enlarge")


def role(graph: Graph, node: Node, is_same_checkpoint: bool) -> str:
    """A word for a later pass: detailer, hires, refiner, or just pass."""
    if node.is_called("detailer") or node.has("bbox_detector", "segs"):
        return "Detailer"
    if node.is_called("upscale") or _enlarges(node) or _enlarged_before(graph, node):
        return "Hires"
    if not is_same_checkpoint or node.is_called("refine"):
        return "Refiner"
    return "Pass"


def _enlarges(node: Node) -> bool:
    """Whether the sampler itself scales before it samples."""
    method = node.inputs.get("upscale_method")
    return isinstance(method, str) and method not in ("", "None", "none")


def _enlarged_before(graph: Graph, node: Node) -> bool:
    """Whether its picture was scaled on the way from the pass before."""
    waiting = [link.node for link in made_of(graph, node)]
    seen: set[str] = set()
    while waiting:
        other = waiting.pop()
        if other.id in seen or is_sampler(graph, other):
            continue
        seen.add(other.id)
        if other.is_called(*_ENLARGERS):
            return True
        waiting.extend(link.node for link in made_of(graph, other))
    return False
