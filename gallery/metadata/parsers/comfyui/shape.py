"""A workflow's fingerprint: which classes there are and how they are linked, nothing else.

Every node is hashed with all that it is made of, then with all that is made of it (as Weisfeiler
and Leman refine colours, each way to its end), so ids and order play no part.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from xxhash import xxh3_64_digest, xxh3_128_digest

from gallery.metadata.parsers.comfyui.graph import Graph

# Circles never run; what hangs on one is told apart by its neighbourhood up to this far.
_ROUNDS = 4
# Longer names are not kept in memory.
_REMEMBERED = 200

# For each node the others, each with the output and the input by which they are linked.
_Edges = dict[str, list[tuple[str, bytes]]]


def fingerprint(graph: Graph) -> UUID:
    """Equal for graphs of one shape in every process and release.

    Nodes that are linked to nothing (notes, leftovers) do not count where others are.
    """
    sources: _Edges = {}
    uses: _Edges = defaultdict(list)
    for key, node in graph.nodes.items():
        sources[key] = edges = []
        for name, (source, slot) in graph.links(node):
            label = _label(slot, name) if len(name) < _REMEMBERED else _made_label(slot, name)
            edges.append((source.id, label))
            uses[source.id].append((key, label))
    linked = [key for key in graph.nodes if sources[key] or key in uses] or list(graph.nodes)
    order = _sources_first(linked, sources, uses)
    nodes = graph.nodes
    hashes = {key: xxh3_64_digest(nodes[key].kind.encode(errors="surrogatepass")) for key in linked}
    in_order = set(order)
    circling = [key for key in linked if key not in in_order]
    _refine(hashes, order, sources)
    _refine_together(hashes, circling, sources)
    _refine(hashes, order[::-1], uses)
    _refine_together(hashes, circling, uses)
    return UUID(bytes=xxh3_128_digest(b"".join(sorted(hashes.values()))))


def _sources_first(linked: list[str], sources: _Edges, uses: _Edges) -> list[str]:
    """The nodes, each after all that feed it; without those that circles feed."""
    waiting = {key: len(sources[key]) for key in linked}
    order = [key for key in linked if not waiting[key]]
    for key in order:  # grows while it is walked
        for user, _ in uses.get(key, ()):
            waiting[user] -= 1
            if not waiting[user]:
                order.append(user)
    return order


def _made_label(slot: int, name: str) -> bytes:
    """The length comes first, so that nothing in a name can look like another edge."""
    written = name.encode(errors="surrogatepass")
    return b"%d %d %b" % (slot, len(written), written)


# Thousands of graphs are linked by the same few names.
_label = lru_cache(4096)(_made_label)


def _refine(hashes: dict[str, bytes], order: list[str], edges: _Edges) -> None:
    for key in order:
        if around := edges.get(key):
            hashes[key] = _around(hashes[key], around, hashes)


def _refine_together(hashes: dict[str, bytes], keys: list[str], edges: _Edges) -> None:
    for _ in range(_ROUNDS if keys else 0):
        before = dict(hashes)
        for key in keys:
            hashes[key] = _around(before[key], edges.get(key, ()), before)


def _around(own: bytes, edges: Sequence[tuple[str, bytes]], hashes: dict[str, bytes]) -> bytes:
    if len(edges) == 1:
        ((other, label),) = edges
        return xxh3_64_digest(own + hashes[other] + label)
    near = [hashes[other] + label for other, label in edges]
    near.sort()
    return xxh3_64_digest(own + b"".join(near))
