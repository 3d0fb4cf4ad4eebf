"""Which nodes sample, and in which order they fed the saved picture.

Samplers are known by their inputs, so a custom one needs no entry here.
"""

from collections.abc import Iterator

from gallery.metadata.parsers.comfyui.graph import Graph, Link, Node, is_pipe

SEEDS = ("seed", "noise_seed")
STEPS = ("steps", "steps_total", "num_steps")
SAMPLERS = ("sampler_name", "sampler")
FILE_INPUTS = ("filename_prefix", "filename", "file_path")
PICTURES = ("images", "image", "video", "frames", "pixels")
_CONDITIONINGS = ("positive", "text_embeds", "hyvid_embeds", "kolors_embeds")
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
        "control_image",
        "hint",
        "neg_conditioning",
        "hyvid_embeds",
        "kolors_embeds",
        "length",
        "guidance",
    )
)
# What a pass begins with; of video models, a picture and a size that it is led by.
_STARTS = ("latent_image", "latent", "samples", "init_latent", "image_embeds")
# A sampler that holds these makes its latents itself.
_OWN_LATENT = ("width", "height", "batch_size")


def is_sampler(graph: Graph, node: Node) -> bool:
    known = graph.samples.get(node.id)
    if known is None:
        known = graph.samples[node.id] = _samples(graph, node)
    return known


def _samples(graph: Graph, node: Node) -> bool:
    inputs = node.inputs
    if node.has(*FILE_INPUTS) or node.is_called("save"):
        return False
    if node.has("guider") and node.has("sigmas", "noise", "sampler"):
        return True
    if not (node.has(*STEPS, *SAMPLERS, "sigmas") and node.has(*SEEDS, "cfg", "sigmas")):
        return False
    # A link that leads nowhere still tells what the node was.
    if any(isinstance(inputs.get(name), list) for name in _CONDITIONINGS):
        return True
    if isinstance(inputs.get("conditioning"), list) and node.has("latent_image", "latent"):
        return True
    return "positive" not in inputs and any(is_pipe(name) for name, _ in graph.links(node))


def made_of(graph: Graph, node: Node) -> tuple[Link, ...]:
    """The links by which a picture or latent came into `node`."""
    known = graph.made_of.get(node.id)
    if known is None:
        known = graph.made_of[node.id] = tuple(_made_of(graph, node))
    return known


def _made_of(graph: Graph, node: Node) -> Iterator[Link]:
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
    """Those of the passes that began: on empty latents if any did, else those that no other feeds.

    More than one where a picture was composed of several; its canvas comes first.
    """
    empty: list[Node] = []
    started: list[Node] = []
    among = {node.id for node in samplers}
    for node in samplers:
        feeding = graph.upstream([node], made_of)
        if any(other is not node and other.id in among for other in feeding):
            continue
        if empty_latent(graph, node) is not None:
            empty.append(node)
        else:
            started.append(node)
    return empty or started or samplers[:1]


def empty_latent(graph: Graph, sampler: Node) -> Node | None:
    """The node that set the size a pass began with; None where it began with a picture."""
    start = graph.input_link(sampler, *_STARTS)
    if start is None and all(name in sampler.inputs for name in _OWN_LATENT):
        return sampler
    if start is None:
        start = next((link for name, link in graph.links(sampler) if is_pipe(name)), None)
    if start is None:
        return sampler if sampler.has("width") and sampler.has("height") else None
    for node in graph.upstream([start.node], made_of):
        if graph.input_link(node, *PICTURES, "samples") is not None:
            return None
        if _sized(node):
            return node
    return None


def _sized(node: Node) -> bool:
    return (
        (node.has("width") and node.has("height"))
        or node.has("empty_latent_width")
        or (node.is_called("empty") and node.is_called("latent"))
    )
