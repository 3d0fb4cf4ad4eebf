"""What steered a pass beside its prompt and LoRAs: image adapters, style and motion models."""

from collections.abc import Iterable

from gallery.metadata.parsers.comfyui.graph import Graph, Node
from gallery.metadata.parsers.comfyui.literals import Literals
from gallery.metadata.parsers.values import NAME_LIMIT, number, plain, stem

# The input by which it came, what it is called, and the inputs of its loader that name it.
_LINKED = (
    ("ipadapter", "IP-Adapter", ("ipadapter_file", "preset", "model_name")),
    ("style_model", "Style model", ("style_model_name",)),
    ("clip_vision", "CLIP vision", ("clip_name",)),
    ("motion_model", "Motion model", ("model_name",)),
    ("pulid", "PuLID", ("pulid_file",)),
    ("instantid", "InstantID", ("instantid_file",)),
)
_OWN = (("hypernetwork_name", "Hypernetwork"), ("photomaker_model_name", "PhotoMaker"))
_TEXT_ENCODERS = ("clip_name", "clip_name1", "clip_name2", "clip_name3", "clip_name4")
_WEIGHTS = ("weight", "strength")
_STEP_LIMIT = 50


def adapters_of(graph: Graph, literals: Literals, nodes: Iterable[Node]) -> dict[str, str]:
    """Words for a person by what they say: `IP-Adapter` is "plus_sdxl, weight 0.8"."""
    facts: dict[str, str] = {}
    for node in nodes:
        if "model_name" in node.inputs and node.is_called("animatediff"):
            said = literals.plain(node.inputs["model_name"], "model_name")
            _add(facts, "Motion model", said, literals, node)
        for name, title in _OWN:
            if name in node.inputs:
                _add(facts, title, literals.plain(node.inputs[name], name), literals, node)
        for name, link in graph.links(node):
            for input_name, title, file_names in _LINKED:
                if name == input_name:
                    loader = link.node
                    for _ in range(_STEP_LIMIT):  # adapters are handed on from node to node
                        before = graph.input_link(loader, input_name)
                        if before is None:
                            break
                        loader = before.node
                    for file_name in file_names:
                        if file_name in loader.inputs:
                            said = literals.plain(loader.inputs[file_name], file_name)
                            _add(facts, title, said, literals, node)
    return facts


def text_encoders_of(graph: Graph, literals: Literals, encoder: Node) -> str:
    """The files of the networks that read the prompt, where they have files of their own."""
    link = graph.input_link(encoder, "clip")
    for _ in range(_STEP_LIMIT):
        if link is None:
            return ""
        node = link.node
        names = [literals.plain(node.inputs[n], n) for n in _TEXT_ENCODERS if n in node.inputs]
        if names:
            return ", ".join(stem(name) for name in names if isinstance(name, str))
        link = graph.input_link(node, "clip", "", "*")
    return ""


def _add(facts: dict[str, str], title: str, name: object, literals: Literals, node: Node) -> None:
    if not isinstance(name, str) or not name or title in facts:
        return
    weight = next((node.inputs[n] for n in _WEIGHTS if n in node.inputs), None)
    strength = number(literals.plain(weight, *_WEIGHTS))
    said = "" if strength is None else f", weight {plain(strength)}"
    facts[title] = stem(name[:NAME_LIMIT]) + said
