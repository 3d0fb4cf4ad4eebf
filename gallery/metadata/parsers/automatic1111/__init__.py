"""AUTOMATIC1111's infotext and everybody who writes it: Forge, reForge, SD.Next, image savers."""

from collections.abc import Sequence

from gallery.metadata.parsers.automatic1111 import fields, infotext
from gallery.metadata.records import GenerationParameters, RawRecord

# Where writers put it; other texts are asked only if they look like infotext beyond doubt.
_OWN_KEY = "parameters"
_OTHER_KEYS = frozenset(("UserComment", "COM", "Comment", "XPComment"))
_EXTRAS_KEYS = ("postprocessing", "extras")


def parse(records: Sequence[RawRecord], problems: list[str]) -> GenerationParameters | None:
    for record in records:
        is_own = record.key == _OWN_KEY
        if not is_own and record.key not in _OTHER_KEYS:
            continue
        parts = infotext.split(record.text, is_certain=is_own)
        if parts is not None:
            return fields.understand(
                parts, _reason(record, parts), _postprocessing(records), problems
            )
    return None


def _reason(record: RawRecord, parts: infotext.Infotext) -> str:
    place = f"{record.key} ({record.container})"
    if not parts.pairs:
        return f"{place} holds a prompt without a line of parameters."
    return f"{place} holds a line of {len(parts.pairs)} parameters."


def _postprocessing(records: Sequence[RawRecord]) -> str:
    for record in records:
        if record.key in _EXTRAS_KEYS:
            return record.text
    return ""
