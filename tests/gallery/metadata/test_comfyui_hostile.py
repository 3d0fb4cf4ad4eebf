import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.metadata import RawRecord
from gallery.metadata.parsers import comfyui
from gallery.metadata.parsers.evidence import Evidence
from tests.gallery.metadata.builders import graph_answer
from tests.gallery.metadata.graphs import basic, encode, link, node, sampler


@pytest.fixture(autouse=True)
def _in_time():
    started = time.process_time()
    yield
    assert time.process_time() - started < 5


def test_circles_everywhere_end():
    found = graph_answer(
        basic(
            sample=sampler(
                seed=link("turn"),
                model=link("lora"),
                positive=link("mix"),
                negative=link("mix"),
                latent_image=link("again"),
            ),
            turn=node("Reroute", **{"": link("turn")}),
            lora=node("LoraLoader", lora_name="a.safetensors", model=link("lora")),
            mix=node("ConditioningCombine", conditioning_1=link("mix"), conditioning_2=link("yes")),
            yes=encode(link("join")),
            join=node("Text Concatenate", text_a=link("join"), text_b="a cat"),
            again=node("LatentUpscale", samples=link("sample")),
        )
    )
    assert found.prompt == "a cat"
    assert found.seed is None


def test_a_diamond_of_conditionings_is_walked_once():
    graph = basic(sample=sampler(positive=link("d0")))
    for index in range(40):
        below = link(f"d{index + 1}")
        graph[f"d{index}"] = node("ConditioningCombine", conditioning_1=below, conditioning_2=below)
    graph["d40"] = encode("a cat")
    assert graph_answer(graph).prompt == "a cat"


def test_a_diamond_of_texts_is_cut():
    graph = basic(yes=encode(link("d0")))
    for index in range(40):
        below = link(f"d{index + 1}")
        graph[f"d{index}"] = node("Text Concatenate", text_a=below, text_b=below, delimiter="")
    graph["d40"] = node("Text Multiline", text="x" * 1000)
    assert 1000 <= len(graph_answer(graph).prompt) <= 100_000


@pytest.mark.parametrize(
    ("make", "start"),
    [
        (lambda below: node("Reroute", **{"": below}), "conditioning"),
        (lambda below: node("Reroute", **{"": below}), "text"),
        (lambda below: node("FluxGuidance", guidance=1, conditioning=below), "conditioning"),
        (lambda below: node("Text to Console", text=below), "text"),
    ],
)
def test_a_straight_chain_of_five_thousand_is_followed(make, start):
    graph = basic()
    if start == "conditioning":
        graph["sample"] = sampler(positive=link("0"))
    else:
        graph["yes"] = encode(link("0"))
    for index in range(5000):
        graph[str(index)] = make(link(str(index + 1)))
    graph["5000"] = (
        encode("a cat") if start == "conditioning" else node("Text Multiline", text="a cat")
    )
    assert graph_answer(graph).prompt == "a cat"


@pytest.mark.parametrize("kind", ["ConditioningCombine", "Text Concatenate"])
def test_a_deep_chain_of_forks_ends(kind):
    graph = basic(sample=sampler(positive=link("0")))
    for index in range(3000):
        below = link(str(index + 1))
        graph[str(index)] = node(
            kind, conditioning_1=below, conditioning_2=link("yes"), text_a=below, text_b="x"
        )
    assert graph_answer(graph).seed == 5


def test_thousands_of_samplers_in_a_row_end():
    graph = basic(sample=sampler(latent_image=link("0")))
    for index in range(3000):
        graph[str(index)] = sampler(latent_image=link(str(index + 1)))
    graph["3000"] = node("EmptyLatentImage", width=8, height=8)
    found = graph_answer(graph)
    assert found.generator == "comfyui"
    assert len(found.facts) <= 40


def test_thousands_of_outputs_end():
    graph = {str(index): node("Filter", image=link(str(index + 1))) for index in range(2000)}
    for index in range(2000):
        graph[f"save {index}"] = node("SaveImage", filename_prefix="x", images=link("0"))
    assert graph_answer(graph).seed is None


def test_a_graph_too_tangled_to_follow_is_said():
    names = [f"conditioning_{index}" for index in range(300)]
    graph = basic(sample=sampler(positive=link("0")))
    for index in range(300):
        graph[str(index)] = node(
            "Combine", **{name: link(str(other), index) for other, name in enumerate(names)}
        )
    problems = []
    found = graph_answer(graph, problems)
    assert found.generator == "comfyui"
    assert problems == ["The ComfyUI graph in prompt is too tangled to be followed."]


@pytest.mark.parametrize(
    "inputs",
    [
        {"positive": ["yes"], "negative": ["no", "0"], "latent_image": [None, 0]},
        {"positive": ["gone", 0], "negative": [["yes", 0], 0], "model": [{}, 0]},
        {
            "positive": ["yes", True],
            "negative": {"a": 1},
            "model": 5,
            "latent_image": ["empty", -1],
        },
        {"sampler_name": ["loader", 0], "scheduler": {}, "denoise": "x", "steps": ["yes", 0]},
    ],
)
def test_malformed_links_and_values_are_no_trouble(inputs):
    graph = basic()
    graph["sample"]["inputs"].update(inputs)
    assert graph_answer(graph).generator == "comfyui"


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["<lora:a:1:2>", "x.png", "512x512", "embedding:b", "a b c"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(st.sampled_from(["yes", "load", "text", "both", "gone"]), st.integers(-1, 3))
        | st.dictionaries(st.sampled_from(["on", "lora", "strength", "content"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def rich_graph():
    """Nodes of every sort that is looked into."""
    return basic(
        sample=sampler(model=link("stack"), positive=link("control"), latent_image=link("encode")),
        second=sampler(latent_image=link("large"), basic_pipe=link("both")),
        large=node("LatentUpscale", samples=link("sample")),
        decode=node("VAEDecode", samples=link("second"), vae=link("loader", 2)),
        encode=node("VAEEncodeForInpaint", pixels=link("load"), mask=link("load", 1)),
        load=node("LoadImage", image="x.png"),
        stack=node(
            "LoRA Stacker",
            lora_name="a",
            lora_name_1="b",
            lora_wt_1=1,
            lora_count=2,
            lora_2={"on": True, "lora": "c", "strength": 1},
            loras=[{"name": "d"}],
            text="<lora:e:1>",
            model=link("adapter"),
        ),
        adapter=node("IPAdapter", ipadapter=link("text"), model=link("loader"), image=link("load")),
        control=node(
            "ControlNetApply", control_net=link("text"), conditioning=link("yes"), strength=1
        ),
        text=node("Text Random Line", text=link("both"), seed=1),
        both=node("Text Concatenate", text_a="x", text_b=link("switch"), delimiter=", "),
        switch=node("Any Switch", select=1, input1=link("text"), input2="y"),
    )


@given(
    st.lists(st.tuples(st.integers(0, 200), st.text(max_size=5), ANYTHING), min_size=1, max_size=4)
)
def test_anything_in_an_input_is_no_trouble(changes):
    graph = rich_graph()
    places = [(key, name) for key, each in graph.items() for name in each["inputs"]]
    for number, name, value in changes:
        key, known = places[number % len(places)]
        graph[key]["inputs"][known if number < 150 else name] = value
    evidence = Evidence([RawRecord("png:tEXt", "prompt", json.dumps(graph))])
    assert comfyui.parse(evidence).generator == "comfyui"
    comfyui.workflow(evidence)
