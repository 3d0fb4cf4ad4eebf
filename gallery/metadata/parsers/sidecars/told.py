"""What one sidecar says, as its reader hands it on."""

from collections.abc import Iterable
from dataclasses import dataclass

from gallery.metadata.parsers.values import clean, number
from gallery.metadata.records import GenerationParameters, RawRecord, TagUse

TAG_LIMIT = 1000
TAG_LENGTH = 200
CAPTION_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class Told:
    """`records` are texts for the generators' parsers; all else is said by the sidecar itself."""

    records: tuple[RawRecord, ...] = ()
    parameters: GenerationParameters | None = None
    tags: tuple[TagUse, ...] = ()
    caption: str = ""
    problems: tuple[str, ...] = ()


def tags_of(named: Iterable[tuple[object, str, object]]) -> tuple[TagUse, ...]:
    """Tags out of (name, category, confidence), each name once; what can be none is left out."""
    found: dict[str, TagUse] = {}
    for name, category, confidence in named:
        text = clean(name) if isinstance(name, str) else ""
        if not text or len(text) > TAG_LENGTH or text in found:
            continue
        share = number(confidence)
        found[text] = TagUse(
            text, category, share if share is not None and 0 <= share <= 1 else None
        )
        if len(found) >= TAG_LIMIT:
            break
    return tuple(found.values())
