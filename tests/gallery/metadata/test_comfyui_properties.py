import json

from gallery.metadata import RawRecord
from gallery.metadata.parsers import comfyui
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.records import WorkflowNode
from tests.gallery.metadata.graphs import basic, link, node


def nodes_of(graph):
    found = comfyui.workflow(Evidence([RawRecord("png:tEXt", "prompt", json.dumps(graph))]))
    return found.nodes


def pairs_of(**inputs):
    return dict(nodes_of({"1": node("Any", **inputs)})[0].properties)


def test_each_node_has_its_class_and_its_own_values_but_not_its_links():
    assert nodes_of(basic())[3:6] == (
        WorkflowNode("CLIPTextEncode", (("text", "a cat"),)),
        WorkflowNode("CLIPTextEncode", (("text", "dog"),)),
        WorkflowNode(
            "EmptyLatentImage", (("width", "640"), ("height", "896"), ("batch_size", "1"))
        ),
    )


def test_values_are_written_as_a_person_would():
    assert pairs_of(
        whole=2**64 - 1,
        half=0.5,
        eight=8.0,
        third=1 / 3,
        on=True,
        off=False,
        none=None,
        nothing="",
        rows=[1, "a", 2.5],
        gone=link("nowhere"),
    ) == {
        "whole": "18446744073709551615",
        "half": "0.5",
        "eight": "8",
        "third": "0.3333333333333333",
        "on": "true",
        "off": "false",
        "rows": '[1,"a",2.5]',
    }


def test_the_parts_of_a_table_row_are_values_of_their_own():
    assert pairs_of(lora_1={"on": True, "lora": "a.safetensors", "strength": 0.7}) == {
        "lora_1.on": "true",
        "lora_1.lora": "a.safetensors",
        "lora_1.strength": "0.7",
    }


def test_pictures_as_text_are_left_out_and_long_texts_cut():
    found = pairs_of(
        data="data:image/png;base64," + "A" * 500,
        bare="iVBORw0KGgo" * 100,
        text="a cat " * 1000,
        nul="a\0b\ud800",
    )
    assert set(found) == {"text", "nul"}
    assert len(found["text"]) <= 2000
    assert found["nul"] == "ab\ufffd"


def test_what_is_kept_of_huge_graphs_is_bounded():
    many = nodes_of({str(index): node("Any", x=1) for index in range(5000)})
    assert len(many) == 2000
    wide = nodes_of({"1": node("Any", **{f"x{index}": index for index in range(5000)})})
    assert len(wide[0].properties) == 100
    long = nodes_of({str(index): node("Any", text="a cat " * 400) for index in range(1500)})
    assert sum(len(value) for each in long for _, value in each.properties) <= 1_002_000
