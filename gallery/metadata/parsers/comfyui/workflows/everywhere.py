"""Links that a node sends out to every input of their type, as "Anything Everywhere" does."""

from typing import Any

from gallery.metadata.parsers.comfyui.workflows.scopes import Node, Scope, is_running, slots
from gallery.metadata.parsers.comfyui.workflows.wires import MISSING, Wires

_SENDERS = ("Anything Everywhere", "Prompts Everywhere", "Seed Everywhere")
_LINK_LIMIT = 10_000


def add(scope: Scope, table: dict[str, Any], wires: Wires) -> None:
    """The links that the pack wrote down; where it did not, those that it would make."""
    senders = [
        node
        for node in scope.nodes.values()
        if node["type"].startswith(_SENDERS) and is_running(node)
    ]
    noted = scope.extra.get("ue_links")
    if isinstance(noted, list) and noted:
        _add_noted(scope, table, noted)
    elif senders:
        _broadcast(scope, table, wires, senders)


def _add_noted(scope: Scope, table: dict[str, Any], noted: list[Any]) -> None:
    for link in noted[:_LINK_LIMIT]:
        if not isinstance(link, dict):
            continue
        key, origin = str(link.get("downstream")), str(link.get("upstream"))
        slot, origin_slot = link.get("downstream_slot"), link.get("upstream_slot")
        node, running = scope.nodes.get(key), table.get(scope.path + key)
        if node is None or running is None or scope.path + origin not in table:
            continue
        inputs = slots(node)
        if isinstance(slot, int) and isinstance(origin_slot, int) and 0 <= slot < len(inputs):
            name = inputs[slot].get("name")
            if isinstance(name, str):
                running["inputs"].setdefault(name, [scope.path + origin, origin_slot])


def _broadcast(scope: Scope, table: dict[str, Any], wires: Wires, senders: list[Node]) -> None:
    sent: dict[tuple[str, str], Any] = {}
    for sender in senders:
        for number, slot in enumerate(slots(sender)):
            kind, link = _kind(slot), slot.get("link")
            value = MISSING if link is None else wires.source(scope, link)
            if kind and value is not MISSING:
                role = ""
                if kind == "CONDITIONING" or sender["type"].startswith("Prompts"):
                    role = ("positive", "negative")[min(number, 1)]
                sent.setdefault((kind, role), value)
    for key, node in scope.nodes.items():
        running = table.get(scope.path + key)
        if running is None or any(node is sender for sender in senders):
            continue
        for slot in slots(node):
            name, wanted = slot.get("name"), slot.get("type")
            if not isinstance(name, str) or slot.get("link") is not None or "widget" in slot:
                continue
            if isinstance(wanted, str):
                value = sent.get((wanted, ""), sent.get((wanted, name)))
                if value is not None:
                    running["inputs"].setdefault(name, value)


def _kind(slot: dict[str, Any]) -> str:
    """What comes in: such inputs take anything, and are called after what they were given."""
    said = (slot.get(name) for name in ("type", "label", "name"))
    return next((each for each in said if isinstance(each, str) and each.isupper()), "")
