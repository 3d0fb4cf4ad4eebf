"""From edges to stacks of versions: who is joined to whom, and where a chain is cut."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gallery.families.roles import PIXELS, STRENGTH

# A picture that only looks like one of a stack joins it where it looks like the stack's first one
# too; else pictures that are each a little like the next would come to one stack.
MOST_APART_BITS = 12


@dataclass(frozen=True, slots=True)
class Edge:
    child: int
    parent: int
    evidence: str
    distance: int | None


def stacks(
    edges: Iterable[Edge], together: Iterable[tuple[int, int]], hashes: Mapping[int, int]
) -> dict[int, int]:
    """Of each image that is not alone its stack's number, that of its first image. `together` are
    pairs that a person put together."""
    heads: dict[int, int] = {}

    def head_of(image: int) -> int:
        head = heads.setdefault(image, image)
        while head != heads[head]:
            heads[head] = heads[heads[head]]
            head = heads[head]
        heads[image] = head
        return head

    def join(a: int, b: int) -> None:
        first, second = sorted((head_of(a), head_of(b)))
        heads[second] = first

    for a, b in together:
        join(a, b)
    for edge in sorted(edges, key=_by_worth):
        a, b = head_of(edge.child), head_of(edge.parent)
        if edge.evidence == PIXELS and _are_apart(hashes.get(a), hashes.get(b)):
            continue
        join(a, b)
    found = {image: head_of(image) for image in heads}
    shared: dict[int, int] = {}
    for head in found.values():
        shared[head] = shared.get(head, 0) + 1
    return {image: head for image, head in found.items() if shared[head] > 1}


def _by_worth(edge: Edge) -> tuple[int, int, int, int]:
    return -STRENGTH[edge.evidence], edge.distance or 0, edge.child, edge.parent


def _are_apart(a: int | None, b: int | None) -> bool:
    return a is not None and b is not None and ((a ^ b) & (2**64 - 1)).bit_count() > MOST_APART_BITS
