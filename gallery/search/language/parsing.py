"""The grammar, and the tree that lark's LALR parser builds by it."""

from collections.abc import Iterable, Iterator
from typing import Any

import lark
from lark.lexer import Lexer as LarkLexer

from gallery.search.language.lexing import Lexer, Token
from gallery.search.language.nodes import And, Field, Node, Not, Or, Span
from gallery.search.language.vocabulary import Vocabulary

# AND binds tighter than OR and is what stands side by side.
GRAMMAR = """
    start: [alternatives]
    alternatives: together (OR together)*
    together: unit+
    ?unit: TEXT -> words
         | field
         | group
         | NOT (field | group) -> excluded
    field: KEYWORD VALUE (BAR VALUE)*
    group: LPAR [alternatives] RPAR
    %declare TEXT KEYWORD VALUE BAR OR NOT LPAR RPAR
"""


class _Tokens(LarkLexer):
    """Lark asks for a lexer; ours has been here."""

    __future_interface__ = 0

    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, tokens: Any) -> Iterator[lark.Token]:  # type: ignore[override]
        for token in tokens:
            found = lark.Token(token.type, "")
            found.value = token
            yield found


class _Tree(lark.Transformer[lark.Token, Node]):
    def start(self, parts: list[Node | None]) -> Node:
        return parts[0] or And(Span(0, 0), ())

    def alternatives(self, parts: list[Any]) -> Node:
        nodes = [part for part in parts if not isinstance(part, lark.Token)]
        return nodes[0] if len(nodes) == 1 else Or(_around(nodes), tuple(nodes))

    def together(self, parts: list[Node]) -> Node:
        """Without a level for each parenthesis: what is one AND is one node."""
        nodes: list[Node] = []
        for part in parts:
            nodes += part.parts if isinstance(part, And) else (part,)
        return nodes[0] if len(nodes) == 1 else And(_around(parts), tuple(nodes))

    def words(self, parts: list[lark.Token]) -> Node:
        token: Token = parts[0].value
        return And(token.span, token.content)

    def excluded(self, parts: list[Any]) -> Node:
        sign: Token = parts[0].value
        return Not(Span(sign.span.start, parts[1].span.end), parts[1])

    def field(self, parts: list[lark.Token]) -> Node:
        tokens: list[Token] = [part.value for part in parts]
        values = tuple(token.content for token in tokens if token.type == "VALUE")
        end = max(tokens[0].span.end, tokens[-1].span.end)
        if not values[-1].text:
            end = tokens[0].span.end
        return Field(Span(tokens[0].span.start, end), tokens[0].content, values)

    def group(self, parts: list[Any]) -> Node:
        inner: Node | None = parts[1]
        span = Span(parts[0].value.span.start, parts[2].value.span.end)
        return And(span, ()) if inner is None else inner


_PARSER = lark.Lark(
    GRAMMAR,
    parser="lalr",
    lexer=_Tokens,
    transformer=_Tree(),
    maybe_placeholders=True,
)


def parse(text: str, vocabulary: Vocabulary) -> Node:
    """Raises `QueryError`."""
    tokens = list(Lexer(text, vocabulary).tokens())
    tree: Node = _PARSER.parse(_paired(tokens))  # type: ignore[assignment]
    return tree


def _paired(tokens: list[Token]) -> Iterable[Token]:
    """Without exclusions of nothing."""
    kept: list[Token] = []
    for token in tokens:
        if kept and kept[-1].type == "NOT" and token.type not in {"KEYWORD", "LPAR"}:
            kept.pop()
        kept.append(token)
    if kept and kept[-1].type == "NOT":
        kept.pop()
    return kept


def _around(nodes: list[Node]) -> Span:
    return Span(nodes[0].span.start, nodes[-1].span.end)
