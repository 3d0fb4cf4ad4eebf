"""What only says that a model made the picture, and whose: content credentials, IPTC, AIGC labels.

None of them ever holds a prompt. Source: C2PA 2.2; IPTC's digital source types; GB 45438-2025 (the
label `AIGC`, JSON).
"""

from typing import Any

from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.fields import Fields
from gallery.metadata.parsers.objects import place
from gallery.metadata.parsers.values import clean
from gallery.metadata.records import GenerationParameters

_CREDENTIALS = "c2pa"
_TYPES = ("Iptc4xmpExt:DigitalSourceType", "DigitalSourceType")
_CREDITS = ("photoshop:Credit", "photoshop:Source", "xmp:CreatorTool", "Software")
# Editors, in which a picture of anybody's model may have been saved.
_EDITORS = ("photoshop", "lightroom", "illustrator")
_LABELS = ("AIGC", "TC260:AIGC", "aigc")
# Made by a model as a whole, or with parts of it; not what a camera or a hand made.
_GENERATED = "trainedalgorithmicmedia"
# Makers by words of their names; the first hit counts.
_MAKERS = (
    ("openai", "openai"),
    ("chatgpt", "openai"),
    ("dall", "openai"),
    ("midjourney", "midjourney"),
    ("firefly", "adobe"),
    ("adobe", "adobe"),
    ("google", "google"),
    ("gemini", "google"),
    ("imagen", "google"),
    ("bing", "microsoft"),
    ("microsoft", "microsoft"),
    ("black forest", "black_forest_labs"),
    ("flux", "black_forest_labs"),
    ("stability", "stability"),
    ("amazon", "amazon"),
    ("titan", "amazon"),
    ("leonardo", "leonardo"),
    ("ideogram", "ideogram"),
    ("recraft", "recraft"),
    ("runway", "runway"),
    ("canva", "canva"),
    ("shutterstock", "shutterstock"),
    ("getty", "getty"),
    ("grok", "xai"),
    ("xai", "xai"),
    ("doubao", "bytedance"),
    ("bytedance", "bytedance"),
    ("jimeng", "bytedance"),
    ("kling", "kuaishou"),
    ("meta ai", "meta"),
)
# Those who make nothing else: their signature is enough where the type is not said.
_ONLY_MODELS = frozenset(("openai", "midjourney", "ideogram", "leonardo", "recraft", "runway"))
_UNKNOWN = "ai"
_CREDENTIAL_FACTS = {
    "vendor": "Signed by",
    "claim_generator": "Claimed by",
    "software_agent": "Program",
    "description": "Made by",
    "digital_source_type": "Digital source type",
    "when": "Made on",
}
_LABEL_FACTS = {
    "ContentProducer": "Producer",
    "ProduceID": "Produced as",
    "ContentPropagator": "Propagator",
    "PropagateID": "Propagated as",
}
_LABEL_NOISE = ("Label", "ReservedCode1", "ReservedCode2")


def parse(evidence: Evidence) -> GenerationParameters | None:
    return _credentials(evidence) or _source_type(evidence) or _label(evidence)


def _credentials(evidence: Evidence) -> GenerationParameters | None:
    """Many pictures are signed by cameras and editors: only those of models count."""
    for record in evidence.all(_CREDENTIALS):
        said = evidence.json(record.text)
        if not isinstance(said, dict):
            continue
        names = (said.get("software_agent"), said.get("claim_generator"), said.get("vendor"))
        maker = _maker(*names)
        kind = said.get("digital_source_type")
        if not (_is_generated(kind) or (not kind and maker in _ONLY_MODELS)):
            continue
        return GenerationParameters(
            generator=maker or _UNKNOWN,
            rule="provenance",
            reason=f"{place(record)} claims that a model made the picture.",
            facts=Fields(said).facts(_CREDENTIAL_FACTS),
        )
    return None


def _source_type(evidence: Evidence) -> GenerationParameters | None:
    for record in evidence.all(*_TYPES):
        if _is_generated(record.text):
            credits = [credit.text for credit in evidence.all(*_CREDITS)]
            makers = [text for text in credits if not _is_editor(text)]
            kind = clean(record.text).rstrip("/").rpartition("/")[2]
            return GenerationParameters(
                generator=_maker(*makers) or _UNKNOWN,
                rule="provenance",
                reason=f"{place(record)} says that a model made the picture.",
                facts={"Digital source type": kind},
            )
    return None


def _label(evidence: Evidence) -> GenerationParameters | None:
    """China's label: 1 is generated, 2 possibly, 3 suspected."""
    for record in evidence.all(*_LABELS):
        said = evidence.json(record.text)
        inner = said.get("AIGC") if isinstance(said, dict) else None
        said = inner if isinstance(inner, dict) else said
        if not isinstance(said, dict) or str(said.get("Label", "")) not in ("1", "2", "3"):
            continue
        fields = Fields(said)
        fields.drop(*_LABEL_NOISE)
        return GenerationParameters(
            generator=_maker(said.get("ContentProducer"), said.get("ContentPropagator"))
            or _UNKNOWN,
            rule="provenance",
            reason=f"{place(record)} labels the picture as generated.",
            facts=fields.facts(_LABEL_FACTS),
        )
    return None


def _is_generated(kind: Any) -> bool:
    return isinstance(kind, str) and _GENERATED in kind.lower()


def _is_editor(text: str) -> bool:
    return any(editor in text[:500].lower() for editor in _EDITORS)


def _maker(*names: Any) -> str:
    for name in names:
        if isinstance(name, str):
            lower = name[:500].lower()
            for word, maker in _MAKERS:
                if word in lower:
                    return maker
    return ""
