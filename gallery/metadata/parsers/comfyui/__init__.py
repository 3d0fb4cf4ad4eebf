"""ComfyUI: the graph, traced from the saved picture back to what made it.

Nothing is told by a node's title, its id or its place in the file; only links and inputs count.
"""

from gallery.metadata.parsers.comfyui import loading
from gallery.metadata.parsers.comfyui.graph import TangledGraph
from gallery.metadata.parsers.comfyui.properties import search_nodes
from gallery.metadata.parsers.comfyui.shape import fingerprint
from gallery.metadata.parsers.comfyui.tracing import trace
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.records import GenerationParameters, Workflow


def parse(evidence: Evidence) -> GenerationParameters | None:
    return evidence.once(_answer)


def _answer(evidence: Evidence) -> GenerationParameters | None:
    loaded = evidence.once(loading.find)
    if loaded is None:
        return None
    form = "workflow" if loaded.is_workflow else "graph"
    place = f"{loaded.record.key} ({loaded.record.container}) holds a {form}"
    try:
        return trace(loaded.graph, place)
    except TangledGraph:
        evidence.complain(
            f"The ComfyUI {form} in {loaded.record.key} is too tangled to be followed."
        )
        return GenerationParameters(generator="comfyui", rule="comfyui", reason=f"{place}.")


def workflow(evidence: Evidence) -> Workflow | None:
    """The graph's shape and its nodes' values, for search; None where a file holds no graph."""
    loaded = evidence.once(loading.find)
    if loaded is None:
        return None
    try:
        return Workflow(fingerprint(loaded.graph), search_nodes(loaded.graph))
    except TangledGraph:
        return None
