"""Nodes that hand one of several inputs on: which one it was, by the selector they hold."""

from typing import Any

from gallery.metadata.parsers.comfyui.graph import Graph, Link, Node

_WORDS = ("switch", "selector", "if else", "ifelse")
_FLAGS = ("boolean", "switch", "condition", "boolean_value", "enabled", "value", "flag", "expr")
_ON = ("on_true", "input_true", "true_value", "true", "if_true", "tt_value", "input_on")
_OFF = ("on_false", "input_false", "false_value", "false", "if_false", "ff_value", "input_off")
_INDEXES = ("select", "index", "Input", "selected", "choice")


def is_switch(node: Node) -> bool:
    return node.is_called(*_WORDS) or (node.has(*_ON) and node.has(*_OFF))


def chosen(graph: Graph, node: Node) -> Any:
    """The input's value that a switch hands on; None where it cannot be told."""
    flag = next((_flag(graph, node.inputs[name]) for name in _FLAGS if name in node.inputs), None)
    if flag is not None and node.has(*_ON, *_OFF):
        names = _ON if flag else _OFF
        return next((node.inputs[name] for name in names if name in node.inputs), None)
    index = next(
        (node.inputs[name] for name in _INDEXES if isinstance(node.inputs.get(name), int)), None
    )
    if index is not None:
        numbered = (f"{stem}{index}" for stem in ("input", "text", "any", "value"))
        spaced = (f"{stem}_{index}" for stem in ("input", "text", "any", "value"))
        for name in (*numbered, *spaced):
            if name in node.inputs:
                return node.inputs[name]
    # Switches without a selector hand on the first input that is connected.
    first = next(iter(graph.links(node)), None)
    return None if first is None else node.inputs[first[0]]


def left_out(node: Node, picked: Any) -> Any:
    """The branch of a switch of two that was not handed on; None where there are not two."""
    if not (node.has(*_ON) and node.has(*_OFF)):
        return None
    branches = (node.inputs[name] for name in (*_ON, *_OFF) if name in node.inputs)
    return next((value for value in branches if value is not picked), None)


def _flag(graph: Graph, value: Any) -> bool | None:
    for _ in range(8):  # through a few primitives at most
        if isinstance(value, bool):
            return value
        link: Link | None = graph.link(value)
        if link is None:
            return None
        inputs = link.node.inputs
        value = next((inputs[name] for name in ("value", "boolean") if name in inputs), None)
    return None
