"""Files that a prompt itself names: `embedding:name`, alone or as `(embedding:name:1.2)`."""

import re
from collections.abc import Iterator

from gallery.metadata.parsers.values import NAME_LIMIT, number, stem
from gallery.metadata.records import ResourceUse

_EMBEDDING = re.compile(
    r"(?<!\w)embedding:\s?([^\s,:()<>|{}\[\]]{1,255})(?::(\d{1,3}(?:\.\d{1,6})?)\))?", re.I
)
_LIMIT = 100


def mentioned(text: str) -> Iterator[ResourceUse]:
    """Embeddings in the order of the text; the weight is None where none is written."""
    if "mbedding:" not in text:
        return
    for count, found in enumerate(_EMBEDDING.finditer(text)):
        if count >= _LIMIT:
            return
        yield ResourceUse("embedding", stem(found[1][:NAME_LIMIT].rstrip(".")), number(found[2]))
