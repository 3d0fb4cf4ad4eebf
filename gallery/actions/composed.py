"""Acts made of others: each comes back as it was, by itself."""

from collections.abc import Iterator, Sequence
from typing import Any

from gallery.actions import registry
from gallery.actions.base import Params, Part


def apply(cursor: Any, name: str, ids: Sequence[int], params: Params) -> Iterator[Part]:
    for part in registry.get(name).apply(cursor, ids, params):
        before, after = ({"act": name, "state": state} for state in (part.before, part.after))
        yield Part(part.image_ids, before, after)


def is_ours(part: Part) -> bool:
    return isinstance(part.before, dict) and "act" in part.before


def restore(cursor: Any, part: Part) -> list[int]:
    """Of one part of `apply`."""
    action = registry.get(part.before["act"])
    inner = Part(part.image_ids, part.before["state"], part.after["state"])
    return action.restore(cursor, inner)
