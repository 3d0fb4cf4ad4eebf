"""Which files beside an image speak of it: the same stem exactly, and an ending known for that."""

# In order of trust: what says most, first.
SUFFIXES = (".swarm.json", ".json", ".metadata.js", ".txt", ".caption", ".tags")


def split(name: str) -> tuple[str, str] | None:
    """Stem and suffix (as in `SUFFIXES`) of a file that may be a sidecar; None for all others.

    It belongs to the images whose name, with or without its ending, is the stem: `a.png.json` and
    `a.json` to `a.png`, never to `a1.png`.
    """
    lower = name.lower()
    for suffix in SUFFIXES:
        if lower.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)], suffix
    return None
