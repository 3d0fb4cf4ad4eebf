"""Reads how a picture was made. Pure Python: no Django, usable alone.

Containers take a file apart into raw records, parsers turn records into parameters.
"""

from gallery.metadata.parsers import understand
from gallery.metadata.reading import (
    HEAD_SIZE,
    PARSE_VERSION,
    READ_VERSION,
    hidden,
    read,
    read_stream,
    take_apart,
)
from gallery.metadata.records import (
    FileMetadata,
    GenerationParameters,
    RawRecord,
    ResourceUse,
    SourceReference,
    TagUse,
    Understanding,
    Workflow,
    WorkflowNode,
)

__all__ = [
    "HEAD_SIZE",
    "PARSE_VERSION",
    "READ_VERSION",
    "FileMetadata",
    "GenerationParameters",
    "RawRecord",
    "ResourceUse",
    "SourceReference",
    "TagUse",
    "Understanding",
    "Workflow",
    "WorkflowNode",
    "hidden",
    "read",
    "read_stream",
    "take_apart",
    "understand",
]
