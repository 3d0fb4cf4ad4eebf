import json

import pytest

from gallery.metadata import RawRecord
from gallery.metadata.parsers import comfyui
from gallery.metadata.parsers.comfyui.workflows import to_graph
from gallery.metadata.parsers.evidence import Evidence
from tests.gallery.metadata.workflows import basic_workflow, slot, ui_node, widget, workflow

ENCODE = "11111111-2222-3333-4444-555555555555"


def answer(value):
    return comfyui.parse(Evidence([RawRecord("png:tEXt", "workflow", json.dumps(value))]))


def link(key, origin, slot_, target, target_slot):
    return {
        "id": key,
        "origin_id": origin,
        "origin_slot": slot_,
        "target_id": target,
        "target_slot": target_slot,
    }


def subgraph(key, nodes, links, inputs, **more):
    return {
        "id": key,
        "nodes": nodes,
        "links": links,
        "inputs": [{"name": name} for name in inputs],
        "inputNode": {"id": -10},
        "outputNode": {"id": -20},
    } | more


def encoding(text="written inside"):
    """A subgraph that encodes its text with its clip."""
    return subgraph(
        ENCODE,
        [ui_node(1, "CLIPTextEncode", [text], slot("clip", 1, "CLIP"), widget("text", 2))],
        [link(1, -10, 0, 1, 0), link(2, -10, 1, 1, 1), link(3, 1, 0, -20, 0)],
        ["clip", "text"],
    )


def using(instance, *definitions, **more):
    return basic_workflow(yes=instance) | {"definitions": {"subgraphs": list(definitions)}} | more


def instance(values=None, *inputs, **more):
    return ui_node(6, ENCODE, values, slot("clip", 3, "CLIP"), *inputs, **more)


def test_nodes_within_a_subgraph_get_the_ids_that_the_server_gives_them():
    found = to_graph(using(instance(), encoding()))
    assert found["6:1"]["inputs"] == {"text": "written inside", "clip": ["4", 1]}
    assert found["3"]["inputs"]["positive"] == ["6:1", 0]
    assert "6" not in found


def test_a_value_set_on_the_subgraph_is_the_one():
    proxies = {"proxyWidgets": [["7", "seed"], ["-1", "text"]]}
    shown = instance([None, "set outside"], properties=proxies)
    assert answer(using(shown, encoding())).prompt == "set outside"
    listed = instance(["set outside"], widget("text"))
    assert answer(using(listed, encoding())).prompt == "set outside"
    by_name = instance({"text": "set outside"})
    assert answer(using(by_name, encoding())).prompt == "set outside"


def test_a_link_into_the_subgraph_comes_before_its_values():
    value = using(instance(["not this"], widget("text", 10)), encoding())
    value["nodes"].append(ui_node(20, "PrimitiveString", ["linked outside"]))
    value["links"].append([10, 20, 0, 6, 1, "STRING"])
    assert answer(value).prompt == "linked outside"


def test_subgraphs_within_subgraphs_are_followed_both_ways():
    outer = subgraph(
        "outer",
        [ui_node(7, ENCODE, None, slot("clip", 1, "CLIP"), widget("text", 2))],
        [link(1, -10, 0, 7, 0), link(2, -10, 1, 7, 1), link(3, 7, 0, -20, 0)],
        ["clip", "text"],
    )
    node = ui_node(6, "outer", ["from far outside"], slot("clip", 3, "CLIP"), widget("text"))
    value = using(node, encoding(), outer)
    assert to_graph(value)["6:7:1"]["inputs"]["text"] == "from far outside"
    assert answer(value).prompt == "from far outside"


@pytest.mark.parametrize("mode", [2, 4])
def test_a_subgraph_that_is_switched_off_has_no_nodes(mode):
    found = to_graph(using(instance(mode=mode), encoding()))
    assert not any(key.startswith("6") for key in found)


def test_a_subgraph_that_contains_itself_ends():
    nodes = [ui_node(key, "twice", None, slot("x", 1)) for key in (1, 2)]
    twice = subgraph("twice", nodes, [link(1, -10, 0, 1, 0), link(2, 1, 0, -20, 0)], ["x"])
    value = workflow(ui_node(1, "twice"), ui_node(2, "KSampler"), links=[])
    value["definitions"] = {"subgraphs": [twice]}
    assert len(to_graph(value)) <= 10_000


GROUP = {
    "nodes": [
        {"type": "PrimitiveString", "widgets_values": ["in the group"], "outputs": [{}]},
        {
            "type": "CLIPTextEncode",
            "widgets_values": [""],
            "inputs": [
                {"name": "clip", "type": "CLIP", "link": None},
                {"name": "text", "type": "STRING", "widget": {"name": "text"}},
            ],
            "outputs": [{"name": "CONDITIONING", "type": "CONDITIONING"}],
        },
    ],
    "links": [[0, 0, 1, 1, 5, "STRING"], [None, 1, 1, 0, 6, "CLIP"]],
    "external": [[1, 0, "CONDITIONING"]],
}


@pytest.mark.parametrize("kind", ["workflow/Encode", "workflow>Encode"])
def test_group_nodes_are_opened_like_subgraphs(kind):
    node = ui_node(6, kind, ["set on the group", ""], slot("clip", 3, "CLIP"))
    value = basic_workflow(yes=node) | {"extra": {"groupNodes": {"Encode": GROUP}}}
    found = to_graph(value)
    assert found["6:1"]["inputs"] == {"text": ["6:0", 0], "clip": ["4", 1]}
    assert found["3"]["inputs"]["positive"] == ["6:1", 0]
    assert answer(value).prompt == "set on the group"


def test_a_group_whose_values_are_not_as_many_keeps_its_own():
    node = ui_node(6, "workflow>Encode", ["one only"], slot("clip", 3, "CLIP"))
    value = basic_workflow(yes=node) | {"extra": {"groupNodes": {"Encode": GROUP}}}
    assert answer(value).prompt == "in the group"


def test_values_of_all_inputs_are_told_apart_though_few_are_shown():
    """Editors of 2026 list only the inputs that are shown, and keep the values of all."""
    inner = subgraph(
        ENCODE,
        [
            ui_node(1, "CLIPTextEncode", ["inside"], slot("clip", 2, "CLIP"), widget("text", 3)),
            ui_node(2, "CLIPLoader", ["inside.safetensors"], widget("clip_name", 1)),
        ],
        [
            link(1, -10, 0, 2, 0),
            link(2, 2, 0, 1, 0),
            link(3, -10, 2, 1, 1),
            link(4, 1, 0, -20, 0),
        ],
        ["clip_name", "image", "text"],
    )
    node = ui_node(6, ENCODE, ["outside.safetensors", "set outside"], widget("text"))
    found = to_graph(using(node, inner))
    assert found["6:1"]["inputs"]["text"] == "set outside"
    assert found["6:2"]["inputs"]["clip_name"] == "outside.safetensors"
    node = ui_node(6, ENCODE, ["set outside"], widget("text"))
    found = to_graph(using(node, inner))
    assert found["6:1"]["inputs"]["text"] == "set outside"
    assert found["6:2"]["inputs"]["clip_name"] == "inside.safetensors"
