"""Collects the files that took part, as parsers come across them."""

from dataclasses import replace

from gallery.metadata.parsers.values import stem
from gallery.metadata.records import ResourceUse

USE_LIMIT = 200
_NO_NAMES = frozenset(("", "None"))
# As Civitai names the kinds of files, in lower case.
CIVITAI_KINDS = {
    "checkpoint": "checkpoint",
    "model": "checkpoint",
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


class Uses:
    """Resources by kind and name: each once, first mention first, gaps filled by later ones."""

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
        if name in _NO_NAMES or len(self._by_key) >= USE_LIMIT:
            return
        known = self._by_key.get((kind, name))
        if known is None:
            self._by_key[kind, name] = ResourceUse(kind, name, weight, clip_weight, hash)
        elif (hash and not known.hash) or (weight is not None and known.weight is None):
            self._by_key[kind, name] = replace(
                known,
                weight=weight if known.weight is None else known.weight,
                clip_weight=clip_weight if known.weight is None else known.clip_weight,
                hash=known.hash or hash,
            )

    def has(self, kind: str) -> bool:
        return any(known == kind for known, _ in self._by_key)

    def all(self) -> tuple[ResourceUse, ...]:
        return tuple(self._by_key.values())
