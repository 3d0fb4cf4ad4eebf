"""AUTOMATIC1111's infotext and everybody who writes it: Forge, reForge, SD.Next, image savers."""

from gallery.metadata.parsers.automatic1111 import fields, infotext, resources
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.records import GenerationParameters, RawRecord

# Where writers put it, whatever it looks like.
_OWN_KEY = "parameters"
# Asked only if they look like infotext beyond doubt; in lower case, as videos and GIFs have them.
_OTHER_KEYS = frozenset(
    (
        "parameters",
        "usercomment",
        "exif:usercomment",
        "com",
        "comment",
        "xpcomment",
        "imagedescription",
        "description",
        "dc:description",
        "stealth",
    )
)
_EXTRAS_KEYS = ("postprocessing", "extras")


def parse(evidence: Evidence) -> GenerationParameters | None:
    for record in evidence:
        is_own = record.key == _OWN_KEY
        if not is_own and record.key.lower() not in _OTHER_KEYS:
            continue
        parts = infotext.split(record.text, is_certain=is_own)
        if parts is not None:
            return fields.understand(
                parts, _reason(record, parts), _postprocessing(evidence), evidence.problems
            )
    return None


def parse_extras(evidence: Evidence) -> GenerationParameters | None:
    """A picture that only went through the Extras tab: upscaled, but not made there."""
    text = _postprocessing(evidence)
    pairs = infotext.pairs_of(text)
    if not any(key.startswith(("Postprocess", "Upscale")) for key in pairs):
        return None
    return GenerationParameters(
        generator="automatic1111",
        rule="automatic1111_extras",
        reason="A text of the Extras tab says how the picture was upscaled.",
        resources=resources.upscalers(pairs),
        facts={"Postprocessing": text},
    )


def _reason(record: RawRecord, parts: infotext.Infotext) -> str:
    place = f"{record.key} ({record.container})"
    if not parts.pairs:
        return f"{place} holds a prompt without a line of parameters."
    return f"{place} holds a line of {len(parts.pairs)} parameters."


def _postprocessing(evidence: Evidence) -> str:
    record = evidence.first(*_EXTRAS_KEYS)
    return "" if record is None else record.text
