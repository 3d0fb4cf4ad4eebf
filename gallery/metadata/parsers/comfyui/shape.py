"""A workflow's fingerprint: which classes there are and how they are linked, nothing else.

Every node is hashed with all that it is made of, then with all that is made of it (as Weisfeiler
and Leman refine colours, each way to its end), so ids and order play no part.
"""

from collections import defaultdict
from uuid import UUID

from xxhash import xxh3_64_intdigest, xxh3_128_digest

from gallery.metadata.parsers.comfyui.graph import Graph

# Circles never run; what hangs on one is told apart by its neighbourhood up to this far.
_ROUNDS = 4

_Edges = dict[str, list[tuple[str, int, str]]]


def fingerprint(graph: Graph) -> UUID:
    """Equal for graphs of one shape in every process and release.

    Nodes that are linked to nothing (notes, leftovers) do not count where others are.
    """
    sources: _Edges = {
        key: [(name, link.slot, link.node.id) for name, link in graph.links(node)]
        for key, node in graph.nodes.items()
    }
    uses: _Edges = defaultdict(list)
    for key, edges in sources.items():
        for name, slot, source in edges:
            uses[source].append((name, slot, key))
    linked = [key for key in graph.nodes if sources[key] or key in uses] or list(graph.nodes)
    order = _sources_first(linked, sources, uses)
    hashes = {key: _hash(graph.nodes[key].kind) for key in linked}
    in_order = set(order)
    circling = [key for key in linked if key not in in_order]
    _refine(hashes, order, sources)
    _refine_together(hashes, circling, sources)
    _refine(hashes, order[::-1], uses)
    _refine_together(hashes, circling, uses)
    return UUID(bytes=xxh3_128_digest(ascii(sorted(hashes.values())).encode()))


def _sources_first(linked: list[str], sources: _Edges, uses: _Edges) -> list[str]:
    """The nodes, each after all that feed it; without those that circles feed."""
    waiting = {key: len(sources[key]) for key in linked}
    order = [key for key in linked if not waiting[key]]
    for key in order:  # grows while it is walked
        for _, _, user in uses.get(key, ()):
            waiting[user] -= 1
            if not waiting[user]:
                order.append(user)
    return order


def _refine(hashes: dict[str, int], order: list[str], edges: _Edges) -> None:
    for key in order:
        if around := edges.get(key):
            near = sorted((name, slot, hashes[other]) for name, slot, other in around)
            hashes[key] = _hash((hashes[key], near))


def _refine_together(hashes: dict[str, int], keys: list[str], edges: _Edges) -> None:
    for _ in range(_ROUNDS if keys else 0):
        before = dict(hashes)
        for key in keys:
            near = sorted((name, slot, before[other]) for name, slot, other in edges.get(key, ()))
            hashes[key] = _hash((before[key], near))


def _hash(value: object) -> int:
    # `ascii` writes texts, numbers, tuples and lists alike in every release of Python.
    return xxh3_64_intdigest(ascii(value).encode())
