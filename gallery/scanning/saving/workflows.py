"""ComfyUI graphs for search: each shape once, each value of a node's property once, and which image
has which."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import xxhash

from gallery.metadata import Workflow
from gallery.scanning import cleaning
from gallery.scanning.saving.copying import copy_lines, escaped, int_array

# Class, name and value, made to fit.
Value = tuple[str, str, str]

# Longer texts are prompts and scripts, which are found by what they are, not as a node's value.
VALUE_CHARS = 4000
MOST_VALUES = 5000
_MOST_CLASSES = 1000

_FIND_WORKFLOWS = """
SELECT n, id FROM unnest(%s::uuid[]) WITH ORDINALITY AS found (fingerprint, n)
JOIN gallery_workflow USING (fingerprint)
"""
_INSERT_WORKFLOW = """
INSERT INTO gallery_workflow (fingerprint, node_classes, node_count) VALUES (%s, %s, %s)
ON CONFLICT (fingerprint) DO NOTHING
"""
_FIND_VALUES = """
SELECT n, id FROM unnest(%s::uuid[]) WITH ORDINALITY AS found (digest, n)
JOIN gallery_nodevalue USING (digest)
"""
# In order of digest, so that two scans that meet the same values cannot wait for each other.
_STAGE_VALUES = """
CREATE TEMP TABLE IF NOT EXISTS value_stage (digest uuid, node_class text, name text, value text)
"""
_COPY_VALUES = "COPY value_stage FROM STDIN"
_INSERT_VALUES = """
INSERT INTO gallery_nodevalue (digest, node_class, name, value)
SELECT digest, node_class, name, value FROM value_stage ORDER BY digest
ON CONFLICT (digest) DO NOTHING
"""
_COPY_NODES = "COPY gallery_imagenodes (image_id, value_ids) FROM STDIN"


def ids(cursor: Any, workflows: Iterable[Workflow]) -> dict[str, int]:
    """Ids by fingerprint in hexadecimal."""
    by_key = {each.fingerprint.hex: each for each in workflows}
    found = _find(cursor, _FIND_WORKFLOWS, list(by_key)) if by_key else {}
    missing = sorted(by_key.keys() - found.keys())
    if missing:
        cursor.executemany(_INSERT_WORKFLOW, [_row(by_key[key]) for key in missing])
        found |= _find(cursor, _FIND_WORKFLOWS, missing)
    return found


def save_nodes(cursor: Any, workflows: Mapping[int, Workflow]) -> None:
    """The values of each image's nodes, by image id."""
    values = {image_id: _values(workflow) for image_id, workflow in workflows.items()}
    unique = {value: _digest(value) for each in values.values() for value in each}
    if not unique:
        return
    known = _find(cursor, _FIND_VALUES, list(unique.values()))
    missing = {value: digest for value, digest in unique.items() if digest not in known}
    if missing:
        cursor.execute(_STAGE_VALUES)
        cursor.execute("TRUNCATE value_stage")
        copy_lines(
            cursor,
            _COPY_VALUES,
            [
                f"{digest}\t{escaped(kind)}\t{escaped(name)}\t{escaped(value)}\n"
                for (kind, name, value), digest in missing.items()
            ],
        )
        cursor.execute(_INSERT_VALUES)
        known |= _find(cursor, _FIND_VALUES, list(missing.values()))
    lines = [
        f"{image_id}\t{int_array(sorted({known[unique[value]] for value in each}))}\n"
        for image_id, each in values.items()
        if each
    ]
    copy_lines(cursor, _COPY_NODES, lines)


def _values(workflow: Workflow) -> set[Value]:
    """Each once, of the first `MOST_VALUES` properties."""
    properties = ((node.kind, *each) for node in workflow.nodes for each in node.properties)
    return {
        (cleaning.name(kind), cleaning.name(name), cleaning.text(value[:VALUE_CHARS]))
        for kind, name, value in islice(properties, MOST_VALUES)
    }


def _row(workflow: Workflow) -> tuple[str, list[str], int]:
    classes = sorted({cleaning.name(node.kind) for node in workflow.nodes})
    return workflow.fingerprint.hex, classes[:_MOST_CLASSES], len(workflow.nodes)


def _digest(value: Value) -> str:
    """As `NodeValue.digest` has it, in hexadecimal."""
    return xxhash.xxh3_128_hexdigest("\0".join(value).encode())


def _find(cursor: Any, statement: str, keys: list[str]) -> dict[str, int]:
    cursor.execute(statement, ["{" + ",".join(keys) + "}"])
    return {keys[n - 1]: pk for n, pk in cursor.fetchall()}
