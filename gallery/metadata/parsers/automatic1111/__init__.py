"""AUTOMATIC1111's infotext and everybody who writes it: Forge, reForge, SD.Next, image savers."""

from gallery.metadata.parsers.automatic1111 import fields, infotext
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.records import GenerationParameters, RawRecord

# Where writers put it; other texts are asked only if they look like infotext beyond doubt.
_OWN_KEY = "parameters"
_OTHER_KEYS = frozenset(("UserComment", "COM", "Comment", "XPComment"))
_EXTRAS_KEYS = ("postprocessing", "extras")


def parse(evidence: Evidence) -> GenerationParameters | None:
    for record in evidence:
        is_own = record.key == _OWN_KEY
        if not is_own and record.key not in _OTHER_KEYS:
            continue
        parts = infotext.split(record.text, is_certain=is_own)
        if parts is not None:
            return fields.understand(
                parts, _reason(record, parts), _postprocessing(evidence), evidence.problems
            )
    return None


def _reason(record: RawRecord, parts: infotext.Infotext) -> str:
    place = f"{record.key} ({record.container})"
    if not parts.pairs:
        return f"{place} holds a prompt without a line of parameters."
    return f"{place} holds a line of {len(parts.pairs)} parameters."


def _postprocessing(evidence: Evidence) -> str:
    record = evidence.first(*_EXTRAS_KEYS)
    return "" if record is None else record.text
