"""What all parsers together make of texts, wherever a file or a sidecar had them."""

import json
from collections.abc import Mapping
from typing import Any

from gallery.metadata import RawRecord, parsers
from gallery.metadata.records import GenerationParameters


def understood(
    texts: Mapping[str, Any], container: str = "png:tEXt", problems: list[str] | None = None
) -> GenerationParameters:
    """Of texts by key; what is no text is written as JSON."""
    records = [
        RawRecord(container, key, text if isinstance(text, str) else json.dumps(text))
        for key, text in texts.items()
    ]
    understanding = parsers.understand(records)
    if problems is not None:
        problems += understanding.problems
    assert understanding.parameters is not None
    return understanding.parameters
