"""Group nodes, which subgraphs have replaced: a group and its use, in a subgraph's form."""

from typing import Any

_PREFIXES = ("workflow>", "workflow/")
_ENTRY, _EXIT = -10, -20
_NODE_LIMIT = 1000


def name_of(kind: str) -> str:
    """The group's name in a node's class; empty where it is none."""
    for prefix in _PREFIXES:
        if kind.startswith(prefix):
            return kind[len(prefix) :]
    return ""


def as_subgraph(group: dict[str, Any], instance: dict[str, Any]) -> dict[str, Any]:
    """A group's inputs, outputs and values are those of its nodes that nothing within feeds."""
    nodes = [dict(node) for node in _dicts(group.get("nodes"))[:_NODE_LIMIT]]
    links, outer_types = _links(group, len(nodes))
    fed = {(link["target_id"], link["target_slot"]) for link in links}
    used = {(link["origin_id"], link["origin_slot"]) for link in links}
    for index, node in enumerate(nodes):
        node["id"] = index
        node["inputs"] = [dict(slot, link=None) for slot in _dicts(node.get("inputs"))]
    _share_values(nodes, instance)
    for number, link in enumerate(links):
        link["id"] = number
        _attach(nodes, link)
    names = [str(slot.get("name")) for slot in _dicts(instance.get("inputs"))]
    types = [slot.get("type") for slot in _dicts(instance.get("inputs"))]
    free = list(range(len(names)))
    for index, node in enumerate(nodes):
        for slot, entry in enumerate(node["inputs"]):
            if (index, slot) in fed:
                continue
            wanted = str(entry.get("name"))
            kind = outer_types.get((index, slot), entry.get("type"))
            found = next(
                (
                    at
                    for at in free
                    if types[at] == kind and (not wanted or names[at].endswith(wanted))
                ),
                None,
            )
            if found is None:
                continue
            free.remove(found)
            link = _link(len(links), _ENTRY, found, index, slot)
            links.append(link)
            _attach(nodes, link)
    links += _exits(group, nodes, used, len(links))
    return {"nodes": nodes, "links": links, "inputs": [{"name": name} for name in names]}


def _links(
    group: dict[str, Any], count: int
) -> tuple[list[dict[str, Any]], dict[tuple[int, int], Any]]:
    """The links within, and the types of those that come from without, by node and slot."""
    links: list[dict[str, Any]] = []
    outer: dict[tuple[int, int], Any] = {}
    listed = group.get("links")
    for link in listed if isinstance(listed, list) else ():
        if not isinstance(link, list) or len(link) < 4:
            continue
        origin, slot, target, target_slot = link[:4]
        if not (_is_index(target, count) and _is_index(target_slot, 1000)):
            continue
        if _is_index(origin, count) and _is_index(slot, 1000):
            links.append(_link(len(links), origin, slot, target, target_slot))
        elif len(link) >= 6:
            outer[target, target_slot] = link[5]
    return links[: _NODE_LIMIT * 10], outer


def _exits(
    group: dict[str, Any], nodes: list[dict[str, Any]], used: set[tuple[int, int]], start: int
) -> list[dict[str, Any]]:
    """Outputs of the group: those shown to the outside, and those that nothing within takes."""
    shown = set()
    external = group.get("external")
    for entry in external if isinstance(external, list) else ():
        if isinstance(entry, list) and len(entry) >= 2:
            index = entry[0].get("index") if isinstance(entry[0], dict) else entry[0]
            if isinstance(index, int) and isinstance(entry[1], int):
                shown.add((index, entry[1]))
    exits: list[dict[str, Any]] = []
    for index, node in enumerate(nodes):
        for slot, _ in enumerate(_dicts(node.get("outputs"))):
            if (index, slot) in shown or (index, slot) not in used:
                exits.append(_link(start + len(exits), index, slot, _EXIT, len(exits)))
    return exits


def _share_values(nodes: list[dict[str, Any]], instance: dict[str, Any]) -> None:
    """The instance's values, one after the other, where they are as many as the nodes have."""
    values = instance.get("widgets_values")
    own = [node.get("widgets_values") for node in nodes]
    lengths = [len(each) if isinstance(each, list) else 0 for each in own]
    if not isinstance(values, list) or len(values) != sum(lengths):
        return
    for node, length in zip(nodes, lengths, strict=True):
        if length:
            node["widgets_values"], values = values[:length], values[length:]


def _attach(nodes: list[dict[str, Any]], link: dict[str, Any]) -> None:
    slots = nodes[link["target_id"]]["inputs"]
    if link["target_slot"] < len(slots):
        slots[link["target_slot"]]["link"] = link["id"]


def _link(number: int, origin: int, slot: int, target: int, target_slot: int) -> dict[str, Any]:
    return {
        "id": number,
        "origin_id": origin,
        "origin_slot": slot,
        "target_id": target,
        "target_slot": target_slot,
    }


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _is_index(value: Any, count: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count
