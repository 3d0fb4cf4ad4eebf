"""Nodes that read the settings of another picture and keep them as infotext (SD Prompt Reader)."""

from gallery.metadata.parsers.automatic1111.infotext import pairs_of
from gallery.metadata.parsers.comfyui.graph import Node

_KEYS = {
    "seed": "Seed",
    "noise_seed": "Seed",
    "steps": "Steps",
    "cfg": "CFG scale",
    "ckpt_name": "Model",
}
_LIMIT = 20_000


def setting(node: Node, *names: str) -> str | None:
    """What the first of these inputs gets from such a node; None where it is no such node."""
    text = node.inputs.get("setting")
    if not isinstance(text, str) or not text.startswith("Steps:") or len(text) > _LIMIT:
        return None
    pairs = pairs_of(text)
    return next((pairs[_KEYS[n]] for n in names if n in _KEYS and _KEYS[n] in pairs), None)
