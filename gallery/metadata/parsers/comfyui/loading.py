"""Finds the graph among a file's records, wherever a saver put it.

An API graph is what ran and comes first; a workflow counts where only that was saved.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gallery.metadata.parsers.comfyui.graph import Graph
from gallery.metadata.parsers.comfyui.workflows import is_workflow, to_graph
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.records import RawRecord

# `prompt:{…}` in EXIF: ComfyUI walks down from Model, others use ImageDescription or Make.
_PREFIX = re.compile(r"[\0\s\ufeff]{0,32}(prompt|workflow):", re.I)
# Wildcards begin with a brace, too: `{red|blue} car` is no broken graph.
_OBJECT = re.compile(r"[\0\s\ufeff]{0,32}\{\s{0,32}[\"}]")
_ENVELOPE_KEYS = frozenset(
    (
        "usercomment",
        "exif:usercomment",
        "comment",
        "com",
        "©cmt",
        "description",
        "imagedescription",
        "tiff:imagedescription",
        "dc:description",
    )
)
_PADDING = "\0 \r\n\t\ufeff"


@dataclass(frozen=True, slots=True)
class LoadedGraph:
    """`is_workflow` where the editor's form was all there was."""

    graph: Graph
    record: RawRecord
    is_workflow: bool = False


def find(evidence: Evidence) -> LoadedGraph | None:
    """The first record that holds a graph with nodes; broken JSON becomes a problem."""
    workflows: list[tuple[RawRecord, Any]] = []
    for record, text in _candidates(evidence):
        value = evidence.json(text)
        if reason := evidence.why_no_json(text):
            evidence.complain(f"The ComfyUI graph in {record.key} cannot be read: {reason}.")
            continue
        for inner in _opened(evidence, value):
            if is_workflow(inner):
                workflows.append((record, inner))
            elif isinstance(inner, dict) and (graph := Graph(inner)).nodes:
                return LoadedGraph(graph, record)
    for record, value in workflows:
        graph = Graph(to_graph(value))
        if graph.nodes:
            return LoadedGraph(graph, record, is_workflow=True)
    return None


def _candidates(evidence: Evidence) -> Iterator[tuple[RawRecord, str]]:
    """Records that may hold a graph; workflows last, since an API graph saves reading them."""
    later: list[tuple[RawRecord, str]] = []
    for record in evidence:
        key = record.key.lower()
        if _OBJECT.match(record.text):
            if key == "workflow":
                later.append((record, record.text))
            elif key == "prompt" or _may_be_envelope(record, key):
                yield record, record.text
        elif record.container.endswith(("exif", "eXIf")):
            prefix = _PREFIX.match(record.text)
            text = record.text[prefix.end() :].strip(_PADDING) if prefix is not None else ""
            if prefix is not None and _OBJECT.match(text):
                if prefix[1].lower() == "prompt":
                    yield record, text
                else:
                    later.append((record, text))
    yield from later


def _may_be_envelope(record: RawRecord, key: str) -> bool:
    if key not in _ENVELOPE_KEYS and not record.container.startswith("sidecar:"):
        return False
    return "class_type" in record.text or '"nodes"' in record.text or '\\"nodes\\"' in record.text


def _opened(evidence: Evidence, value: Any) -> Iterator[Any]:
    """The value itself, or what it holds as `prompt` and `workflow`, maybe as JSON in a string."""
    if not isinstance(value, dict):
        return
    inner = [value.get(name) for name in ("prompt", "workflow")]
    if all(each is None or _is_node(each) for each in inner):
        yield value
        return
    for each in inner:
        yield evidence.json(each) if isinstance(each, str) else each


def _is_node(value: Any) -> bool:
    return isinstance(value, dict) and "class_type" in value
