"""Reads how a picture was made. Pure Python: no Django, usable alone.

Containers take a file apart into raw records, parsers turn records into parameters.
"""

from gallery.metadata.reading import HEAD_SIZE, READ_VERSION, read, read_stream
from gallery.metadata.records import FileMetadata, GenerationParameters, RawRecord, ResourceUse

__all__ = [
    "HEAD_SIZE",
    "READ_VERSION",
    "FileMetadata",
    "GenerationParameters",
    "RawRecord",
    "ResourceUse",
    "read",
    "read_stream",
]
