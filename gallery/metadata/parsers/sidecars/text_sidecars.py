"""Sidecars of plain text: parameters beyond doubt, scored tags, comma tags, or a caption.

Most texts beside pictures are captions for training, so nothing else is taken for a prompt.
"""

import re

from gallery.metadata.parsers.automatic1111 import infotext
from gallery.metadata.parsers.sidecars.told import CAPTION_LENGTH, Told, tags_of
from gallery.metadata.parsers.values import clean
from gallery.metadata.records import RawRecord, TagUse

_ENOUGH_PAIRS = 3
_ITEM_LIMIT = 2000
_LENGTH_LIMIT = 100_000
# `long hair: 0.98`, `(long hair:0.98)`, `long hair 98.1%`.
_SCORED = re.compile(
    r"([^,]{1,200}?)(?:\s{0,4}[:=]\s{0,4}(0|1|0?\.\d{1,20}|[01]\.\d{1,20})"
    r"|\s{1,4}([01]\.\d{1,20}|\d{1,3}(?:\.\d{1,20})?%))"
)
_BRACKETED = re.compile(r"\(([^()]{1,230})\)")
_ESCAPED = re.compile(r"\\([()\[\]])")
# Tags are short; sentences, cut at their commas, are not.
_MOST_WORDS, _MEAN_WORDS = 6, 2.5
_PROSE = re.compile(r"[.!?](?:\s|\Z)|:\s")


def read(record: RawRecord) -> Told:
    text = clean(record.text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text:
        return Told()
    if record.container != "sidecar:tags" and _has_parameters(text):
        return Told(records=(RawRecord(record.container, "parameters", text, record.encoding),))
    text = text[:_LENGTH_LIMIT]
    if record.container == "sidecar:tags":
        return Told(tags=_scored(text) or _plain(text))
    # Labels of Easy Diffusion are its own parser's to read; then it is neither tags nor caption.
    if tags := _scored(text) or (_plain(text) if _is_list(text) else ()):
        return Told(records=(record,), tags=tags)
    return Told(records=(record,), caption=text[:CAPTION_LENGTH])


def _has_parameters(text: str) -> bool:
    if "Steps:" not in text:
        return False
    parts = infotext.split(text, is_certain=False)
    return parts is not None and "Steps" in parts.pairs and len(parts.pairs) >= _ENOUGH_PAIRS


def _items(text: str) -> list[str]:
    """Parts between commas; of lines, where there is no comma."""
    separator = "," if "," in text else "\n"
    parts = (" ".join(part.split()) for part in text.split(separator, _ITEM_LIMIT)[:_ITEM_LIMIT])
    return [part for part in parts if part]


def _scored(text: str) -> tuple[TagUse, ...]:
    lines = [line.strip(" ,") for line in text.split("\n", _ITEM_LIMIT)[:_ITEM_LIMIT]]
    for items in ([line for line in lines if line], _items(text)):
        scored = [_SCORED.fullmatch(_without_brackets(item)) for item in items]
        if items and all(scored):
            return tags_of(
                (_ESCAPED.sub(r"\1", match[1]), "", _share(match[2] or match[3]))
                for match in scored
                if match
            )
    return ()


def _without_brackets(item: str) -> str:
    bracketed = _BRACKETED.fullmatch(item)
    return bracketed[1] if bracketed else item


def _share(text: str) -> float:
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def _is_list(text: str) -> bool:
    items = _items(text)
    words = [len(item.split()) for item in items]
    if max(words, default=0) > _MOST_WORDS or any(map(_PROSE.search, items)):
        return False
    return sum(words) <= _MEAN_WORDS * len(words)


def _plain(text: str) -> tuple[TagUse, ...]:
    return tags_of((_ESCAPED.sub(r"\1", item), "", None) for item in _items(text))
