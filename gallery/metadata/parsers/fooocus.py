"""Fooocus: JSON in its own scheme, or infotext in AUTOMATIC1111's; a second key says which.

PNG has `parameters` and `fooocus_scheme`, JPEG and WebP have UserComment, MakerNote (the scheme)
and Software. Source: Fooocus' `modules/meta_parser.py`; older logs have labels in place of keys.
"""

from dataclasses import replace
from typing import Any

from gallery.metadata.parsers import objects
from gallery.metadata.parsers.automatic1111 import fields as infotext_fields
from gallery.metadata.parsers.automatic1111 import infotext
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.parsers.fields import Fields, listed
from gallery.metadata.parsers.objects import JsonObject, place
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.parsers.values import number
from gallery.metadata.records import GenerationParameters, RawRecord

_SCHEMES = ("fooocus", "a1111")
_TEXT_KEYS = ("parameters", "UserComment", "Comment")
# At the end of infotext, where the scheme's key was lost on the way.
_VERSION = "Version: Fooocus v"
_END_LENGTH = 2000
# Without any word about the scheme: a checkpoint and one thing that only Fooocus has.
_OWN = frozenset(("full_prompt", "performance", "adm_guidance", "styles", "sharpness"))
_OWN_LABELS = frozenset(("Performance", "ADM Guidance", "Styles", "Sharpness"))
_LORA_COUNT = 20
_NO_MODELS = ("", "None", "Default (model)")
_NAMES = {
    "adaptive_cfg": "Adaptive CFG",
    "adm_guidance": "ADM Guidance",
    "created_by": "User",
    "full_negative_prompt": "Full negative prompt",
    "full_prompt": "Full prompt",
    "overwrite_switch": "Overwrite switch",
    "prompt_expansion": "Prompt expansion",
    "refiner_model": "Refiner",
    "refiner_model_hash": "Refiner hash",
    "refiner_swap_method": "Refiner swap method",
    "refiner_switch": "Refiner switch at",
}


def parse(evidence: Evidence) -> GenerationParameters | None:
    scheme = _scheme(evidence)
    for found in evidence.once(objects.found):
        if _is_own(found, scheme is not None):
            reason = f"{place(found.record)} holds JSON in Fooocus' scheme."
            return _understand(Fields(found.values), reason)
    if scheme is None:
        return None
    return _from_infotext(evidence, scheme)


def _scheme(evidence: Evidence) -> RawRecord | None:
    """The record that tells of Fooocus: the scheme, the program's name, or a version."""
    record = evidence.first("fooocus_scheme")
    if record is not None:
        return record
    software = evidence.first("Software")
    # Fooocus-MRE says so in its own JSON.
    if software is not None and software.text.lstrip("\0 ").startswith("Fooocus v"):
        return software
    note = evidence.first("MakerNote")
    if note is not None and note.text.strip("\0 ") in _SCHEMES:
        return note
    texts = evidence.all(*_TEXT_KEYS)
    return next((text for text in texts if _VERSION in text.text[-_END_LENGTH:]), None)


def _is_own(found: JsonObject, is_marked: bool) -> bool:
    values = found.values
    if is_marked:
        return found.record.key in _TEXT_KEYS
    if values.get("metadata_scheme") in _SCHEMES:
        return True
    version = values.get("version", values.get("Version"))
    if isinstance(version, str) and version.startswith("Fooocus v"):
        return True
    if "software" in values or "real_prompt" in values:
        return False
    if "base_model" in values and "guidance_scale" in values:
        return not _OWN.isdisjoint(values)
    return "Base Model" in values and not _OWN_LABELS.isdisjoint(values)


def _from_infotext(evidence: Evidence, scheme: RawRecord) -> GenerationParameters:
    reason = f"{place(scheme)} tells of Fooocus."
    for record in evidence.all(*_TEXT_KEYS):
        if record.text == "None":
            # The first version wrote the infotext beside it.
            continue
        parts = infotext.split(record.text, is_certain=True)
        if parts is not None:
            answer = infotext_fields.understand(parts, reason, "", evidence.problems)
            return _of_fooocus(answer)
        if why := evidence.why_no_json(record.text):
            evidence.complain(f"Fooocus' JSON in {record.key} cannot be read: {why}.")
    return GenerationParameters(generator="fooocus", rule="fooocus", reason=reason)


def _of_fooocus(answer: GenerationParameters) -> GenerationParameters:
    """What Fooocus puts into infotext beyond its first writer: weights apart from hashes."""
    facts = dict(answer.facts)
    scheduler = facts.pop("Scheduler", "")
    if answer.scheduler.lower() == scheduler.lower():
        scheduler = answer.scheduler
    uses = Uses()
    for use in answer.resources:
        if use.name not in _NO_MODELS:
            uses.add(use.kind, use.name, use.weight, use.clip_weight, use.hash)
    for name, weight in infotext.pairs_of(facts.pop("Lora weights", "")).items():
        uses.add("lora", name, number(weight))
    uses.add("checkpoint", facts.get("Refiner", ""), hash=facts.get("Refiner hash", ""))
    return replace(
        answer,
        generator="fooocus",
        rule="fooocus",
        generator_version=_version(answer.generator_version),
        scheduler=scheduler or answer.scheduler,
        resources=uses.all(),
        facts=facts,
    )


def _version(text: str) -> str:
    """`Fooocus v2.5.5` without its name, which the generator is."""
    return text.removeprefix("Fooocus ").strip()


def _understand(fields: Fields, reason: str) -> GenerationParameters:
    uses = Uses()
    checkpoint = fields.text("base_model", "Base Model")
    uses.add("checkpoint", checkpoint, hash=fields.text("base_model_hash"))
    # The refiner's name stays a fact too: it tells that one took part.
    refiner = fields.left.get("refiner_model", fields.left.get("Refiner Model"))
    refiner_hash = fields.left.get("refiner_model_hash")
    if isinstance(refiner, str):
        uses.add("checkpoint", refiner, hash=refiner_hash if isinstance(refiner_hash, str) else "")
    vae = fields.text("vae", "VAE")
    uses.add("vae", "" if vae in _NO_MODELS else vae)
    _add_loras(uses, fields)
    styles = fields.left.pop("styles", fields.left.pop("Styles", None))
    if names := listed(styles):
        fields.left["Styles"] = names
    if refiner in _NO_MODELS:
        fields.drop("refiner_switch", "Refiner Switch")
    width, height = fields.size("resolution", "Resolution")
    fields.drop("metadata_scheme")
    return GenerationParameters(
        generator="fooocus",
        rule="fooocus",
        reason=reason,
        generator_version=_version(fields.text("version", "Version")),
        prompt=fields.text("prompt", "Prompt"),
        negative_prompt=fields.text("negative_prompt", "Negative Prompt"),
        seed=fields.seed("seed", "Seed"),
        steps=fields.whole("steps", "Steps"),
        cfg_scale=fields.number("guidance_scale", "Guidance Scale"),
        sampler=fields.text("sampler", "Sampler"),
        scheduler=fields.text("scheduler", "Scheduler"),
        clip_skip=fields.whole("clip_skip", "CLIP Skip", maximum=100),
        width=width,
        height=height,
        resources=uses.all(),
        facts=fields.facts(_NAMES),
    )


def _add_loras(uses: Uses, fields: Fields) -> None:
    """`loras`: [[name, weight, hash], …]; `lora_combined_1`: `name : weight`, enabled before it."""
    entries = fields.left.pop("loras", None)
    for entry in entries[:_LORA_COUNT] if isinstance(entries, list) else ():
        if isinstance(entry, list) and entry and isinstance(entry[0], str):
            rest: list[Any] = [*entry[1:3], None, None]
            hash_ = rest[1] if isinstance(rest[1], str) else ""
            uses.add("lora", entry[0], number(rest[0]), hash=hash_)
    for position in range(1, _LORA_COUNT + 1):
        parts = fields.text(f"lora_combined_{position}", f"LoRA {position}").split(" : ")
        if len(parts) == 3 and parts[0] in ("True", "False"):
            if parts[0] == "False":
                continue
            del parts[0]
        uses.add("lora", parts[0], number(parts[1]) if len(parts) > 1 else None)
