"""The tree of a query. Each node knows which part of the text it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple


class Span(NamedTuple):
    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or several in a row; `is_prefix` also finds longer words that begin so."""

    span: Span
    text: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """One alternative of a field: its text without quotes, and what its kind read there."""

    span: Span
    text: str
    content: Any


@dataclass(frozen=True, slots=True)
class Field:
    """A keyword with its alternatives; `name` is the keyword's own name, whatever was typed."""

    span: Span
    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Not:
    span: Span
    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Of no parts it holds for everything."""

    span: Span
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    span: Span
    parts: tuple["Node", ...]


Node = Word | Field | Not | And | Or


def fields(node: Node) -> Iterator[Field]:
    """All keywords that the tree uses, wherever."""
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, Field):
            yield node
        elif isinstance(node, Not):
            pending.append(node.part)
        elif isinstance(node, And | Or):
            pending += node.parts
