"""Where a link of a workflow really comes from, past all that only the editor knows."""

from typing import Any

from gallery.metadata.parsers.comfyui.workflows import promoted, widgets
from gallery.metadata.parsers.comfyui.workflows.scopes import (
    BYPASSED,
    GETTERS,
    MUTED,
    PRIMITIVE,
    REROUTES,
    SETTERS,
    Node,
    Scope,
    slots,
)

MISSING: Any = object()
_STEP_LIMIT = 10_000
# All links of one workflow together.
_EFFORT_LIMIT = 200_000


class Wires:
    """Follows links; gives up, as on a link that leads nowhere, where there is no end of it."""

    def __init__(self) -> None:
        self._effort = _EFFORT_LIMIT

    def source(self, scope: Scope, link: Any) -> Any:
        """A link in the API's form, a plain value, or MISSING."""
        for _ in range(_STEP_LIMIT):
            self._effort -= 1
            origin = scope.origins.get(link) if isinstance(link, int | str) else None
            if origin is None or self._effort < 0:
                return MISSING
            key, slot = origin
            node = scope.nodes.get(key)
            if node is None:
                entered = _entered(scope, slot)
                if not isinstance(entered, tuple):
                    return entered
                scope, link = entered
                continue
            mode, kind = node.get("mode"), node["type"]
            if mode == MUTED:
                return MISSING
            if mode == BYPASSED:
                link = _passed_by(node, slot)
            elif kind in REROUTES or kind in SETTERS:
                link = _first_link(node)
            elif kind in GETTERS:
                scope, link = _set_elsewhere(scope, node)
            elif kind == PRIMITIVE:
                return widgets.first_value(node)
            elif key in scope.children:
                scope = scope.children[key]
                link = scope.leaving.get(slot)
            else:
                return [scope.path + key, slot]
        return MISSING


def _entered(scope: Scope, slot: int) -> Any:
    """What a subgraph is given from outside: a scope with its link, a value, or MISSING."""
    if scope.parent is None or not 0 <= slot < len(scope.entries):
        return MISSING
    name = scope.entries[slot]
    outer = next((s for s in slots(scope.instance) if s.get("name") == name), None)
    if outer is not None and outer.get("link") is not None:
        return scope.parent, outer["link"]
    value = promoted.value(scope, name)
    return MISSING if value is None else value


def _passed_by(node: Node, slot: int) -> Any:
    """A bypassed node hands on what came into it of the type that its output has."""
    outputs = node.get("outputs")
    wanted = None
    if isinstance(outputs, list) and 0 <= slot < len(outputs) and isinstance(outputs[slot], dict):
        wanted = outputs[slot].get("type")
    inputs = slots(node)
    for candidate in (*inputs[slot : slot + 1], *inputs):
        if candidate.get("type") == wanted and candidate.get("link") is not None:
            return candidate["link"]
    return None


def _first_link(node: Node) -> Any:
    return next((s["link"] for s in slots(node) if s.get("link") is not None), None)


def _set_elsewhere(scope: Scope, getter: Node) -> tuple[Scope, Any]:
    """The link into the node that set the value under the getter's name, here or further out."""
    name = widgets.first_value(getter)
    holder: Scope | None = scope
    while holder is not None:
        for node in holder.nodes.values():
            if node["type"] in SETTERS and widgets.first_value(node) == name:
                return holder, _first_link(node)
        holder = holder.parent
    return scope, None
