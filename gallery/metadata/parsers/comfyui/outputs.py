"""The nodes that made files, likeliest first."""

from gallery.metadata.parsers.comfyui.graph import Graph, Node, every_link
from gallery.metadata.parsers.comfyui.samplers import FILE_INPUTS, PICTURES

_LIMIT = 50
# ComfyUI runs no output above which one of these lacks its input, but still runs the others.
_REQUIRED = {
    "CLIPTextEncode": {"clip", "text"},
    "ImageScale": {"image"},
    "ImageUpscaleWithModel": {"image", "upscale_model"},
    "KSampler": {"model", "positive", "negative", "latent_image"},
    "KSamplerAdvanced": {"model", "positive", "negative", "latent_image"},
    "LatentUpscale": {"samples"},
    "SaveImage": {"images"},
    "VAEDecode": {"samples", "vae"},
    "VAEEncode": {"pixels", "vae"},
}


def outputs(graph: Graph) -> list[Node]:
    """Savers first, then what else ends in a picture, previews last; what cannot run after all.

    What a saver hands on, to be compared or shown, is saved all the same.
    """
    last = {node.id for node in graph.ends()}
    ends = [
        node
        for key, node in graph.nodes.items()
        if (key in last or "filename_prefix" in node.inputs or node.kind.startswith("Save"))
        and graph.input_link(node, *PICTURES) is not None
    ]
    if len(ends) < 2:
        return ends
    ends = sorted(ends, key=_rank)[:_LIMIT]
    broken = {
        node.id
        for node in graph.nodes.values()
        if node.kind in _REQUIRED and not node.inputs.keys() >= _REQUIRED[node.kind]
    }
    if not broken:
        return ends
    return sorted(
        ends,
        key=lambda end: any(node.id in broken for node in graph.upstream([end], every_link)),
    )


def _rank(node: Node) -> int:
    if node.is_called("preview"):
        return 2
    return 0 if node.has(*FILE_INPUTS) or node.is_called("save") else 1
