"""Images of Civitai, as its API gives them and downloaders keep them: post, user, level, `meta`.

Source: Civitai's `/api/v1/images` and the keys that its generators and parsers put into `meta`.
"""

from typing import Any

from gallery.metadata.parsers import samplers
from gallery.metadata.parsers.fields import Fields
from gallery.metadata.parsers.sidecars.told import Told
from gallery.metadata.parsers.uses import CIVITAI_KINDS, Uses
from gallery.metadata.records import GenerationParameters, RawRecord, ResourceUse

_MARKS = frozenset(
    ("postId", "nsfwLevel", "browsingLevel", "username", "stats", "likeCount", "modelVersionIds")
)
_FACTS = {
    "id": "Civitai image",
    "postId": "Civitai post",
    "username": "Civitai user",
    "nsfwLevel": "Civitai level",
    "browsingLevel": "Civitai browsing level",
    "baseModel": "Base model",
    "createdAt": "Created on",
    "url": "Address",
    "likeCount": "Likes",
}
_META_NOISE = ("comfy", "extra", "hashes", "resources", "civitaiResources", "additionalResources")


def read(record: RawRecord, value: dict[str, Any]) -> Told | None:
    if "meta" not in value or _MARKS.isdisjoint(value):
        return None
    fields = Fields(value)
    meta = fields.object("meta")
    if isinstance(meta.left.get("meta"), dict):  # newer answers wrap it once more
        meta = meta.object("meta")
    records = []
    comfy = meta.left.get("comfy")
    if isinstance(comfy, str) and "class_type" in comfy:
        records.append(RawRecord(record.container, "UserComment", comfy, record.encoding))
    return Told(records=tuple(records), parameters=_understand(fields, meta))


def _understand(fields: Fields, meta: Fields) -> GenerationParameters:
    resources = _resources(fields, meta)
    sampler, scheduler = samplers.split(
        meta.text("sampler", "Sampler"), meta.text("Schedule type", "scheduler", "Scheduler")
    )
    width, height = meta.size("Size", "size")
    if width is None:
        width, height = meta.sides()
    prompt = meta.text("prompt")
    meta.drop(*_META_NOISE)
    facts = {name: text for key, name in _FACTS.items() if (text := fields.text(key))}
    return GenerationParameters(
        generator="",
        rule="civitai_json",
        reason="Civitai's data of the image.",
        prompt=prompt,
        negative_prompt=meta.text("negativePrompt"),
        seed=meta.seed("seed", "Seed"),
        steps=meta.whole("steps", "Steps"),
        cfg_scale=meta.number("cfgScale", "CFG scale"),
        sampler=sampler,
        scheduler=scheduler,
        denoise=meta.number("denoise", "Denoising strength"),
        clip_skip=meta.whole("clipSkip", "Clip skip", maximum=100),
        width=width,
        height=height,
        resources=resources,
        facts={**meta.facts(), **facts},
    )


def _resources(fields: Fields, meta: Fields) -> tuple[ResourceUse, ...]:
    uses = Uses()
    hashes = meta.object("hashes").left
    model = meta.text("Model", "model")
    model_hash = meta.text("Model hash") or _text(hashes.get("model"))
    uses.add("checkpoint", model, hash=model_hash)
    listed = (
        *meta.objects("resources"),
        *meta.objects("additionalResources"),
        *meta.objects("civitaiResources"),
        *fields.objects("resources"),
    )
    for entry in listed:
        kind = CIVITAI_KINDS.get(entry.text("type", "modelType").lower(), "")
        version = entry.text("modelVersionId", "versionId")
        name = entry.text("name", "modelName") or (f"civitai@{version}" if version else "")
        if kind and not (kind == "checkpoint" and uses.has(kind) and name != model):
            weight = entry.number("weight", "strength")
            uses.add(kind, name, weight, entry.number("strengthClip"), entry.text("hash"))
    for key, hash_ in hashes.items():
        kind, _, name = key.partition(":")
        if name and kind in CIVITAI_KINDS:
            uses.add(CIVITAI_KINDS[kind], name, hash=_text(hash_))
    uses.add("vae", meta.text("VAE", "vae"), hash=_text(hashes.get("vae")))
    return uses.all()


def _text(value: Any) -> str:
    return value[:200] if isinstance(value, str) else ""
