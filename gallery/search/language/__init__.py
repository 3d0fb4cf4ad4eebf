"""The language of the query bar: text to a tree that says where each part stands. Knows no Django.

    red fox, "blue sky", -dog, rating:>=8, (lora:fennec OR lora:desert), negative: blurry, hands

What may follow a keyword is the keyword's `Kind`; which keywords there are is handed in as a
`Vocabulary`, so that other apps can bring their own.
"""

from gallery.search.language.errors import QueryError
from gallery.search.language.joining import joined, quoted
from gallery.search.language.kinds import Kind
from gallery.search.language.nodes import And, Field, Node, Not, Or, Span, Value, Word, fields
from gallery.search.language.parsing import parse
from gallery.search.language.terms import Term, source, split
from gallery.search.language.vocabulary import Vocabulary

__all__ = [
    "And",
    "Field",
    "Kind",
    "Node",
    "Not",
    "Or",
    "QueryError",
    "Span",
    "Term",
    "Value",
    "Vocabulary",
    "Word",
    "fields",
    "joined",
    "parse",
    "quoted",
    "source",
    "split",
]
