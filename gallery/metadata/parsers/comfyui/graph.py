"""A ComfyUI graph in its API form: nodes by id, inputs that are values or links.

Graphs are hostile: ids are any text, links dangle and circle, so every walk keeps what it visited.
"""

from collections.abc import Callable, ItemsView, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

NODE_LIMIT = 10_000
_CARRIERS = ("context", "sdxl_tuple", "bus", "settings")
# Links looked at, a hundred times what the most elaborate of a thousand real graphs needs.
_EFFORT_LIMIT = 100_000
# Longer names of classes are not kept in memory.
_REMEMBERED = 200


class TangledGraph(Exception):
    """Following the graph takes more than any honest one would."""


class Node(NamedTuple):
    id: str
    kind: str
    inputs: dict[str, Any]

    def has(self, *names: str) -> bool:
        return not self.inputs.keys().isdisjoint(names)

    def is_called(self, *parts: str) -> bool:
        """Whether the class name holds one of these words, written in lower case."""
        if len(self.kind) > _REMEMBERED:
            return _is_called(self.kind, parts)
        return _is_known_to_be_called(self.kind, parts)


def _is_called(kind: str, parts: tuple[str, ...]) -> bool:
    kind = kind.lower()
    return any(part in kind for part in parts)


# The same classes are in thousands of graphs.
_is_known_to_be_called = lru_cache(4096)(_is_called)


class Link(NamedTuple):
    """An output of a node: the node and the output's number."""

    node: Node
    slot: int


class Graph:
    def __init__(self, raw: dict[str, Any]) -> None:
        self.nodes: dict[str, Node] = {}
        self._effort = 0
        # What walks found of a node once; see `samplers`.
        self.made_of: dict[str, tuple[Link, ...]] = {}
        self.samples: dict[str, bool] = {}
        nodes = self.nodes
        for key, node in list(raw.items())[:NODE_LIMIT]:
            if type(node) is not dict:
                continue
            kind, inputs = node.get("class_type"), node.get("inputs")
            if type(kind) is str and type(inputs) is dict:
                nodes[key] = Node(key, kind, inputs)
        self._links: dict[str, dict[str, Link]] = {}
        for key, each in nodes.items():
            self._links[key] = links = {}
            for name, value in each.inputs.items():
                if type(value) is list and (link := self._link(value)) is not None:
                    links[name] = link

    def spend(self, effort: int) -> None:
        self._effort += effort
        if self._effort > _EFFORT_LIMIT:
            raise TangledGraph

    def link(self, value: Any) -> Link | None:
        """What an input's value points to; None where it is a plain value or dangles.

        Like every walk, raises `TangledGraph` where there is no end of it.
        """
        if type(value) is not list:
            return None
        self.spend(1)
        return self._link(value)

    def _link(self, value: list[Any]) -> Link | None:
        if len(value) != 2:
            return None
        key, slot = value
        if type(slot) is not int:
            return None
        if type(key) is int:
            key = str(key)
        node = self.nodes.get(key) if type(key) is str else None
        return None if node is None else Link(node, slot)

    def input_link(self, node: Node, *names: str) -> Link | None:
        """The link of the first of these inputs that has one."""
        links = self._links[node.id]
        if not links:
            return None
        self.spend(1)
        for name in names:
            if name in links:
                return links[name]
        return None

    def links(self, node: Node) -> ItemsView[str, Link]:
        """Every input that is a link, in the order recorded."""
        known = self._links[node.id]
        if known:
            self.spend(len(known))
        return known.items()

    def ends(self) -> list[Node]:
        """The nodes that feed no other, in the order recorded."""
        consumed = {link.node.id for links in self._links.values() for link in links.values()}
        return [node for node in self.nodes.values() if node.id not in consumed]

    def upstream(self, starts: Iterable[Node], follow: "Follow") -> Iterator[Node]:
        """The start nodes and what feeds them by the links that `follow` gives, each once.

        Depth first: of several inputs the whole first branch comes before the second.
        """
        waiting = list(starts)[::-1]
        seen: set[str] = set()
        while waiting:
            node = waiting.pop()
            if node.id in seen:
                continue
            seen.add(node.id)
            yield node
            if links := follow(self, node):
                self.spend(len(links))
                waiting.extend([link.node for link in links[::-1] if link.node.id not in seen])


# Which inputs of a node a walk goes on through.
Follow = Callable[[Graph, Node], tuple[Link, ...]]


def every_link(graph: Graph, node: Node) -> tuple[Link, ...]:
    """To follow everything that a node is made with."""
    return tuple([link for _, link in graph.links(node)])


def is_pipe(name: str) -> bool:
    """Whether an input carries several things at once: a pipe or a context."""
    name = name.lower()
    return "pipe" in name or "ctx" in name or name in _CARRIERS
