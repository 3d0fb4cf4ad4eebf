import json

from hypothesis import assume, given
from hypothesis import strategies as st

from gallery.metadata import RawRecord
from gallery.metadata.parsers import comfyui
from gallery.metadata.parsers.comfyui.graph import Graph
from gallery.metadata.parsers.comfyui.shape import fingerprint
from gallery.metadata.parsers.evidence import Evidence
from tests.gallery.metadata.graphs import basic, encode, link, node
from tests.gallery.metadata.workflows import basic_workflow, ui_node

KINDS = ("KSampler", "CLIPTextEncode", "Löader", "Reroute")


def shape(graph):
    return fingerprint(Graph(graph))


@st.composite
def graphs(draw, may_circle=False):
    """A graph of a few classes, all linked forward unless it may circle."""
    count = draw(st.integers(2, 8))
    graph = {}
    for index in range(count):
        inputs = {"seed": draw(st.integers(0, 9))}
        last = count - 1 if may_circle else index - 1
        for name in draw(st.lists(st.sampled_from("abc"), unique=True)) if last >= 0 else ():
            source = draw(st.integers(0, last))
            inputs[name] = [str(source), draw(st.integers(0, 1))]
        graph[str(index)] = node(draw(st.sampled_from(KINDS)), **inputs)
    return graph


def renamed(graph, names, order):
    """The same graph under other ids, its nodes in another order."""
    new = dict(zip(graph, names, strict=True))
    return {
        new[key]: {
            "class_type": graph[key]["class_type"],
            "inputs": {
                name: [new[value[0]], value[1]] if isinstance(value, list) else value
                for name, value in reversed(graph[key]["inputs"].items())
            },
        }
        for key in order
    }


@given(st.data(), st.booleans())
def test_ids_order_and_values_do_not_count(data, may_circle):
    graph = data.draw(graphs(may_circle))
    names = data.draw(
        st.lists(st.text(min_size=1), min_size=len(graph), max_size=len(graph), unique=True)
    )
    order = data.draw(st.permutations(list(graph)))
    other = renamed(graph, names, order)
    for each in other.values():
        each["inputs"]["seed"] = "another value"
        each["_meta"] = {"title": "A title"}
    assert shape(other) == shape(graph)


def is_linked(graph, key):
    return any(isinstance(v, list) for v in graph[key]["inputs"].values()) or any(
        isinstance(v, list) and v[0] == key for n in graph.values() for v in n["inputs"].values()
    )


@given(st.data(), st.booleans())
def test_another_class_is_another_shape(data, may_circle):
    graph = data.draw(graphs(may_circle))
    key = data.draw(st.sampled_from(list(graph)))
    assume(is_linked(graph, key))
    before = shape(graph)
    graph[key]["class_type"] = "Another"
    assert shape(graph) != before


@given(st.data(), st.booleans())
def test_another_output_or_input_of_a_link_is_another_shape(data, may_circle):
    graph = data.draw(graphs(may_circle))
    links = [(k, n) for k in graph for n, v in graph[k]["inputs"].items() if isinstance(v, list)]
    assume(links)
    key, name = data.draw(st.sampled_from(links))
    before = shape(graph)
    source, slot = graph[key]["inputs"].pop(name)
    without = shape(graph)
    graph[key]["inputs"][name] = [source, slot + 5]
    other_output = shape(graph)
    del graph[key]["inputs"][name]
    graph[key]["inputs"]["another"] = [source, slot]
    assert len({before, without, other_output, shape(graph)}) == 4


def test_a_link_far_away_counts_however_alike_the_nodes_are():
    def chain(lengths):
        graph = {}
        for row, length in enumerate(lengths):
            for index in range(length):
                inputs = {"x": link(f"{row} {index - 1}")} if index else {}
                graph[f"{row} {index}"] = node("Reroute", **inputs)
        return graph

    assert shape(chain((10, 10))) != shape(chain((9, 11)))


def test_two_of_a_kind_are_not_one_used_twice():
    shared = {"a": node("A"), "b": node("B", x=link("a")), "c": node("C", x=link("a"))}
    apart = shared | {"a2": node("A"), "c": node("C", x=link("a2"))}
    assert shape(shared) != shape(apart)


def test_nodes_that_nothing_is_linked_to_do_not_count():
    assert shape(basic(note=node("Note", text="hello"))) == shape(basic())
    assert shape({"1": node("Note")}) != shape({"1": node("Other note")})


def test_a_fingerprint_is_the_same_in_every_release():
    assert str(shape(basic())) == "1bc5eda8-aa82-5baa-9b66-ceced361c609"


def test_the_graph_and_its_workflow_have_one_shape():
    graph = json.dumps(basic())
    shapes = {
        comfyui.workflow(Evidence([RawRecord(*record)])).fingerprint
        for record in (
            ("png:tEXt", "prompt", graph),
            ("webp:exif", "Model", f"prompt:{graph}"),
            ("jpeg:exif", "UserComment", json.dumps({"prompt": graph, "extra": 1})),
            ("jpeg:exif", "UserComment", json.dumps(basic() | {"extra": {"a": 1}})),
            ("png:tEXt", "workflow", json.dumps(basic_workflow())),
            ("png:tEXt", "workflow", json.dumps(basic_workflow(note=ui_node(50, "Note", ["x"])))),
        )
    }
    assert len(shapes) == 1


def test_a_muted_node_makes_another_shape_than_a_running_one():
    plain = basic_workflow()
    graph = json.dumps(basic(extra=encode("unused")))
    records = (("workflow", json.dumps(plain)), ("prompt", graph))
    one, two = (comfyui.workflow(Evidence([RawRecord("png:tEXt", *r)])) for r in records)
    assert one.fingerprint != two.fingerprint
    muted = basic_workflow(extra=ui_node(40, "CLIPTextEncode", ["x"], mode=2))
    again = comfyui.workflow(Evidence([RawRecord("png:tEXt", "workflow", json.dumps(muted))]))
    assert again.fingerprint == one.fingerprint


def test_a_file_without_a_graph_has_no_workflow():
    assert comfyui.workflow(Evidence([RawRecord("png:tEXt", "parameters", "a cat")])) is None
