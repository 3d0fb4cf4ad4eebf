"""The size a pass began with: numbers, or a preset's words such as `1152x896|9:7`."""

import re

from gallery.metadata.parsers.comfyui.graph import Graph, Node
from gallery.metadata.parsers.comfyui.literals import Literals
from gallery.metadata.parsers.comfyui.samplers import empty_latent, is_sampler, made_of
from gallery.metadata.parsers.values import whole

_WORDS = re.compile(r"(?<!\d)(\d{2,5})\s*[xX\u00d7*]\s*(\d{2,5})(?!\d)")
_PRESETS = (
    "resolution",
    "dimensions",
    "size",
    "preset",
    "aspect_ratio",
    "empty_latent_aspect",
    "image_size",
    "image_size_preset",
)

_SCALED = (("width", "height"), ("resize_width", "resize_height"))

Size = tuple[int, int]


def size_of(graph: Graph, literals: Literals, sampler: Node) -> Size | None:
    node = empty_latent(graph, sampler)
    if node is None:
        return _scaled_to(graph, literals, sampler)
    names = ("width", "height")
    if "empty_latent_width" in node.inputs:
        names = ("empty_latent_width", "empty_latent_height")
        if (named := in_words(node)) is not None:
            return named
    width, height = (whole(literals.plain(node.inputs.get(name), name)) or None for name in names)
    if width and height:
        return width, height
    source = graph.input_link(node, *names)
    return in_words(node if source is None else source.node)


def _scaled_to(graph: Graph, literals: Literals, sampler: Node) -> Size | None:
    """What the picture that the pass began with was brought to, where a node says it in pixels."""
    start = graph.input_link(sampler, "latent_image", "latent", "samples", "init_latent")
    if start is None:
        return None
    for node in graph.upstream([start.node], made_of):
        if is_sampler(graph, node):
            return None
        names = next((names for names in _SCALED if all(name in node.inputs for name in names)), ())
        # WAS keeps a size beside the factor that it scales by instead.
        if names and node.is_called("scale", "resize") and node.inputs.get("mode") != "rescale":
            sides = (literals.plain(node.inputs[name], name) for name in names)
            width, height = (whole(side) for side in sides)
            return (width, height) if width and height else None
    return None


def in_words(node: Node) -> Size | None:
    """The size that a node's preset names, turned where the node says so."""
    for name, value in node.inputs.items():
        if isinstance(value, str) and (name in _PRESETS or name.startswith("value ")):
            found = _WORDS.search(value[:200])
            if found is not None:
                width, height = int(found[1]), int(found[2])
                turned = node.inputs.get("direction") or node.inputs.get("orientation")
                if isinstance(turned, str) and (
                    (turned.lower() == "portrait" and width > height)
                    or (turned.lower() == "landscape" and height > width)
                ):
                    width, height = height, width
                return width, height
    return None
