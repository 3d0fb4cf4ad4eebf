"""What the nodes of a graph were set to, as text that can be searched."""

import json
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from gallery.metadata.parsers.comfyui.graph import Graph
from gallery.metadata.parsers.values import NAME_LIMIT, clean
from gallery.metadata.records import WorkflowNode

_NODE_LIMIT = 2000
_PROPERTY_LIMIT = 100
_VALUE_LIMIT = 2000
# All values of a graph together.
_TEXT_LIMIT = 1_000_000
# Pictures and the like, written as text: nothing that anybody looks for.
_BLOB = re.compile(r"data:[\w/+.-]*[;,]|[A-Za-z0-9+/=_-]{300}")


def search_nodes(graph: Graph) -> tuple[WorkflowNode, ...]:
    """Every node with its own values, in the order recorded; bounded in every direction."""
    nodes = []
    room = _TEXT_LIMIT
    for node in list(graph.nodes.values())[:_NODE_LIMIT]:
        pairs: list[tuple[str, str]] = []
        for name, value in node.inputs.items():
            if len(pairs) >= _PROPERTY_LIMIT or room < 0:
                break
            kind = type(value)
            if kind is list and _looks_like_link(value):
                continue
            if kind is dict:
                inner = list(_inner(name, value))
                pairs += inner
                room -= sum(len(text) for _, text in inner)
            elif text := _text(value):
                pairs.append((_name(name) if len(name) < NAME_LIMIT else _cut(name), text))
                room -= len(text)
        kind_name = _name(node.kind) if len(node.kind) < NAME_LIMIT else _cut(node.kind)
        nodes.append(WorkflowNode(kind_name, tuple(pairs[:_PROPERTY_LIMIT])))
    return tuple(nodes)


def _cut(name: str) -> str:
    return clean(name[:NAME_LIMIT])


# Classes and inputs have the same names in thousands of graphs.
_name = lru_cache(4096)(_cut)


def _inner(name: str, value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A value of several parts, as a LoRA's row of a table."""
    for inner, each in list(value.items())[:_PROPERTY_LIMIT]:
        if text := _text(each):
            yield clean(f"{name}.{inner}"[:NAME_LIMIT]), text


def _text(value: Any) -> str:
    """A value as a person would write it; empty where there is nothing to look for."""
    kind = type(value)
    if kind is str:
        if len(value) > 300 and _BLOB.match(value.lstrip()):
            return ""
        return clean(value[:_VALUE_LIMIT])
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value) if abs(value) < 10**40 else ""
    if kind is float:
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if kind is list or kind is dict:
        return clean(_compact(value)[:_VALUE_LIMIT])
    return ""


def _compact(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (RecursionError, ValueError):
        return ""


def _looks_like_link(value: list[Any]) -> bool:
    """Also one that leads nowhere: an id and a number."""
    return len(value) == 2 and type(value[1]) is int and type(value[0]) in (str, int)
