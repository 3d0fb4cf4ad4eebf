"""No text breaks the parser, however long and however strange; and none is slow."""

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.search.keywords import registry
from gallery.search.language import And, Field, Node, Not, Or, QueryError, parse

PIECES = [
    *("(", ")", '"', "|", "-", " OR ", ",", " ", ":", "*", "<", ">", "{", "}", "\\", "@", "="),
    *("rating:", ">=5", "none", "negative:", "date:", "between ", " and ", "2026-01", "today"),
    *("3 days ago", "seed:", "12*", "size:", "512x?", "lora:", "nsfw:", "has:", "(a:1.2)"),
    *("property:", "text=", "type:video", "filesize:", "5MB", "9" * 23, "\0", "\n", "é", "🦊"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200)


def check(node: Node, text: str) -> None:
    assert 0 <= node.span.start <= node.span.end <= len(text)
    if isinstance(node, Not):
        check(node.part, text)
    elif isinstance(node, And | Or):
        ends = [part.span.end for part in node.parts]
        assert ends == sorted(ends)
        for part in node.parts:
            check(part, text)
    elif isinstance(node, Field):
        assert node.values
        for value in node.values:
            assert node.span.start <= value.span.start <= value.span.end <= len(text)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_every_text_is_understood_or_refused_where_it_is_wrong(text):
    try:
        check(parse(text, registry.vocabulary()), text)
    except QueryError as error:
        assert error.message.endswith((".", "?"))
        assert 0 <= error.span.start <= error.span.end <= len(text)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_what_is_understood_is_understood_again(text):
    try:
        tree = parse(text, registry.vocabulary())
    except QueryError:
        return
    assert parse(text, registry.vocabulary()) == tree


@pytest.mark.parametrize(
    "text",
    [
        *("a " * 5000, "-a " * 3333, '"a b" ' * 1600, "x" * 10_000, "a:b " * 2500, "(" * 10_000),
        *("(a" * 5000, "[{<" * 3333, "a|" * 5000, "rating:5 " * 1100, "((a)(b))" * 1200),
        *("date:between " * 700, "\\" * 10_000, "seed:" + "*?" * 4900, "size:" + "1" * 9990),
        *(
            "{" * 5000 + "|" * 5000,
            "-" * 10_000,
            "a(b" * 3333,
            "abcd:e " * 1400,
            "negative:" * 1000,
        ),
        *("a@" * 5000, "lora:" + "@" * 9000, "property:" + "=" * 9000, "filesize:" + "9" * 9000),
        *("date:" + "1" * 9000, 'date:"' + "a " * 4900, "cfg scale " * 1000, "no no no " * 1100),
    ],
    ids=lambda text: text[:14],
)
def test_ten_kilobytes_are_read_in_a_moment(text):
    registry.vocabulary()
    times = []
    for _ in range(3):
        started = time.perf_counter()
        with contextlib.suppress(QueryError):
            parse(text, registry.vocabulary())
        times.append(time.perf_counter() - started)
    assert min(times) < 0.05
