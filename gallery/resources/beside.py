"""Which files beside a model file are of it: pictures, and JSON that tools keep there."""

from collections.abc import Collection

# In order of trust.
INFO_SUFFIXES = (".civitai.info", ".cm-info.json", ".metadata.json", ".swarm.json", ".json")
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif")
PREVIEW_SUFFIXES = (
    *(f"{middle}{suffix}" for middle in (".preview", "") for suffix in _PICTURES),
    ".swarm.jpg",
    ".thumb.jpg",
)


def infos(stem: str, names: Collection[str]) -> list[str]:
    return [stem + suffix for suffix in INFO_SUFFIXES if stem + suffix in names]


def preview(stem: str, names: Collection[str]) -> str:
    return next((stem + suffix for suffix in PREVIEW_SUFFIXES if stem + suffix in names), "")
