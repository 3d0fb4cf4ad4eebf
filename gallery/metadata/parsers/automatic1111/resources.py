"""The files an infotext names: checkpoint, VAE, LoRA tags with hashes, embeddings, ControlNet."""

import re
from typing import Any

from gallery.metadata.parsers import tolerant_json
from gallery.metadata.parsers.automatic1111.infotext import Infotext, pairs_of
from gallery.metadata.parsers.tolerant_json import UnreadableJson
from gallery.metadata.parsers.uses import CIVITAI_KINDS, USE_LIMIT, Uses
from gallery.metadata.parsers.values import number, plain, whole
from gallery.metadata.records import ResourceUse

# <lora:name:0.8>, <lora:name:0.8:0.6>, <lyco:name:te=0.8:unet=0.6>; no nesting, so linear.
_TAG = re.compile(r"<(lora|lyco|hypernet):([^:<>]++)((?::[^:<>]*+)*+)>")
_BRACKETED_HASH = re.compile(r" ?[\[(]([0-9a-fA-F]{6,64})[\])]\Z")
# `Lora_0 Model name`, `Lora_0 Strength model`: how saver nodes of ComfyUI list what they saw.
_NUMBERED = re.compile(r"(Lora|Embedding|ControlNet|Upscale)_\d{1,3} (?:Model )?name\Z", re.I)
_NUMBERED_KINDS = {
    "lora": "lora",
    "embedding": "embedding",
    "controlnet": "controlnet",
    "upscale": "upscaler",
}
_CONTROLNET_KEY = re.compile(r"ControlNet(?: \d{1,2})?\Z|ControlNet(?:-\d{1,2})? Model\Z")
_UPSCALER_KEYS = (
    "Hires upscaler",
    "Hires Upscaler",
    "Postprocess upscaler",
    "Postprocess upscaler 2",
)


def collect(parts: Infotext, left: dict[str, str]) -> tuple[ResourceUse, ...]:
    """Every file named in prompt or pairs; keys that are used up leave `left`."""
    uses = Uses()
    pairs = parts.pairs
    hashes = _hashes(pairs)
    model_hash = pairs.get("Model hash") or hashes.get("model", "")
    checkpoint = left.pop("Model", "")
    if checkpoint:
        uses.add("checkpoint", checkpoint, hash=model_hash)
        left.pop("Model hash", None)
    if "VAE" in pairs:
        uses.add("vae", left.pop("VAE"), hash=left.pop("VAE hash", "") or hashes.get("vae", ""))
    if "<" in parts.prompt:
        _add_tags(uses, parts.prompt, left)
    if "<" in parts.negative_prompt:
        _add_tags(uses, parts.negative_prompt, left)
    for key, kind in (("Lora hashes", "lora"), ("TI hashes", "embedding")):
        if key in pairs:
            for name, hash_ in pairs_of(pairs[key]).items():
                uses.add(kind, name, hash=hash_)
    _add_upscalers(uses, pairs)
    for key, value in pairs.items():
        if key.startswith("ControlNet") and _CONTROLNET_KEY.match(key):
            _add_controlnet(uses, key, value, pairs)
        elif "_" in key and (numbered := _NUMBERED.match(key)):
            _add_numbered(uses, numbered, value, pairs)
    for key, hash_ in hashes.items():
        kind, _, name = key.partition(":")
        if name and kind in CIVITAI_KINDS:
            uses.add(CIVITAI_KINDS[kind], name, hash=hash_)
    if "Civitai resources" in pairs:
        _add_civitai(uses, pairs["Civitai resources"], model_hash)
    if not uses.has("checkpoint"):
        # The first versions named no file: the hash alone tells which one it was.
        uses.add("checkpoint", model_hash, hash=model_hash)
    for key in ("Refiner", "Hires checkpoint"):
        if key in pairs and uses.has("checkpoint"):
            name, hash_ = _named_with_hash(pairs[key])
            uses.add("checkpoint", name, hash=hash_)
    return uses.all()


def upscalers(pairs: dict[str, str]) -> tuple[ResourceUse, ...]:
    uses = Uses()
    _add_upscalers(uses, pairs)
    return uses.all()


def _add_upscalers(uses: Uses, pairs: dict[str, str]) -> None:
    for key in _UPSCALER_KEYS:
        if key in pairs and not pairs[key].startswith("Latent"):
            uses.add("upscaler", pairs[key])


def _add_tags(uses: Uses, text: str, left: dict[str, str]) -> None:
    """In a tag the first weight is the text encoder's, the second the picture network's."""
    for count, (kind, name, rest) in enumerate(_TAG.findall(text)):
        if count >= USE_LIMIT:
            break
        positional: list[float] = []
        named: dict[str, float] = {}
        for argument in rest.split(":")[1:]:
            label, equals, value = argument.partition("=")
            weight = number((value if equals else label).strip())
            if weight is not None and equals:
                named[label.strip()] = weight
            elif weight is not None:
                positional.append(weight)
        clip_weight = named.get("te", positional[0] if positional else 1.0)
        weight = named.get("unet", positional[1] if len(positional) > 1 else clip_weight)
        if kind == "hypernet":
            listed = f"{name}: {plain(weight)}"
            known = left.get("Hypernetworks")
            left["Hypernetworks"] = f"{known}, {listed}" if known else listed
        else:
            uses.add("lora", name, weight, clip_weight if clip_weight != weight else None)


def _add_controlnet(uses: Uses, key: str, value: str, pairs: dict[str, str]) -> None:
    """New: `ControlNet 0: "Module: …, Model: name [hash], Weight: 1"`; old: one key a property."""
    if key.endswith("Model"):
        model, weight = value, pairs.get(f"{key[:-5]}Weight", "")
    else:
        inner = pairs_of(value)
        model = inner.get("Model") or inner.get("model", "")
        weight = inner.get("Weight") or inner.get("weight", "")
    name, hash_ = _named_with_hash(model)
    uses.add("controlnet", name, weight=number(weight), hash=hash_)


def _named_with_hash(text: str) -> tuple[str, str]:
    """`name [hash]`, in old versions `name(hash)`."""
    bracketed = _BRACKETED_HASH.search(text)
    return (text[: bracketed.start()], bracketed[1]) if bracketed else (text, "")


def _add_numbered(uses: Uses, numbered: re.Match[str], value: str, pairs: dict[str, str]) -> None:
    """One key a property, as `Lora_0 Model name` and `Lora_0 Strength model`."""
    whose = numbered[0].partition(" ")[0]
    hash_ = pairs.get(f"{whose} Model hash") or pairs.get(f"{whose} hash", "")
    weight = number(pairs.get(f"{whose} Strength model"))
    clip_weight = number(pairs.get(f"{whose} Strength clip"))
    uses.add(_NUMBERED_KINDS[numbered[1].lower()], value, weight, clip_weight, hash_)


def _hashes(pairs: dict[str, str]) -> dict[str, str]:
    """`Hashes: {"model": …, "vae": …, "lora:name": …, "embed:name": …}`."""
    listed = _json_or_none(pairs["Hashes"]) if "Hashes" in pairs else None
    if not isinstance(listed, dict):
        return {}
    return {key: hash_ for key, hash_ in listed.items() if isinstance(hash_, str)}


def _add_civitai(uses: Uses, text: str, model_hash: str) -> None:
    """`Civitai resources: [{"type": "lora", "modelName": …, "weight": 0.8}, …]`."""
    listed = _json_or_none(text)
    if not isinstance(listed, list):
        return
    for entry in listed[:USE_LIMIT]:
        if not isinstance(entry, dict):
            continue
        kind = CIVITAI_KINDS.get(str(entry.get("type", "")).lower())
        name = entry.get("modelName")
        if not isinstance(name, str) and (version := whole(entry.get("modelVersionId"))):
            name = f"civitai@{version}"  # only its id is recorded, which still tells files apart
        if kind is None or not isinstance(name, str):
            continue
        if kind == "checkpoint" and uses.has(kind):
            continue
        hash_ = model_hash if kind == "checkpoint" else ""
        uses.add(kind, name, weight=number(entry.get("weight")), hash=hash_)


def _json_or_none(text: str) -> Any:
    """None where it is no JSON: it stays readable as a fact either way."""
    try:
        return tolerant_json.loads(text)
    except UnreadableJson:
        return None
