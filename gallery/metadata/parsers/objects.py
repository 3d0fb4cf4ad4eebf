"""The JSON objects among a file's records, which several generators must look at."""

from typing import Any, NamedTuple

from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.records import RawRecord

# Graphs have their own readers, and may weigh megabytes.
_GRAPHS = frozenset(("prompt", "workflow", "invokeai_graph", "invokeai_workflow"))
_PADDING = "\0 \r\n\t\ufeff"


class JsonObject(NamedTuple):
    record: RawRecord
    values: dict[str, Any]


def found(evidence: Evidence) -> tuple[JsonObject, ...]:
    """Every record that is one JSON object, graphs left out. Ask by `evidence.once(found)`."""
    objects = []
    for record in evidence:
        if record.key not in _GRAPHS and record.text[:32].lstrip(_PADDING).startswith("{"):
            values = evidence.json(record.text)
            if isinstance(values, dict):
                objects.append(JsonObject(record, values))
    return tuple(objects)


def place(record: RawRecord) -> str:
    """Where something was found, for a person."""
    return f"{record.key} ({record.container})"
