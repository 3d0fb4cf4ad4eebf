"""ComfyUI's workflow as its editor keeps it, turned into the graph that its server would run.

The editor's form holds positional values, muted and bypassed nodes, reroutes, primitives and
subgraphs; what is left without them are the nodes and links of the API form.
"""

from typing import Any

from gallery.metadata.parsers.comfyui.workflows import everywhere
from gallery.metadata.parsers.comfyui.workflows.scopes import Scope, flatten, is_running, slots
from gallery.metadata.parsers.comfyui.workflows.widgets import named
from gallery.metadata.parsers.comfyui.workflows.wires import MISSING, Wires


def is_workflow(value: Any) -> bool:
    """Whether a JSON value has the shape of a workflow with nodes in it."""
    if not isinstance(value, dict):
        return False
    nodes = value.get("nodes")
    return (
        isinstance(nodes, list)
        and any(isinstance(node, dict) and "type" in node for node in nodes[:20])
        and ("links" in value or "last_node_id" in value)
    )


def to_graph(workflow: dict[str, Any]) -> dict[str, Any]:
    """The API form of a workflow: node table by id, those within subgraphs as `outer:inner`."""
    scopes = flatten(workflow)
    wires = Wires()
    table: dict[str, Any] = {}
    for scope in scopes:
        for key, node in scope.nodes.items():
            if is_running(node) and key not in scope.children:
                table[scope.path + key] = {
                    "class_type": node["type"],
                    "inputs": _inputs(scope, node, wires),
                }
        everywhere.add(scope, table, wires)
    return table


def _inputs(scope: Scope, node: dict[str, Any], wires: Wires) -> dict[str, Any]:
    inputs = named(node)
    for slot in slots(node):
        name, link = slot.get("name"), slot.get("link")
        if isinstance(name, str) and link is not None:
            value = wires.source(scope, link)
            if value is not MISSING:
                inputs[name] = value
    return inputs
