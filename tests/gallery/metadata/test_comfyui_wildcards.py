"""Texts that were made of others while a graph ran, and what they were made of."""

import time

import pytest

from tests.gallery.metadata.builders import graph_answer
from tests.gallery.metadata.graphs import basic, encode, link, node, sampler


def test_what_a_wildcard_became_is_the_prompt_and_the_wildcard_a_fact():
    wild = node("ImpactWildcardProcessor", wildcard_text="a {cat|dog}", populated_text="a cat")
    found = graph_answer(basic(yes=encode(link("wild")), wild=wild))
    assert found.prompt == "a cat"
    assert found.facts == {"Template": "a {cat|dog}"}


def test_an_encoder_of_wildcards_does_not_add_them_to_the_prompt():
    wild = node(
        "ImpactWildcardEncode",
        model=link("loader"),
        clip=link("loader", 1),
        wildcard_text="__animals__",
        populated_text="a dog",
    )
    found = graph_answer(basic(no=wild, sample=sampler(negative=link("no", 2))))
    assert found.negative_prompt == "a dog"
    assert found.facts == {"Negative Template": "__animals__"}


def test_a_text_without_wildcards_is_no_template():
    wild = node("ImpactWildcardProcessor", wildcard_text="a cat ", populated_text="a cat")
    assert graph_answer(basic(yes=encode(link("wild")), wild=wild)).facts == {}


def test_of_what_was_drawn_and_not_noted_only_the_template_is_known():
    wild = node("DPRandomGenerator", text="a {cat|dog}", seed=3)
    found = graph_answer(basic(yes=encode(link("wild")), wild=wild))
    assert (found.prompt, found.facts) == ("", {"Template": "a {cat|dog}"})


def test_tokens_have_the_values_that_the_graph_gives_them():
    found = graph_answer(
        basic(
            yes=encode(link("parse")),
            parse=node("Text Parse Tokens", text=link("text")),
            text=node("Text Multiline", text="a [size] cat with [hair], [time]"),
            names=node("Text String", text="[size]", text_b="[hair]", text_c="", text_d=""),
            size=node("Text Add Token by Input", token_name=link("names"), token_value="small"),
            hair=node(
                "Text Add Token by Input", token_name=link("names", 1), token_value=link("line")
            ),
            line=node("Text Random Line", text="red hair\nred hair", seed=4),
            nothing=node("Text Add Token by Input", token_name=" ", token_value="x"),
        )
    )
    assert found.prompt == "a small cat with red hair, [time]"
    assert found.facts == {"Template": "a [size] cat with [hair], [time]"}


def test_tokens_that_are_made_of_themselves_come_to_an_end():
    found = graph_answer(
        basic(
            yes=encode(link("parse")),
            parse=node("Text Parse Tokens", text="a [cat]"),
            token=node("Text Add Token by Input", token_name="[cat]", token_value=link("parse")),
        )
    )
    assert "[cat]" not in found.prompt


def test_very_many_tokens_in_very_many_texts_take_no_time():
    graph = {
        f"set{at}": node("Text Add Token by Input", token_name=f"[{at}]", token_value="x")
        for at in range(300)
    }
    graph |= {
        f"parse{at}": node("Text Parse Tokens", text=link(f"parse{at + 1}")) for at in range(50)
    }
    graph["parse50"] = node("Text Multiline", text="[ " * 50_000)
    started = time.process_time()
    graph_answer(basic(yes=encode(link("parse0")), **graph))
    assert time.process_time() - started < 0.5


def rewriting(flag, made="TextGenerate"):
    return graph_answer(
        basic(
            yes=encode(link("shown")),
            shown=node("PreviewAny", source=link("switch")),
            switch=node("ComfySwitchNode", switch=flag, on_false=link("own"), on_true=link("made")),
            own=node("PrimitiveStringMultiline", value="a cat"),
            made=node(made, prompt=link("order"), clip=link("loader", 1)),
            order=node("StringConcatenate", string_a="Write a prompt: ", string_b=link("own")),
        )
    )


@pytest.mark.parametrize("kind", ["TextGenerate", "GeminiNode", "OpenAIChatNode"])
def test_a_prompt_that_a_model_rewrote_unnoted_is_as_it_was_written(kind):
    found = rewriting(True, kind)
    assert found.prompt == "a cat"
    assert found.facts == {"Prompt rewritten by": kind}


def test_a_rewriter_that_was_switched_off_is_not_told():
    found = rewriting(False)
    assert (found.prompt, found.facts) == ("a cat", {})


def test_a_switch_between_two_unnoted_texts_has_none():
    found = graph_answer(
        basic(
            yes=encode(link("switch")),
            switch=node("ComfySwitchNode", switch=True, on_false=link("b"), on_true=link("a")),
            a=node("TextGenerate", prompt="x"),
            b=node("TextGenerate", prompt="y"),
        )
    )
    assert found.prompt == ""
