import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.metadata import RawRecord
from gallery.metadata.parsers import comfyui
from gallery.metadata.parsers.evidence import Evidence
from tests.gallery.metadata.workflows import basic_workflow, slot, ui_node, widget, with_links


@pytest.fixture(autouse=True)
def _in_time():
    started = time.process_time()
    yield
    assert time.process_time() - started < 20


def answers(value):
    """The answer of a workflow, asked for in both ways."""
    evidence = Evidence([RawRecord("png:tEXt", "workflow", json.dumps(value))])
    comfyui.workflow(evidence)
    return comfyui.parse(evidence)


def rerouted(reroutes, links):
    value = basic_workflow(
        yes=ui_node(6, "CLIPTextEncode", [""], slot("clip", 3), widget("text", 1000))
    )
    value["nodes"] += reroutes
    return with_links(value, *links)


def test_a_chain_of_five_thousand_reroutes_is_followed():
    count = 5000
    nodes = [ui_node(1000 + i, "Reroute", None, slot("", 1001 + i)) for i in range(count)]
    nodes.append(ui_node(1000 + count, "PrimitiveString", ["from afar"]))
    links = [[1000 + i, 1000 + i, 0, 999 + i, 0, "*"] for i in range(count + 1)]
    assert answers(rerouted(nodes, links)).prompt == "from afar"


def test_reroutes_in_a_circle_lead_nowhere():
    nodes = [ui_node(1000 + i, "Reroute", None, slot("", 1000 + (i + 1) % 3)) for i in range(3)]
    links = [[1000 + i, 1000 + i, 0, 6, 1, "*"] for i in range(3)]
    assert answers(rerouted(nodes, links)).prompt == ""


def test_getters_in_a_circle_lead_nowhere():
    nodes = [
        ui_node(1000, "GetNode", ["a"]),
        ui_node(1001, "SetNode", ["a"], slot("x", 1000)),
    ]
    assert answers(rerouted(nodes, [[1000, 1000, 0, 6, 1, "*"]])).prompt == ""


def test_subgraphs_that_double_at_every_level_end():
    definitions = [
        {
            "id": f"level {level}",
            "nodes": [ui_node(key, f"level {level + 1}") for key in range(4)],
            "links": [],
        }
        for level in range(30)
    ]
    value = basic_workflow(extra=ui_node(50, "level 0"))
    value["definitions"] = {"subgraphs": definitions}
    assert answers(value).prompt == "a cat"


def test_group_nodes_that_contain_themselves_end():
    group = {"nodes": [{"type": "workflow>a"}, {"type": "workflow>a"}], "links": []}
    value = basic_workflow(extra=ui_node(50, "workflow>a"))
    value["extra"] = {"groupNodes": {"a": group}}
    assert answers(value).prompt == "a cat"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 12) | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "name", "link", "0"]), inner, max_size=3)
    ),
    max_leaves=6,
)
PLACES = [
    ("nodes",),
    ("links",),
    ("extra",),
    ("definitions",),
    ("links", 0),
    ("links", 3),
    ("nodes", 2),
    ("nodes", 4, "id"),
    ("nodes", 4, "mode"),
    ("nodes", 4, "type"),
    ("nodes", 4, "inputs"),
    ("nodes", 4, "inputs", 1),
    ("nodes", 4, "inputs", 1, "link"),
    ("nodes", 4, "inputs", 1, "name"),
    ("nodes", 4, "inputs", 1, "widget"),
    ("nodes", 4, "widgets_values"),
    ("nodes", 4, "widgets_values", 0),
    ("nodes", 7, "outputs"),
    ("nodes", 7, "properties"),
    ("nodes", 8, "widgets_values"),
    ("nodes", 9, "inputs", 0, "type"),
    ("extra", "ue_links"),
    ("extra", "groupNodes", "g"),
    ("extra", "groupNodes", "g", "links"),
    ("extra", "groupNodes", "g", "external"),
    ("extra", "groupNodes", "g", "nodes", 0),
    ("definitions", "subgraphs"),
    ("definitions", "subgraphs", 0, "nodes"),
    ("definitions", "subgraphs", 0, "links"),
    ("definitions", "subgraphs", 0, "inputs"),
    ("definitions", "subgraphs", 0, "outputNode"),
]


def rich_workflow():
    """One of everything that is looked into."""
    inner = ui_node(1, "CLIPTextEncode", ["x"], slot("clip", 1), widget("text", 2))
    value = basic_workflow(
        bypassed=ui_node(20, "LoraLoader", ["l"], slot("model", 1, "MODEL"), mode=4),
        group=ui_node(21, "workflow>g", ["x"], slot("clip", 3, "CLIP")),
        everywhere=ui_node(22, "Anything Everywhere", [], slot("VAE", 8, "VAE")),
        sub=ui_node(23, "s", ["x"], slot("clip", 3), widget("text", 30)),
        typed=ui_node(24, "PrimitiveNode", ["typed"]),
    )
    value["extra"] = {
        "groupNodes": {"g": {"nodes": [inner], "links": [[None, 0, 0, 0]], "external": [[0, 0]]}},
        "ue_links": [{"downstream": 8, "downstream_slot": 1, "upstream": 4, "upstream_slot": 2}],
    }
    value["definitions"] = {
        "subgraphs": [
            {
                "id": "s",
                "nodes": [inner],
                "links": [[1, -10, 0, 1, 0, "*"], [2, -10, 1, 1, 1, "*"], [3, 1, 0, -20, 0, "*"]],
                "inputs": [{"name": "clip"}, {"name": "text"}],
                "outputNode": {"id": -20},
            }
        ]
    }
    return with_links(value, [30, 24, 0, 23, 1, "*"], [31, 23, 0, 3, 1, "*"])


@given(st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING), min_size=1, max_size=3))
def test_anything_anywhere_in_a_workflow_is_no_trouble(changes):
    value = rich_workflow()
    for place, thing in changes:
        holder = value
        for step in place[:-1]:
            try:
                holder = holder[step]
            except (KeyError, IndexError, TypeError):
                break
        else:
            if isinstance(holder, dict) or (
                isinstance(holder, list) and isinstance(place[-1], int) and len(holder) > place[-1]
            ):
                holder[place[-1]] = thing
    answers(value)


def test_a_subgraph_that_gives_values_to_five_thousand_nodes_takes_no_time():
    inner = {
        "id": "many",
        "nodes": [
            ui_node(i, "CLIPTextEncode", [""], widget("text", 10_000 + i)) for i in range(5000)
        ],
        "links": [
            {
                "id": 10_000 + i,
                "origin_id": -10,
                "origin_slot": i % 1000,
                "target_id": i,
                "target_slot": 0,
            }
            for i in range(5000)
        ],
        "inputs": [{"name": f"text {i}"} for i in range(1000)],
    }
    value = basic_workflow(yes=ui_node(6, "many", ["a"] * 1000, slot("clip", 3, "CLIP")))
    started = time.process_time()
    answers(value | {"definitions": {"subgraphs": [inner]}})
    assert time.process_time() - started < 2
