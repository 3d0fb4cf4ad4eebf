"""The LoRAs that a node applies: one by name, a numbered stack, a table, or tags in its text."""

import re
from collections.abc import Iterator
from typing import Any

from gallery.metadata.parsers.comfyui.graph import Node
from gallery.metadata.parsers.comfyui.literals import Literals
from gallery.metadata.parsers.values import number, stem, whole
from gallery.metadata.records import ResourceUse

_NUMBERED = re.compile(r"lora(?:_name)?_(\d{1,2})(?:_name)?\Z")
_TAG = re.compile(
    r"<lora:([^:<>]{1,255})(?::(-?\d{0,3}(?:\.\d{1,6})?))?(?::(-?\d{0,3}(?:\.\d{1,6})?))?[^<>]{0,200}>"
)
_TEXTS = ("text", "populated_text", "prompt", "loras")
_WEIGHTS = ("strength_model", "model_strength", "lora_model_strength", "strength", "lora_strength")
_CLIP_WEIGHTS = ("strength_clip", "clip_strength", "lora_clip_strength")
_NUMBERED_WEIGHTS = (
    "lora_wt_{}",
    "model_weight_{}",
    "lora_{}_strength",
    "strength_{}",
    "model_str_{}",
)
_NUMBERED_CLIP_WEIGHTS = ("clip_weight_{}", "clip_str_{}")
_COUNTS = ("lora_count", "num_loras")
_LIMIT = 200


def loras_of(literals: Literals, node: Node) -> list[ResourceUse]:
    """The last applied first."""
    inputs = node.inputs
    found: list[ResourceUse] = []
    single = "lora_name" if "lora_name" in inputs else "lora"
    if single == "lora_name" or (isinstance(inputs.get(single), str) and node.has(*_WEIGHTS)):
        name = _name(literals, inputs[single], single)
        found.append(_use(literals, name, node, _WEIGHTS, _CLIP_WEIGHTS))
    for name, value in reversed(inputs.items()):
        if name == "loras" and not isinstance(value, str):
            found.extend(_listed(value))
        elif name.startswith("lora_") and (numbered := _NUMBERED.match(name)) is not None:
            if isinstance(value, dict):
                found.extend(_entry(value))
            elif isinstance(value, str) and _is_on(node, numbered[1]):
                found.append(_numbered(literals, value, node, numbered[1]))
        elif name in _TEXTS:
            found.extend(_tagged(literals.text(value))[::-1])
        elif isinstance(value, str) and "<lora:" in value:
            found.extend(_tagged(value)[::-1])
    return found


def _name(literals: Literals, value: Any, name: str) -> str:
    if isinstance(value, dict):  # combo boxes with previews hold {"content": name}
        value = value.get("content")
    found = literals.plain(value, name)
    return found if isinstance(found, str) else ""


def _numbered(literals: Literals, name: str, node: Node, index: str) -> ResourceUse:
    weights = tuple(pattern.format(index) for pattern in _NUMBERED_WEIGHTS)
    clips = tuple(pattern.format(index) for pattern in _NUMBERED_CLIP_WEIGHTS)
    # Efficiency's stacker keeps the weights of both its modes.
    mode = node.inputs.get("input_mode")
    if mode == "simple":
        clips = ()
    elif mode == "advanced":
        weights = weights[::-1]
    return _use(literals, name, node, weights, clips)


def _is_on(node: Node, index: str) -> bool:
    count = next((whole(node.inputs[name]) for name in _COUNTS if name in node.inputs), None)
    return (count is None or int(index) <= count) and node.inputs.get(f"switch_{index}") != "Off"


def _use(
    literals: Literals, name: str, node: Node, weights: tuple[str, ...], clips: tuple[str, ...]
) -> ResourceUse:
    def look(names: tuple[str, ...]) -> float | None:
        known = next((n for n in names if n in node.inputs), None)
        return None if known is None else number(literals.plain(node.inputs[known], known))

    return _weighed(name, look(weights), look(clips))


def _listed(value: Any) -> Iterator[ResourceUse]:
    rows = value.get("__value__") if isinstance(value, dict) else value
    for row in reversed(rows[:_LIMIT]) if isinstance(rows, list) else ():
        if isinstance(row, dict):
            yield from _entry(row)


def _entry(row: dict[str, Any]) -> Iterator[ResourceUse]:
    """A row of a LoRA table: rgthree's `on/lora/strength`, LoraManager's `active/name/strength`."""
    name = row.get("lora") or row.get("name")
    if isinstance(name, str) and row.get("on", True) and row.get("active", True):
        clip_weight = number(row.get("strengthTwo", row.get("clipStrength")))
        yield _weighed(name, number(row.get("strength")), clip_weight)


def _tagged(text: str) -> list[ResourceUse]:
    """`<lora:name:weight>` and `<lora:name:weight:weight for clip>`, which such nodes act upon."""
    if "<lora:" not in text:
        return []
    return [
        _weighed(found[1], number(found[2]), number(found[3]))
        for found, _ in zip(_TAG.finditer(text), range(_LIMIT), strict=False)
    ]


def _weighed(name: str, weight: float | None, clip_weight: float | None) -> ResourceUse:
    """The weight for the text encoder is told where it is another one."""
    return ResourceUse("lora", stem(name), weight, clip_weight if clip_weight != weight else None)
