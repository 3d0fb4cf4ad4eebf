"""Pictures that a picture was made from: each loader's file, and what it was used for."""

from collections.abc import Iterator

from gallery.metadata.parsers.comfyui.graph import Graph, Link, Node
from gallery.metadata.parsers.comfyui.samplers import is_sampler
from gallery.metadata.parsers.values import NAME_LIMIT, clean
from gallery.metadata.records import SourceReference

_FILES = frozenset(("image", "video", "image_path", "file"))
_SUFFIXES = (
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".gif",
    ".avif",
    ".bmp",
    ".tif",
    ".tiff",
    ".mp4",
    ".mov",
    ".webm",
    ".mkv",
)
# ComfyUI says behind a file in which of its folders it lies.
_FOLDERS = (" [input]", " [output]", " [temp]")
_MASKS = frozenset(("mask", "masks", "mask_image", "noise_mask", "mask_opt", "attn_mask"))
_ADAPTERS = ("ipadapter", "instantid", "pulid", "photomaker", "faceid")
_INPAINTERS = ("inpaint", "noisemask", "noise mask")
_STARTS = frozenset(("start_image", "init_image", "start_latent", "init_latent"))
_LOOKED_AT = frozenset(("clip_vision_output", "style_model", "reference", "reference_image"))
_PREPROCESSORS = ("preprocess", "canny", "depth", "lineart", "openpose", "dwpose", "scribble")
# Files of models, and numbers that may have been measured on a picture.
_NO_PICTURES = frozenset(
    (
        "clip",
        "vae",
        "upscale_model",
        "control_net",
        "clip_vision",
        "width",
        "height",
        "length",
        "batch_size",
        "text",
        "seed",
        "steps",
    )
)
_LIMIT = 50

_STRONGER = {
    "mask": ("inpaint",),
    "img2img": ("inpaint",),
    "reference": ("inpaint", "img2img", "controlnet", "ip_adapter"),
}
# On the way straight to the output, before any pass.
_FINISHED = "finished"


def sources_of(graph: Graph, output: Node | None) -> tuple[SourceReference, ...]:
    """Every picture file that fed `output`, once for each use of it."""
    if output is None:
        return ()
    files = {
        node.id: name
        for node in graph.nodes.values()
        if not node.inputs.keys().isdisjoint(_FILES) and (name := _file(node))
    }
    if not files:
        return ()
    has_sampled = has_enlarged = False
    found: set[tuple[str, str]] = set()
    names: dict[tuple[str, str], None] = {}
    waiting = [(Link(output, 0), _FINISHED)]
    seen: set[tuple[str, int, str]] = set()
    while waiting and len(names) < _LIMIT:
        (node, slot), use = waiting.pop()
        if (node.id, slot, use) in seen:
            continue
        seen.add((node.id, slot, use))
        if file := files.get(node.id):
            names.setdefault(("mask" if slot == 1 else use, file))
            continue
        if (node.id, use) in found:
            continue
        found.add((node.id, use))
        has_sampled = has_sampled or is_sampler(graph, node)
        has_enlarged = has_enlarged or node.is_called("upscale")
        waiting.extend(list(_onward(graph, node, use))[::-1])
    finished = "img2img" if has_sampled else "upscale" if has_enlarged else "reference"
    return _plain(names, finished)


def _onward(graph: Graph, node: Node, use: str) -> Iterator[tuple[Link, str]]:
    for name, link in graph.links(node):
        name = name.lower()
        if name not in _NO_PICTURES:
            yield link, _use_of(graph, node, name, use)


def _use_of(graph: Graph, node: Node, name: str, use: str) -> str:
    """What a node uses the input called `name` for, if it is itself of such `use`."""
    if use == "mask" or name in _MASKS:
        return "mask"
    if name in _LOOKED_AT:
        return "reference"
    if name in _STARTS:
        return "img2img"
    if _is_hint(node, name):
        return "controlnet"
    if "image" in name and node.is_called(*_ADAPTERS):
        return "ip_adapter"
    if node.is_called(*_INPAINTERS) and name in ("pixels", "samples", "image"):
        return "inpaint"
    if is_sampler(graph, node):
        if name in ("positive", "negative", "conditioning", "guider", "model"):
            return "reference"
        if use in (_FINISHED, "reference"):
            return "img2img"
    return use


def _is_hint(node: Node, name: str) -> bool:
    """Whether it goes into a ControlNet, or into what draws lines, depths and poses for one."""
    if name == "image" and node.is_called(*_PREPROCESSORS):
        return True
    is_control = node.has("control_net", "controlnet") or node.is_called("controlnet")
    return is_control and ("image" in name or "hint" in name or "video" in name)


def _file(node: Node) -> str:
    """The picture that a node loads, in the folder as recorded; empty where it loads none."""
    for name in _FILES & node.inputs.keys():
        value = node.inputs[name]
        if isinstance(value, str) and len(value) <= 2 * NAME_LIMIT:
            for folder in _FOLDERS:
                value = value.removesuffix(folder)
            if value.lower().endswith(_SUFFIXES):
                return clean(value)
    return ""


def _plain(names: dict[tuple[str, str], None], finished: str) -> tuple[SourceReference, ...]:
    """Each file with the uses that say most of it: one inpainted has its own mask, too."""
    uses = dict.fromkeys((finished if use == _FINISHED else use, name) for use, name in names)
    return tuple(
        SourceReference(use, name)
        for use, name in uses
        if not any((stronger, name) in uses for stronger in _STRONGER.get(use, ()))
    )
