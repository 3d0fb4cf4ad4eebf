"""Values of a subgraph that are set on the node which stands for it."""

from typing import Any

# ComfyUI's mark for an input of the subgraph itself, where a number names a node within.
_OWN = "-1"


def value(instance: dict[str, Any], name: str) -> Any:
    """What the subgraph's input `name` was set to; None where only the nodes within know."""
    values = instance.get("widgets_values")
    if isinstance(values, dict):
        return values.get(name)
    if not isinstance(values, list):
        return None
    names = _listed(instance)
    return values[names.index(name)] if name in names and names.index(name) < len(values) else None


def _listed(instance: dict[str, Any]) -> list[Any]:
    """The names of the instance's values, in their order."""
    properties = instance.get("properties")
    shown = properties.get("proxyWidgets") if isinstance(properties, dict) else None
    if isinstance(shown, list):
        return [
            entry[1]
            if isinstance(entry, list) and len(entry) >= 2 and str(entry[0]) == _OWN
            else None
            for entry in shown
        ]
    slots = instance.get("inputs")
    if not isinstance(slots, list):
        return []
    return [slot.get("name") for slot in slots if isinstance(slot, dict) and "widget" in slot]
