"""A node's values by name, where the editor kept them by position.

Names come from the node itself (since 2025 it lists an input for each value), else from the table
of known classes; for the rest, values tell by their look what they are.
"""

import re
from collections.abc import Sequence
from typing import Any

from gallery.metadata.parsers.comfyui.workflows.guessing import guess
from gallery.metadata.parsers.comfyui.workflows.widget_names import known

_VALUE_LIMIT = 1000
# What the editor does with a seed after each run stands behind it as a value of its own.
CONTROLS = frozenset(("fixed", "randomize", "increment", "decrement"))
_SEEDS = ("seed", "noise_seed")
# Buttons, which have a value too.
_BUTTONS = ("image", "")
_NUMBERS = frozenset(("seed", "noise_seed", "steps", "cfg", "denoise", "width", "height"))
_WORDS = frozenset(("sampler_name", "scheduler", "text", "ckpt_name", "unet_name", "lora_name"))
# Values of these inputs of a name list are no values of the node's run.
_PREVIEWS = frozenset(("videopreview", "audioUI", "$$canvas-image-preview"))
_PICTURES = frozenset(("IMAGE", "VIDEO"))
_NETWORKS = frozenset(("MODEL", "CLIP", "VAE", "CONDITIONING", "LATENT"))
# They write a text onto a picture, or save it under a name.
_WRITERS = re.compile(
    r"(?:Text|\btext|_text)(?![ _]?(?:[Tt]o[ _]?(?:[Ii]mage|[Vv]ideo)|2))"
    r"|(?i:\badd|draw|label|caption|overlay|watermark|font|save|load)"
)


def named(node: dict[str, Any]) -> dict[str, Any]:
    """Values by name; what has no name we know is called after its place: `value 3`."""
    values = node.get("widgets_values")
    if isinstance(values, dict):
        return {
            key: value for key, value in list(values.items())[:_VALUE_LIMIT] if key not in _PREVIEWS
        }
    if not isinstance(values, list) or not values:
        return {}
    values = values[:_VALUE_LIMIT]
    own = _own_names(node)
    orders = known().get(node["type"], [])
    # A node's own names stand in any order where it was saved by older editors; shorter lists are
    # of older releases of the node.
    for names, has_rest, is_shorter in (
        *((order, True, False) for order in orders if set(own) <= set(order)),
        (own, False, False),
        *((order, True, False) for order in orders),
        *((order, True, True) for order in orders),
        (own, True, False),
    ):
        found = _assigned(names, values, has_rest, is_shorter) if names else None
        if found is not None:
            return found
    return guess(node["type"], own, values, is_service=_is_service(node))


def first_value(node: dict[str, Any]) -> Any:
    """The value of a node that has but one that counts: a primitive, a setter."""
    values = node.get("widgets_values")
    if isinstance(values, dict):
        values = list(values.values())
    return values[0] if isinstance(values, list) and values else node.get("title")


def _is_service(node: dict[str, Any]) -> bool:
    """Whether a node gives pictures and is given no network, as those that call a service."""
    if _WRITERS.search(node["type"]):
        return False
    given = {slot.get("type") for slot in _dicts(node.get("inputs"))}
    made = {slot.get("type") for slot in _dicts(node.get("outputs"))}
    return not made.isdisjoint(_PICTURES) and given.isdisjoint(_NETWORKS)


def _dicts(listed: Any) -> list[dict[str, Any]]:
    entries = listed[:_VALUE_LIMIT] if isinstance(listed, list) else []
    return [each for each in entries if isinstance(each, dict)]


def _own_names(node: dict[str, Any]) -> tuple[str, ...]:
    """The names of the inputs that stand for values; older editors list only the linked ones."""
    names = []
    for slot in _dicts(node.get("inputs")):
        widget = slot.get("widget")
        name = widget.get("name") if isinstance(widget, dict) else None
        if isinstance(name, str):
            names.append(name)
    return tuple(names)


def _assigned(
    names: Sequence[str], values: list[Any], has_rest: bool, is_shorter: bool
) -> dict[str, Any] | None:
    """Names and values side by side; None where they cannot be meant for each other."""
    found: dict[str, Any] = {}
    at = 0
    for name in names:
        if at >= len(values):
            if is_shorter:
                break
            return None
        if not _fits(name, values[at]):
            return None
        found[name] = values[at]
        at += 1
        if at < len(values) and _is_control(name, values[at], len(values) > len(names)):
            at += 1
    rest = values[at:]
    is_whole = has_rest and all(value is None or value in _BUTTONS for value in rest)
    return found if is_whole or not rest else None


def _fits(name: str, value: Any) -> bool:
    if value is None:
        return True
    if name in _NUMBERS:
        return isinstance(value, int | float)
    return isinstance(value, str) if name in _WORDS else True


def _is_control(name: str, value: Any, has_more: bool) -> bool:
    if value is None or isinstance(value, bool):  # the oldest editors' "random seed every time"
        return has_more and name in _SEEDS
    return isinstance(value, str) and value in CONTROLS and (has_more or "seed" in name.lower())
