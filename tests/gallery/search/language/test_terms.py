import pytest
from hypothesis import given, settings

from gallery.search.keywords import registry
from gallery.search.language import QueryError, joined, parse, split
from tests.gallery.search.language.said import shown
from tests.gallery.search.language.test_any_text import TEXTS


@pytest.mark.parametrize(
    ("text", "terms", "rest"),
    [
        ("red, fox rating:>=8 blue", ["rating:>=8"], "red, fox blue"),
        ("-lora:x nsfw: a", ["-lora:x", "nsfw:"], "a"),
        ("(rating:5 fox) steps: 20|30", ["rating:5", "steps: 20|30"], "fox"),
        ("(a OR rating:5) b", [], "(a OR rating:5) b"),
        ("a OR b", [], "a OR b"),
        ("-(a b) rating:5", ["rating:5"], "-(a b)"),
        ("fox negative: bad, hands", ["negative: bad, hands"], "fox"),
        ('model:"dream shaper', ['model:"dream shaper'], ""),
        ("", [], ""),
    ],
)
def test_keywords_at_the_top_are_terms_and_the_rest_is_text(text, terms, rest):
    found, left = split(parse(text, registry.vocabulary()), text)
    assert ([term.text for term in found], left) == (terms, rest)


def test_a_term_has_a_name_and_a_value():
    text = '-cfg scale: >= 5 | 3 lora:"my lora"@1'
    first, second = split(parse(text, registry.vocabulary()), text)[0]
    assert (first.name, first.value, first.is_excluded) == ("cfg", ">= 5 | 3", True)
    assert (second.name, second.value, second.is_excluded) == ("lora", '"my lora"@1', False)


def flat(text: str) -> list[str]:
    """What stands side by side, in no order, without the word that is being typed."""
    tree = parse(text + " ,", registry.vocabulary())
    return sorted(map(shown, getattr(tree, "parts", (tree,))))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_chips_and_text_together_mean_what_was_typed(text):
    text += '"' if text.count('"') % 2 else ""
    try:
        tree, before = parse(text, registry.vocabulary()), flat(text)
    except QueryError:
        return  # also where only the word that is being typed made it one
    terms, rest = split(tree, text)
    again = joined([*(term.text for term in terms), rest], registry.vocabulary())
    assert flat(again) == before
