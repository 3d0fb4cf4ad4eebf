"""The levels of a workflow: its own nodes, and those of every subgraph and group that it uses."""

from dataclasses import dataclass, field
from typing import Any

from gallery.metadata.parsers.comfyui.graph import NODE_LIMIT
from gallery.metadata.parsers.comfyui.workflows import groups

_DEPTH_LIMIT = 20
_LINK_LIMIT = 100_000
_SLOT_LIMIT = 1000
_LINK_PARTS = ("id", "origin_id", "origin_slot", "target_id", "target_slot")
MUTED, BYPASSED = 2, 4
# The editor's own: they hand on or tell, and never run.
REROUTES = frozenset(("Reroute", "Reroute (rgthree)"))
SETTERS = frozenset(("SetNode", "easy setNode"))
GETTERS = frozenset(("GetNode", "easy getNode"))
PRIMITIVE = "PrimitiveNode"
_TALKERS = frozenset(
    (
        "Note",
        "MarkdownNote",
        "Note Plus (mtb)",
        "Label (rgthree)",
        "Bookmark (rgthree)",
        "Fast Muter (rgthree)",
        "Fast Bypasser (rgthree)",
        "Fast Groups Muter (rgthree)",
        "Fast Groups Bypasser (rgthree)",
        "Fast Actions Button (rgthree)",
        "Node Collector (rgthree)",
        "Mute / Bypass Relay (rgthree)",
        "Mute / Bypass Repeater (rgthree)",
        "Random Unmuter (rgthree)",
    )
)
_VIRTUAL = REROUTES | SETTERS | GETTERS | _TALKERS | {PRIMITIVE}

Node = dict[str, Any]


def is_running(node: Node) -> bool:
    return node.get("mode") not in (MUTED, BYPASSED) and node["type"] not in _VIRTUAL


def slots(node: Node) -> list[dict[str, Any]]:
    """The inputs of a node that others may be linked to."""
    listed = node.get("inputs")
    if not isinstance(listed, list):
        return []
    return [slot for slot in listed[:_SLOT_LIMIT] if isinstance(slot, dict)]


@dataclass(eq=False)
class Scope:
    """One level: nodes by id, and for each link its origin (node id, output number)."""

    path: str = ""
    nodes: dict[str, Node] = field(default_factory=dict)
    origins: dict[Any, tuple[str, int]] = field(default_factory=dict)
    # What leaves a subgraph: its output's number to the link that feeds it.
    leaving: dict[int, Any] = field(default_factory=dict)
    # What enters it: names of its inputs, by number.
    entries: list[str] = field(default_factory=list)
    children: dict[str, "Scope"] = field(default_factory=dict)
    parent: "Scope | None" = None
    instance: Node = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    # Of the instance's values, in their order; found when first asked for.
    value_names: list[Any] | None = None


def flatten(workflow: dict[str, Any]) -> list[Scope]:
    """All levels, outermost first; bounded, since a subgraph may well contain itself."""
    definitions = _subgraphs(workflow)
    group_nodes = _part(_part(workflow, "extra"), "groupNodes")
    root = _scope(workflow)
    scopes, waiting = [root], [(root, 0)]
    count = len(root.nodes)
    while waiting:
        scope, depth = waiting.pop()
        for key, node in scope.nodes.items():
            if node.get("mode") in (MUTED, BYPASSED) or depth >= _DEPTH_LIMIT:
                continue
            definition = definitions.get(node["type"])
            if definition is None:
                group = group_nodes.get(groups.name_of(node["type"]))
                definition = groups.as_subgraph(group, node) if isinstance(group, dict) else None
            if definition is None:
                continue
            child = _scope(definition, f"{scope.path}{key}:")
            count += len(child.nodes)
            if count > NODE_LIMIT:
                return scopes
            child.parent, child.instance = scope, node
            scope.children[key] = child
            scopes.append(child)
            waiting.append((child, depth + 1))
    return scopes


def _subgraphs(workflow: dict[str, Any]) -> dict[str, dict[str, Any]]:
    listed = _part(workflow, "definitions").get("subgraphs")
    if not isinstance(listed, list):
        return {}
    return {
        each["id"]: each
        for each in listed[:NODE_LIMIT]
        if isinstance(each, dict) and isinstance(each.get("id"), str)
    }


def _scope(level: dict[str, Any], path: str = "") -> Scope:
    scope = Scope(path=path, extra=_part(level, "extra"))
    nodes = [
        node
        for node in _listed(level, "nodes")[:NODE_LIMIT]
        if isinstance(node, dict) and isinstance(node.get("type"), str)
    ]
    # The browser sends them by number, whatever their order here.
    for node in sorted(nodes, key=_order):
        scope.nodes[str(node.get("id"))] = node
    leaving = str(_part(level, "outputNode").get("id", -20))
    for link in _listed(level, "links")[:_LINK_LIMIT]:
        key, origin, slot, target, target_slot = _ends(link)
        if isinstance(key, int | str) and _is_number(slot) and _is_number(target_slot):
            scope.origins[key] = (str(origin), slot)
            if str(target) == leaving:
                scope.leaving[target_slot] = key
    for entry in _listed(level, "inputs")[:_SLOT_LIMIT]:
        name = entry.get("name") if isinstance(entry, dict) else None
        scope.entries.append(name if isinstance(name, str) else "")
    return scope


def _ends(link: Any) -> tuple[Any, ...]:
    """A link's id, origin, output, target and input, whichever of the two forms it has."""
    if isinstance(link, dict):
        return tuple(link.get(name) for name in _LINK_PARTS)
    return tuple(link[:5]) if isinstance(link, list) and len(link) >= 5 else (None,) * 5


def _order(node: Node) -> tuple[bool, int]:
    key = str(node.get("id"))
    is_number = key.isdecimal() and len(key) < 10
    return not is_number, int(key) if is_number else 0


def _part(holder: dict[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def _listed(holder: dict[str, Any], name: str) -> list[Any]:
    value = holder.get(name)
    if isinstance(value, dict):  # some editors keep tables by id
        return list(value.values())
    return value if isinstance(value, list) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
