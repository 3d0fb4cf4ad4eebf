import pytest

from gallery.search.keywords import registry
from gallery.search.language import Field, QueryError, joined, parse
from tests.gallery.search.language.said import said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("red fox", "and(red, fox*)"),
        ("red, fox,", "and(red, fox)"),
        ('"red fox" -blue', "and(red fox, not blue)"),
        ("a OR b c", "or(a, and(b, c))"),
        ("a | b|c", "or(a, b, c)"),
        ("(a OR b) c", "and(or(a, b), c)"),
        ("-(a OR b)", "not or(a, b)"),
        ("(a (b (c)))", "and(a, b, c)"),
        ("or and AND", "and(or, and, )"),
        ("rating:5", "rating=5"),
        ("Rating: 5 fox", "and(rating=5, fox*)"),
        ("rating:5|6 | 7", "rating=5|6|7"),
        ("rating:5 | steps:20", "or(rating=5, steps=20)"),
        ("-rating:5", "not rating=5"),
        ("fave: fox", "and(favourite=, fox*)"),
        ("favorite:no", "favourite=no"),
        ("for deletion:", "deletion="),
        ("CFG scale: 7", "cfg=7"),
        ("negative prompt: blurry, extra fingers", "negative=and(blurry, extra, fingers*)"),
        ("negative: a b rating:5 c", "and(negative=and(a, b), rating=5, c)"),
        ("(negative: a b) c", "and(negative=and(a, b), c)"),
        ("negative: a OR b", "or(negative=and(a), b)"),
        ("negative: a -b", "negative=and(a, not b)"),
        ('sampler:"Euler a"|dpm*', "sampler=Euler a|dpm*"),
        ("lora:foo_(bar)@0.5-1", "lora=foo_(bar)@0.5-1"),
        ("date: 3 weeks ago, fox", "and(date=3 weeks ago, fox*)"),
        ("date: between 2026-01 and 2026-03", "date=between 2026-01 and 2026-03"),
        ("date: 2026-01-01 - 2026-03-01", "date=2026-01-01 - 2026-03-01"),
        ("size: 512 x 768", "size=512 x 768"),
        ('property:text="a cat"', 'property=text="a cat"'),
        ("model:=exact", "model==exact"),
    ],
)
def test_what_is_meant(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"red fox', "red fox"),
        ('model:"dream shaper', "model=dream shaper"),
        ("(a OR b", "or(a, b)"),
        ("a) b", "and(a, b)"),
        ("a OR", "a"),
        ("OR a", "a"),
        ("a OR OR b", "or(a, b)"),
        ("rating:5|", "rating=5"),
        ("()", "and()"),
        ("-", "and()"),
        ("- a", "a"),
        ("", "and()"),
    ],
)
def test_what_is_not_finished_is_no_error(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(word:1.2)", "word:1.2"),
        ("(model:1.2), ((style:0.8))", "and(model:1.2, style:0.8)"),
        ("(cfg:7.5)", "cfg=7.5"),
        ("<lora:x:0.8> foo:bar", "and(<lora:x:0.8>, foo:bar*)"),
        ("{red|blue} [cat|dog]", "and({red, blue}, [cat, dog]*)"),
        ("fennec_girl_(anime)", "fennec_girl_(anime)*"),
        (r"fennec \(anime\)", r"and(fennec, \(anime\)*)"),
        ("https://example.org/a", "https://example.org/a*"),
        ("nude:1.2", "nude:1.2*"),
    ],
)
def test_pasted_prompts_are_text(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "message", "part"),
    [
        ("fox rating: >=x", "rating: >=x: a number was expected here.", "x"),
        ("rating:11", "rating: 11: a number from 1 to 10 was expected here.", "11"),
        ("rating:5 | fox", "rating: fox: a number was expected here.", "fox"),
        ("steps:2.5", "a whole number was expected", "2.5"),
        ("ratng:5", "ratng: is no keyword. Did you mean rating:?", "ratng:"),
        ("smapler:euler", "Did you mean sampler:?", "smapler:"),
        ("model:", "model: a name was expected here.", "model:"),
        ("model: rating:5", "model: a name was expected here.", "model:"),
        ("negative:", "negative: a word was expected here.", "negative:"),
        ("nsfw:maybe", "nsfw: maybe: true or false was expected here.", "maybe"),
        ("date:2026-02-30", "a day that there is was expected", "2026-02-30"),
        ("date: between", "a date like 2026-03-31", "between"),
        ('date:"99 moons ago"', "a date like", "99 moons ago"),
        ("size:huge", "a size like 512x768", "huge"),
        ("seed:1.5", "a seed like 1234", "1.5"),
        ("type:song", "image, video or animation was expected", "song"),
        ("lora:x@heavy", "a weight like 0.8", "heavy"),
        ("filesize:5 parsecs", None, None),
        ("filesize:5parsecs", "a size like 5MB", "5parsecs"),
        ("has:luck", "the name of a keyword", "luck"),
        ("property:text", "a setting like", "text"),
        ("(" * 50, "Parentheses nest too deep", "("),
        ("a|" * 400, "more than 300 parts", "a"),
    ],
)
def test_an_error_says_what_was_expected_where(text, message, part):
    if message is None:
        said(text)
        return
    with pytest.raises(QueryError) as raised:
        said(text)
    assert message in raised.value.message
    assert raised.value.span.of(text) == part


def test_spans_are_the_parts_of_the_text():
    text = 'fox  rating: >= 5|7 -lora:"my lora"@1  negative: a, b'
    tree = parse(text, registry.vocabulary())
    parts = [part.span.of(text) for part in tree.parts]
    assert parts == ["fox", "rating: >= 5|7", '-lora:"my lora"@1', "negative: a, b"]
    field = next(part for part in tree.parts if isinstance(part, Field))
    assert [value.span.of(text) for value in field.values] == [">= 5", "7"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["rating:5", "fox"], "rating:5 fox"),
        (["negative: blurry", "fox"], "(negative: blurry) fox"),
        (["rating:5", "negative: blurry"], "rating:5 negative: blurry"),
        (["a OR b", "c"], "(a OR b) c"),
        (["", " , ", "fox"], "fox"),
        (['model:"a b', "fox"], 'model:"a b" fox'),
        (["rating:x", "fox"], "rating:x fox"),
    ],
)
def test_texts_put_together_keep_their_meaning(texts, expected):
    assert joined(texts, registry.vocabulary()) == expected
