import pytest

from tests.gallery.metadata.builders import graph_answer
from tests.gallery.metadata.graphs import basic, encode, link, node, sampler


def prompt_of(text_value="unused", **nodes):
    return graph_answer(basic(**({"yes": encode(text_value)} | nodes))).prompt


@pytest.mark.parametrize(
    "source",
    [
        node("PrimitiveString", value="found"),
        node("String Literal", string="found"),
        node("CR Prompt Text", prompt="found"),
        node("Text Multiline", text="found"),
        node("ShowText|pysssh", text=link("gone"), text_0="found"),
        node("ImpactWildcardProcessor", wildcard_text="{a|b}", populated_text="found"),
        node("SDXLPromptStyler", text_positive="found", text_negative="other", style="x"),
    ],
)
def test_a_node_that_holds_text_is_read(source):
    assert prompt_of(link("source"), source=source) == "found"


def test_a_text_that_only_existed_while_running_is_empty():
    for kind in ("Random Prompt Line", "OllamaGenerate", "Florence2 caption"):
        source = node(kind, text="instructions, not the prompt", seed=1)
        assert prompt_of(link("source"), source=source) == ""


def test_a_line_drawn_by_seed_is_the_line_that_was_drawn():
    lines = node("Text Multiline", text="a cat\na dog\na fox\nan owl")
    drawn = [
        prompt_of(
            link("line"),
            line=node("Text Random Line", text=link("lines"), seed=seed),
            lines=lines,
        )
        for seed in range(5)
    ]
    # What `random.seed(seed); random.choice(lines)` gives in the node itself.
    assert drawn == ["an owl", "a dog", "a cat", "a dog", "a dog"]


def test_what_was_written_for_an_unknown_text_node_is_its_text():
    source = node(
        "Somebody's prompt builder",
        seed=4,
        style="Random",
        description="a cat on a mat,",
        extra="and a dog",
        model_name="llama 3 of 8 billion",
    )
    assert prompt_of(link("source"), source=source) == "a cat on a mat, and a dog"


def test_a_chain_of_text_nodes_is_followed_to_its_parts():
    found = prompt_of(
        yes=node("Text to Conditioning", clip=link("loader", 1), text=link("console")),
        console=node("Text to Console", label="x", text=link("both")),
        both=node(
            "Text Concatenate", linebreak_addition="false", text_a=link("one"), text_b=link("two")
        ),
        one=node("Text Multiline", text="a cat, "),
        two=node("Text String", text="no", text_b="on a mat", text_c="no", text_d="no"),
    )
    assert found == "a cat, no"


def test_an_output_number_picks_among_several_texts():
    source = node("Text String", text="one", text_b="two", text_c="three", text_d="four")
    assert prompt_of(link("source", 2), source=source) == "three"


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"string_a": "a", "string_b": "b", "delimiter": ", "}, "a, b"),
        ({"text1": "a", "text2": "b", "separator": "\\n"}, "a\nb"),
        ({"text_a": "a", "text_b": "b", "linebreak_addition": "true"}, "a\nb"),
        ({"text_a": "a", "text_b": "", "delimiter": "-"}, "a"),
        ({"text_a": "a", "text_b": "b"}, "a b"),
    ],
)
def test_joined_texts_keep_their_delimiter(inputs, expected):
    assert prompt_of(link("source"), source=node("Text Concatenate", **inputs)) == expected


def test_find_and_replace_is_done():
    source = node("Text Find and Replace Input", text=link("text"), find="dog", replace=link("new"))
    found = prompt_of(
        link("source"),
        source=source,
        text=node("Text Multiline", text="a dog and a dog"),
        new=node("Text Multiline", text="cat"),
    )
    assert found == "a cat and a cat"


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        (node("Text Switch", boolean=True, on_true=link("a"), on_false=link("b")), "from a"),
        (node("Text Switch", boolean=False, on_true=link("a"), on_false=link("b")), "from b"),
        (node("Text Switch", boolean=link("no"), on_true=link("a"), on_false=link("b")), "from b"),
        (node("Switch any", select=2, input1=link("a"), input2=link("b")), "from b"),
        (node("Any Switch (rgthree)", any_01=link("gone"), any_02=link("b")), "from b"),
    ],
)
def test_a_switch_hands_on_what_its_selector_says(switch, expected):
    found = graph_answer(
        basic(
            yes=encode(link("switch")),
            switch=switch,
            a=node("Text Multiline", text="from a"),
            b=node("Text Multiline", text="from b"),
            no=node("PrimitiveBoolean", value=False),
        )
    )
    assert found.prompt == expected


def test_two_encoders_of_one_text_give_it_once():
    both = node("CLIPTextEncodeSDXL", text_g="a cat", text_l="a cat", clip=link("loader", 1))
    apart = node("CLIPTextEncodeFlux", clip_l="tags", t5xxl="a sentence", clip=link("loader", 1))
    assert prompt_of(yes=both) == "a cat"
    assert prompt_of(yes=apart) == "tags\na sentence"


def test_conditioning_is_followed_through_what_changes_it():
    found = graph_answer(
        basic(
            sample=sampler(positive=link("area")),
            area=node("ConditioningSetArea", width=8, height=8, conditioning=link("unclip")),
            unclip=node("unCLIPConditioning", strength=1, conditioning=link("control")),
            control=node(
                "ControlNetApply",
                strength=0.6,
                conditioning=link("route"),
                control_net=link("net"),
                image=link("load"),
            ),
            net=node("ControlNetLoader", control_net_name="c.safetensors"),
            load=node("LoadImage", image="x.png"),
            route=node("Reroute", **{"": link("yes")}),
        )
    )
    assert found.prompt == "a cat"
    assert [(use.kind, use.name, use.weight) for use in found.resources] == [
        ("checkpoint", "model.v1", None),
        ("controlnet", "c", 0.6),
    ]


@pytest.mark.parametrize(
    "kind", ["ConditioningCombine", "ConditioningConcat", "ConditioningAverage"]
)
def test_combined_conditionings_give_every_text_once(kind):
    names = (
        ("conditioning_1", "conditioning_2")
        if kind == "ConditioningCombine"
        else ("conditioning_to", "conditioning_from")
    )
    found = graph_answer(
        basic(
            sample=sampler(positive=link("both")),
            both=node(kind, **{names[0]: link("inner"), names[1]: link("fox")}),
            inner=node(kind, **{names[0]: link("yes"), names[1]: link("fox")}),
            fox=encode("a fox"),
        )
    )
    assert found.prompt == "a cat\na fox"


def test_the_output_number_tells_positive_from_negative_even_when_crossed():
    found = graph_answer(
        basic(
            sample=sampler(positive=link("both", 1), negative=link("both", 0)),
            both=node(
                "InpaintModelConditioning",
                positive=link("yes"),
                negative=link("no"),
                vae=link("loader", 2),
                pixels=link("load"),
                mask=link("load", 1),
            ),
            load=node("LoadImage", image="x.png"),
        )
    )
    assert (found.prompt, found.negative_prompt) == ("dog", "a cat")


def test_zeroed_conditioning_is_an_empty_negative():
    found = graph_answer(
        basic(
            sample=sampler(negative=link("zero")),
            zero=node("ConditioningZeroOut", conditioning=link("yes")),
        )
    )
    assert (found.prompt, found.negative_prompt) == ("a cat", "")


def test_nuls_and_lone_surrogates_leave_the_prompt():
    assert prompt_of("a\0 cat\ud800") == "a cat\ufffd"


def test_the_only_text_of_an_encoder_of_both_is_the_prompts():
    both = node("TextEncodeEdit", text="a cat", clip=link("loader", 1))
    found = graph_answer(basic(yes=both, sample=sampler(negative=link("yes", 1))))
    assert (found.prompt, found.negative_prompt) == ("a cat", "")
    both["inputs"]["negative_prompt"] = "dog"
    found = graph_answer(basic(yes=both, sample=sampler(negative=link("yes", 1))))
    assert (found.prompt, found.negative_prompt) == ("a cat", "dog")
    found = graph_answer(basic(sample=sampler(negative=link("yes"))))
    assert (found.prompt, found.negative_prompt) == ("a cat", "a cat")


def test_settings_of_another_picture_are_taken_from_the_node_that_read_it():
    wired = sampler(seed=link("read", 4), steps=link("read", 5), cfg=link("read", 6))
    found = graph_answer(
        basic(
            sample=wired,
            loader=node("CheckpointLoaderSimple", ckpt_name=link("read", 9)),
            yes=encode(link("read", 2)),
            no=encode(link("read", 3)),
            read=node(
                "SDPromptReader",
                positive="a fox",
                negative="hen",
                setting="Steps: 35, Sampler: Euler, CFG scale: 6.5, Seed: 77, Model: m.v1",
            ),
        )
    )
    assert (found.prompt, found.negative_prompt) == ("a fox", "hen")
    assert (found.seed, found.steps, found.cfg_scale) == (77, 35, 6.5)
    assert found.resources[0].name == "m.v1"
    wired["inputs"]["seed"] = link("other")
    found = graph_answer(basic(sample=wired, other=node("Odd", setting="a fox")))
    assert found.seed is None
