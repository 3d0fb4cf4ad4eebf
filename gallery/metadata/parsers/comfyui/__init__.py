"""ComfyUI: the API graph, traced from the saved picture back to what made it.

Nothing is told by a node's title, its id or its place in the file; only links and inputs count.
"""

from gallery.metadata.parsers.comfyui import loading
from gallery.metadata.parsers.comfyui.graph import TangledGraph
from gallery.metadata.parsers.comfyui.tracing import trace
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.records import GenerationParameters


def parse(evidence: Evidence) -> GenerationParameters | None:
    loaded = loading.find(evidence)
    if loaded is None:
        return None
    place = f"{loaded.record.key} ({loaded.record.container})"
    try:
        return trace(loaded.graph, place)
    except TangledGraph:
        evidence.complain(
            f"The ComfyUI graph in {loaded.record.key} is too tangled to be followed."
        )
        return GenerationParameters(
            generator="comfyui", rule="comfyui", reason=f"{place} holds a graph."
        )
