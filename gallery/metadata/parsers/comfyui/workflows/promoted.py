"""Values of a subgraph that are set on the node which stands for it."""

from typing import Any

from gallery.metadata.parsers.comfyui.workflows.scopes import Scope, slots

# ComfyUI's mark for an input of the subgraph itself, where a number names a node within.
_OWN = "-1"


def value(scope: Scope, name: str) -> Any:
    """What the subgraph's input `name` was set to; None where only the nodes within know."""
    values = scope.instance.get("widgets_values")
    if isinstance(values, dict):
        return values.get(name)
    if not isinstance(values, list):
        return None
    if scope.value_names is None:
        scope.value_names = _names(scope, len(values))
    names = scope.value_names
    return values[names.index(name)] if name in names and names.index(name) < len(values) else None


def _names(scope: Scope, count: int) -> list[Any]:
    """The names of the instance's values, in their order."""
    properties = scope.instance.get("properties")
    shown = properties.get("proxyWidgets") if isinstance(properties, dict) else None
    if isinstance(shown, list) and shown:
        return [
            entry[1]
            if isinstance(entry, list) and len(entry) >= 2 and str(entry[0]) == _OWN
            else None
            for entry in shown
        ]
    # Newer editors keep the values of all the subgraph's inputs that have one, shown or not.
    defined = [scope.entries[at] for at in sorted(_set_by_value(scope))]
    if len(defined) == count:
        return defined
    return [slot.get("name") for slot in slots(scope.instance) if "widget" in slot]


def _set_by_value(scope: Scope) -> set[int]:
    """The numbers of the inputs that feed values of nodes within."""
    found = set()
    for node in scope.nodes.values():
        for slot in slots(node):
            link = slot.get("link")
            if "widget" in slot and isinstance(link, int | str):
                origin, number = scope.origins.get(link, ("", -1))
                if origin not in scope.nodes and 0 <= number < len(scope.entries):
                    found.add(number)
    return found
