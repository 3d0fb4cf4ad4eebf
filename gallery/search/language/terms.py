"""A query as the bar shows it: its keywords as terms of their own, the rest as text."""

from dataclasses import dataclass

from gallery.search.language.nodes import And, Field, Node, Not, Or, Word


@dataclass(frozen=True, slots=True)
class Term:
    """One keyword at the top; `text` is the whole of it, `value` what stands after its colon."""

    text: str
    name: str
    value: str
    is_excluded: bool = False


def split(tree: Node, text: str) -> tuple[list[Term], str]:
    """What is ANDed at the top: the keywords, and all else as a text that means the same."""
    parts = tree.parts if isinstance(tree, And) else (tree,)
    terms: list[Term] = []
    rest: list[Node] = []
    for part in parts:
        field = part.part if isinstance(part, Not) else part
        if isinstance(field, Field):
            value = text[field.values[0].span.start : field.values[-1].span.end]
            is_excluded = isinstance(part, Not)
            terms.append(Term(source(part, text), field.name, value.strip(), is_excluded))
        else:
            rest.append(part)
    alone = len(rest) == 1 and isinstance(rest[0], Or)
    return terms, source(rest[0], text) if alone else _side_by_side(rest, text)


def source(node: Node, text: str) -> str:
    """A text that means `node`, as it was typed as far as it can be."""
    if isinstance(node, Word | Field):
        return node.span.of(text)
    if isinstance(node, Not):
        inner = source(node.part, text)
        return f"-{inner}" if isinstance(node.part, Word | Field) else f"-({inner})"
    if isinstance(node, Or):
        return " OR ".join(_within(part, text, Or) for part in node.parts)
    return _side_by_side(node.parts, text)


def _within(node: Node, text: str, around: type[Node]) -> str:
    said = source(node, text)
    reaches = isinstance(node, Field) and any(isinstance(v.content, And) for v in node.values)
    if isinstance(node, Or) or (reaches and around is And):
        return f"({said})"
    return said


def _side_by_side(parts: tuple[Node, ...] | list[Node], text: str) -> str:
    """Words keep the commas that were between them."""
    said = ""
    end: int | None = None
    for part in parts:
        is_words = isinstance(part, Word) or (isinstance(part, Not) and isinstance(part.part, Word))
        between = text[end : part.span.start] if end is not None and is_words else " "
        said += (between if not between.strip(" ,\n\t\r") and between else " ") if said else ""
        said += _within(part, text, And)
        end = part.span.end if is_words else None
    return said
