"""The files an infotext names: checkpoint, VAE, LoRA tags with hashes, embeddings, ControlNet."""

import re
from typing import Any

from gallery.metadata.parsers import tolerant_json
from gallery.metadata.parsers.automatic1111.infotext import Infotext, pairs_of
from gallery.metadata.parsers.tolerant_json import UnreadableJson
from gallery.metadata.parsers.values import number, plain, stem
from gallery.metadata.records import ResourceUse

# <lora:name:0.8>, <lora:name:0.8:0.6>, <lyco:name:te=0.8:unet=0.6>; no nesting, so linear.
_TAG = re.compile(r"<(lora|lyco|hypernet):([^:<>]++)((?::[^:<>]*+)*+)>")
_BRACKETED_HASH = re.compile(r" \[([0-9a-fA-F]{6,64})\]\Z")
_CONTROLNET_KEY = re.compile(r"ControlNet(?: \d{1,2})?\Z|ControlNet(?:-\d{1,2})? Model\Z")
_USE_LIMIT = 200
_CIVITAI_KINDS = {
    "checkpoint": "checkpoint",
    "lora": "lora",
    "lycoris": "lora",
    "locon": "lora",
    "dora": "lora",
    "embed": "embedding",
    "embedding": "embedding",
    "textualinversion": "embedding",
    "vae": "vae",
    "upscaler": "upscaler",
    "controlnet": "controlnet",
}


class _Uses:
    """Resources by kind and name: each once, first mention first, hashes joined in."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str], ResourceUse] = {}

    def add(
        self,
        kind: str,
        name: str,
        weight: float | None = None,
        clip_weight: float | None = None,
        hash: str = "",
    ) -> None:
        name = stem(name)
        if not name or name == "None" or len(self._by_key) >= _USE_LIMIT:
            return
        known = self._by_key.get((kind, name))
        if known is None:
            self._by_key[kind, name] = ResourceUse(kind, name, weight, clip_weight, hash)
        elif hash and not known.hash:
            self._by_key[kind, name] = ResourceUse(
                kind, name, known.weight, known.clip_weight, hash
            )

    def has(self, kind: str) -> bool:
        return any(known == kind for known, _ in self._by_key)

    def all(self) -> tuple[ResourceUse, ...]:
        return tuple(self._by_key.values())


def collect(parts: Infotext, left: dict[str, str]) -> tuple[ResourceUse, ...]:
    """Every file named in prompt or pairs; keys that are used up leave `left`."""
    uses = _Uses()
    pairs = parts.pairs
    checkpoint = left.pop("Model", "")
    if checkpoint:
        uses.add("checkpoint", checkpoint, hash=left.pop("Model hash", ""))
    if "VAE" in pairs:
        uses.add("vae", left.pop("VAE"), hash=left.pop("VAE hash", ""))
    if "<" in parts.prompt:
        _add_tags(uses, parts.prompt, left)
    if "<" in parts.negative_prompt:
        _add_tags(uses, parts.negative_prompt, left)
    for key, kind in (("Lora hashes", "lora"), ("TI hashes", "embedding")):
        if key in pairs:
            for name, hash_ in pairs_of(pairs[key]).items():
                uses.add(kind, name, hash=hash_)
    for key in ("Hires upscaler", "Hires Upscaler"):
        if key in pairs and not pairs[key].startswith("Latent"):
            uses.add("upscaler", pairs[key])
    for key, value in pairs.items():
        if key.startswith("ControlNet") and _CONTROLNET_KEY.match(key):
            _add_controlnet(uses, key, value, pairs)
    if "Hashes" in pairs:
        _add_hashes(uses, pairs["Hashes"])
    if "Civitai resources" in pairs:
        _add_civitai(uses, pairs["Civitai resources"])
    return uses.all()


def _add_tags(uses: _Uses, text: str, left: dict[str, str]) -> None:
    """In a tag the first weight is the text encoder's, the second the picture network's."""
    for count, (kind, name, rest) in enumerate(_TAG.findall(text)):
        if count >= _USE_LIMIT:
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


def _add_controlnet(uses: _Uses, key: str, value: str, pairs: dict[str, str]) -> None:
    """New: `ControlNet 0: "Module: …, Model: name [hash], Weight: 1"`; old: one key a property."""
    if key.endswith("Model"):
        model, weight = value, pairs.get(f"{key[:-5]}Weight", "")
    else:
        inner = pairs_of(value)
        model = inner.get("Model") or inner.get("model", "")
        weight = inner.get("Weight") or inner.get("weight", "")
    bracketed = _BRACKETED_HASH.search(model)
    hash_ = bracketed[1] if bracketed else ""
    name = model[: bracketed.start()] if bracketed else model
    uses.add("controlnet", name, weight=number(weight), hash=hash_)


def _add_hashes(uses: _Uses, text: str) -> None:
    """`Hashes: {"model": …, "vae": …, "lora:name": …, "embed:name": …}`."""
    hashes = _json_or_none(text)
    if not isinstance(hashes, dict):
        return
    for key, hash_ in hashes.items():
        kind, _, name = key.partition(":")
        if isinstance(hash_, str) and name and kind in _CIVITAI_KINDS:
            uses.add(_CIVITAI_KINDS[kind], name, hash=hash_)


def _add_civitai(uses: _Uses, text: str) -> None:
    """`Civitai resources: [{"type": "lora", "modelName": …, "weight": 0.8}, …]`."""
    listed = _json_or_none(text)
    if not isinstance(listed, list):
        return
    for entry in listed[:_USE_LIMIT]:
        if not isinstance(entry, dict):
            continue
        kind = _CIVITAI_KINDS.get(str(entry.get("type", "")).lower())
        name = entry.get("modelName")
        if kind is None or not isinstance(name, str):
            continue
        if kind == "checkpoint" and uses.has(kind):
            continue
        uses.add(kind, name, weight=number(entry.get("weight")))


def _json_or_none(text: str) -> Any:
    """None where it is no JSON: it stays readable as a fact either way."""
    try:
        return tolerant_json.loads(text)
    except UnreadableJson:
        return None
