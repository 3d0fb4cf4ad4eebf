"""Finds the API graph among a file's records, wherever a saver put it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gallery.metadata.parsers.comfyui.graph import Graph
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.records import RawRecord

# `prompt:{…}` in EXIF: ComfyUI walks down from Model, others use ImageDescription or Make.
_PREFIX = "prompt:"
_ENVELOPE_KEYS = frozenset(("UserComment", "Comment", "COM", "ImageDescription"))


@dataclass(frozen=True, slots=True)
class LoadedGraph:
    graph: Graph
    record: RawRecord


def find(evidence: Evidence) -> LoadedGraph | None:
    """The first record that holds a graph with nodes; broken JSON becomes a problem."""
    for record, text in _candidates(evidence):
        value = evidence.json(text)
        if reason := evidence.why_no_json(text):
            evidence.complain(f"The ComfyUI graph in {record.key} cannot be read: {reason}.")
            continue
        graph = Graph(_nodes_of(evidence, value))
        if graph.nodes:
            return LoadedGraph(graph, record)
    return None


def _candidates(evidence: Evidence) -> Iterator[tuple[RawRecord, str]]:
    for record in evidence:
        start = record.text[:32].lstrip("\0 \r\n\t")
        if record.key == "prompt":
            if start.startswith("{"):
                yield record, record.text
        elif record.container.endswith(("exif", "eXIf")) and start.lower().startswith(_PREFIX):
            text = record.text.strip("\0 \r\n\t")[len(_PREFIX) :].strip()
            if text.startswith("{"):
                yield record, text
        elif record.key in _ENVELOPE_KEYS and start.startswith("{") and "class_type" in record.text:
            yield record, record.text


def _nodes_of(evidence: Evidence, value: Any) -> dict[str, Any]:
    """The node table: the value itself, or its `prompt`, which may be JSON in a string."""
    if not isinstance(value, dict):
        return {}
    inner = value.get("prompt")
    if (isinstance(inner, dict) and "class_type" in inner) or inner is None:
        return value
    if isinstance(inner, str):
        inner = evidence.json(inner)
    return inner if isinstance(inner, dict) else {}
