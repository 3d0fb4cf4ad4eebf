"""A tree in short, and the vocabulary that the library has."""

from gallery.search.keywords import registry
from gallery.search.language import And, Field, Node, Not, Or, Word, parse


def said(text: str) -> str:
    return shown(parse(text, registry.vocabulary()))


def shown(node: Node) -> str:
    if isinstance(node, Word):
        return f"{node.text}{'*' if node.is_prefix else ''}"
    if isinstance(node, Not):
        return f"not {shown(node.part)}"
    if isinstance(node, Field):
        values = (
            shown(value.content) if isinstance(value.content, And) else value.text
            for value in node.values
        )
        return f"{node.name}={'|'.join(values)}"
    assert isinstance(node, And | Or)
    name = "and" if isinstance(node, And) else "or"
    return f"{name}({', '.join(map(shown, node.parts))})"
