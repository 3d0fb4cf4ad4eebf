"""NovelAI: a Comment of JSON beside Description, Source and Software, in PNG chunks or one by one.

WebP has them as EXIF tags and again, the Comment as text within, in a JSON UserComment; stealth
has that JSON alone. Version 4 keeps a prompt for each character apart. There is no model field:
Source names the model and its hash. Director tools leave a Comment without a prompt.
"""

import re
from typing import Any

from gallery.metadata.parsers import objects
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.fields import Fields
from gallery.metadata.parsers.objects import place
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.parsers.values import clean
from gallery.metadata.records import GenerationParameters

_NAME = "NovelAI"
_SIGNATURE = "signed_hash"
_PLAIN_REQUEST = "PromptGenerateRequest"
# As the PNG key says it, then as EXIF does.
_KEYS = {
    "Software": ("Software",),
    "Source": ("Source", "Software"),
    "Description": ("Description", "ImageDescription"),
    "Comment": ("Comment",),
    "Generation time": ("Generation time",),
}
_SOURCE = re.compile(r"(.{1,200}?)\s{1,8}([0-9A-Fa-f]{8})\Z", re.S)
_CHARACTER_LIMIT = 50
_NOISE = (
    _SIGNATURE,
    "extra_passthrough_testing",
    "height",
    "hide_debug_overlay",
    "stream",
    "v4_negative_prompt",
    "v4_prompt",
    "version",
    "width",
)
# Said only where what they belong to is on.
_DEPENDENT = {
    "controlnet_model": ("controlnet_strength",),
    "dynamic_thresholding": (
        "dynamic_thresholding_mimic_scale",
        "dynamic_thresholding_percentile",
    ),
}
_NAMES = {
    "cfg_rescale": "CFG rescale",
    "dynamic_thresholding": "Decrisper",
    "noise": "Noise",
    "request_type": "Request type",
    "skip_cfg_above_sigma": "Skip CFG above sigma",
    "skip_cfg_below_sigma": "Skip CFG below sigma",
    "sm": "SMEA",
    "sm_dyn": "SMEA DYN",
    "uncond_scale": "Undesired content strength",
    "reference_strength_multiple": "Reference strengths",
    "reference_information_extracted_multiple": "Reference information extracted",
}


def parse(evidence: Evidence) -> GenerationParameters | None:
    found = _from_objects(evidence) or _from_keys(evidence)
    if found is None:
        return None
    where, texts = found
    comment = _comment(evidence, texts.get("Comment"))
    return _understand(texts, Fields(comment), f"{where} tells of {_NAME}.")


def _from_objects(evidence: Evidence) -> tuple[str, dict[str, Any]] | None:
    """All the texts as one JSON object, or a Comment that NovelAI signed, alone."""
    for record, values in evidence.once(objects.found):
        if _SIGNATURE in values and "request_type" in values and record.key != "Comment":
            return place(record), {"Comment": values}
        if "Comment" in values and any(
            str(values.get(key, "")).startswith(_NAME) for key in ("Software", "Source", "Title")
        ):
            return place(record), values
    return None


def _from_keys(evidence: Evidence) -> tuple[str, dict[str, Any]] | None:
    mark = evidence.first("Software")
    if mark is None or not mark.text.lstrip("\0 ").startswith(_NAME):
        mark = evidence.first("Title", "DocumentName")
        if mark is None or not mark.text.lstrip("\0 ").startswith(_NAME):
            mark = _signed(evidence)
    if mark is None:
        return None
    texts = {}
    for name, keys in _KEYS.items():
        record = evidence.first(*keys)
        if record is not None:
            texts[name] = record.text
    return place(mark), texts


def _signed(evidence: Evidence) -> Any:
    for record, values in evidence.once(objects.found):
        if record.key == "Comment" and _SIGNATURE in values:
            return record
    return None


def _comment(evidence: Evidence, comment: Any) -> dict[str, Any]:
    if isinstance(comment, str):
        text, comment = comment, evidence.json(comment)
        if not isinstance(comment, dict) and clean(text):
            why = evidence.why_no_json(text) or "it is no JSON object"
            evidence.complain(f"{_NAME}'s Comment cannot be read: {why}.")
    return comment if isinstance(comment, dict) else {}


def _understand(texts: dict[str, Any], fields: Fields, reason: str) -> GenerationParameters:
    outer = Fields(texts)
    positive, negative = _Captions(fields, "v4_prompt"), _Captions(fields, "v4_negative_prompt")
    plain_prompt = fields.text("prompt") or outer.text("Description")
    plain_negative = fields.text("uc", "negative_prompt")
    width, height = fields.sides()
    request = fields.left.get("request_type")
    is_plain = not isinstance(request, str) or request == _PLAIN_REQUEST
    # The first version notes a strength with every picture, made from another one or not.
    denoise = None if is_plain else fields.number("strength")
    uses = Uses()
    source = outer.text("Source")
    match = _SOURCE.match(source)
    if source != _NAME:
        uses.add("checkpoint", match[1] if match else source, hash=match[2] if match else "")
    return GenerationParameters(
        generator="novelai",
        rule="novelai",
        reason=reason,
        prompt=positive.joined(plain_prompt),
        negative_prompt=negative.joined(plain_negative),
        seed=fields.seed("seed"),
        steps=fields.whole("steps"),
        cfg_scale=fields.number("scale"),
        sampler=fields.text("sampler"),
        scheduler=fields.text("noise_schedule"),
        denoise=denoise,
        width=width,
        height=height,
        resources=uses.all(),
        facts={
            **positive.facts("Character prompt"),
            **negative.facts("Character negative prompt"),
            **positive.places(),
            **_rest(outer, fields),
        },
    )


def _rest(outer: Fields, fields: Fields) -> dict[str, str]:
    fields.drop(*_NOISE)
    for switch, dependents in _DEPENDENT.items():
        if not fields.left.get(switch):
            fields.drop(*dependents)
    for key in ("cfg_rescale", "skip_cfg_below_sigma", "uncond_scale"):
        # Zero is off, and an undesired content strength of one is as usual.
        if fields.left.get(key) in (0, 1 if key == "uncond_scale" else 0):
            fields.drop(key)
    for key, usual in (("n_samples", 1), ("request_type", _PLAIN_REQUEST)):
        if fields.left.get(key) == usual:
            fields.drop(key)
    facts = fields.facts(_NAMES)
    if time := outer.text("Generation time"):
        facts["Generation time"] = time
    return facts


class _Captions:
    """A prompt of version 4: one for the picture, one for each character and where it stands."""

    def __init__(self, fields: Fields, key: str) -> None:
        value = fields.left.get(key)
        prompt = Fields(value if isinstance(value, dict) else {})
        caption = prompt.object("caption")
        self.base = caption.text("base_caption")
        self._characters = caption.objects("char_captions")[:_CHARACTER_LIMIT]
        self._texts = [character.text("char_caption") for character in self._characters]
        self._has_places = prompt.left.get("use_coords") is True

    def joined(self, plain_prompt: str) -> str:
        """The whole prompt as NovelAI writes it in one line: characters after a bar each."""
        return " | ".join(text for text in (self.base or plain_prompt, *self._texts) if text)

    def facts(self, name: str) -> dict[str, str]:
        return {f"{name} {count}": text for count, text in enumerate(self._texts, 1) if text}

    def places(self) -> dict[str, str]:
        facts = {}
        for count, character in enumerate(self._characters if self._has_places else (), 1):
            for center in character.objects("centers")[:1]:
                x, y = center.number("x"), center.number("y")
                if x is not None and y is not None:
                    facts[f"Character position {count}"] = f"{x:g}, {y:g}"
        return facts
