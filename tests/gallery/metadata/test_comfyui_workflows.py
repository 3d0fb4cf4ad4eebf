import json

import pytest

from gallery.metadata import RawRecord
from gallery.metadata.parsers import comfyui
from gallery.metadata.parsers.comfyui.workflows import to_graph
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.records import ResourceUse
from tests.gallery.metadata.graphs import basic
from tests.gallery.metadata.workflows import (
    basic_workflow,
    slot,
    ui_node,
    widget,
    with_links,
    workflow,
)


def answer(value, key="workflow", container="png:tEXt"):
    text = value if isinstance(value, str) else json.dumps(value)
    return comfyui.parse(Evidence([RawRecord(container, key, text)]))


def inputs_of(*nodes, key="1", **more):
    return to_graph(workflow(*nodes, links=more.pop("links", []), **more))[key]["inputs"]


def test_a_workflow_alone_says_all_that_its_graph_would():
    found = answer(basic_workflow())
    assert (
        found.reason == "workflow (png:tEXt) holds a workflow, traced from SaveImage to KSampler."
    )
    assert (found.prompt, found.negative_prompt) == ("a cat", "dog")
    assert (found.seed, found.steps, found.cfg_scale) == (5, 20, 7.5)
    assert (found.sampler, found.scheduler, found.denoise) == ("euler", "normal", 1)
    assert (found.width, found.height) == (640, 896)
    assert found.resources == (ResourceUse("checkpoint", "model.v1"),)


def test_what_ran_comes_before_what_the_editor_showed():
    shown = basic_workflow(yes=ui_node(6, "CLIPTextEncode", ["old"], slot("clip", 3)))
    both = [
        RawRecord("png:tEXt", "workflow", json.dumps(shown)),
        RawRecord("png:tEXt", "prompt", json.dumps(basic())),
    ]
    assert comfyui.parse(Evidence(both)).prompt == "a cat"


@pytest.mark.parametrize(
    ("key", "container", "wrap"),
    [
        ("workflow", "png:comf", "{}"),
        ("WORKFLOW", "mkv:tag", "{}"),
        ("Make", "webp:exif", "workflow:{}"),
        ("ImageDescription", "jpeg:exif", "Workflow: {}"),
        ("UserComment", "jpeg:exif", '{{"workflow": {}}}'),
        ("UserComment", "jpeg:exif", '{{"prompt": null, "workflow": {}}}'),
        ("picture.json", "sidecar:json", "{}"),
    ],
)
def test_a_workflow_is_found_wherever_savers_put_it(key, container, wrap):
    assert answer(wrap.format(json.dumps(basic_workflow())), key, container).prompt == "a cat"


def test_an_old_video_comment_holds_json_in_json():
    comment = json.dumps({"prompt": json.dumps(basic()), "workflow": basic_workflow()})
    assert answer(comment, "©cmt", "mp4:ilst").seed == 5
    assert answer(json.dumps({"workflow": json.dumps(basic_workflow())}), "comment").seed == 5


def test_links_may_be_objects_and_nodes_a_table():
    value = basic_workflow()
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    value["links"] = [dict(zip(names, link, strict=True)) for link in value["links"]]
    value["nodes"] = {str(index): node for index, node in enumerate(value["nodes"])}
    assert answer({**value, "nodes": list(value["nodes"].values())}).prompt == "a cat"
    assert to_graph(value) == to_graph(basic_workflow())


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([5, "fixed", 20, 8, "euler", "normal", 1], (5, 20, "euler", 1)),
        ([5, None, 20, 8, "euler", "normal", 1], (5, 20, "euler", 1)),
        ([5, True, 20, 8, "euler", "normal", 1], (5, 20, "euler", 1)),
        ([5, 20, 8, "euler", "normal", 1], (5, 20, "euler", 1)),
        ([5, "fixed", 20, 8, "euler", "normal"], (5, 20, "euler", None)),
    ],
)
def test_what_stands_behind_a_seed_is_told_by_its_look(values, expected):
    inputs = inputs_of(ui_node(1, "KSampler", values))
    names = ("seed", "steps", "sampler_name", "denoise")
    assert tuple(inputs.get(name) for name in names) == expected


def test_names_that_a_node_lists_itself_come_before_what_we_know():
    node = ui_node(
        1, "KSampler", [5, "fixed", 0.5, "euler"], widget("seed"), widget("eta"), widget("solver")
    )
    assert inputs_of(node) == {"seed": 5, "eta": 0.5, "solver": "euler"}


def test_an_input_made_of_one_value_does_not_name_the_others():
    node = ui_node(1, "EmptyLatentImage", [640, 896, 2], widget("height"))
    assert inputs_of(node) == {"width": 640, "height": 896, "batch_size": 2}


def test_values_by_name_are_taken_as_they_are():
    node = ui_node(1, "VHS_VideoCombine", {"frame_rate": 8, "videopreview": {"hidden": False}})
    assert inputs_of(node) == {"frame_rate": 8}


def test_a_class_that_changed_is_read_in_each_of_its_forms():
    old = ["Sample", 13, 7, True, 12, 8, "uni_pc_bh2", "ddim_uniform", 1, "Disabled"]
    new = [7, None, 12, 8, "uni_pc_bh2", "ddim_uniform", 1, "auto", "true"]
    for values in (old, new):
        inputs = inputs_of(ui_node(1, "KSampler (Efficient)", values))
        assert (inputs["seed"], inputs["steps"], inputs["scheduler"]) == (7, 12, "ddim_uniform")


def test_values_of_an_unknown_class_are_told_by_their_look():
    sampler = [3, "increment", True, 25, 4.5, "dpmpp_2m_sde", "karras", 0.6, "whatever"]
    assert inputs_of(ui_node(1, "Somebody's sampler", sampler)) == {
        "seed": 3,
        "value 3": True,
        "steps": 25,
        "cfg": 4.5,
        "sampler_name": "dpmpp_2m_sde",
        "scheduler": "karras",
        "denoise": 0.6,
        "value 9": "whatever",
    }
    loader = ["x.safetensors", "auto", "a cat on a mat", "a bad dog", 512]
    found = inputs_of(ui_node(1, "Everything at once", loader))
    assert (found["ckpt_name"], found["positive"], found["negative"]) == (
        "x.safetensors",
        "a cat on a mat",
        "a bad dog",
    )
    lora = inputs_of(ui_node(1, "My LoRA box", ["l.safetensors", 0.7, 0.4]))
    assert lora == {"lora_name": "l.safetensors", "strength_model": 0.7, "strength_clip": 0.4}
    assert inputs_of(ui_node(1, "Words", ["short", "a longer text"]))["text"] == "a longer text"


def test_reroutes_and_primitives_are_only_in_the_editor():
    value = with_links(
        basic_workflow(
            yes=ui_node(6, "CLIPTextEncode", [""], slot("clip", 3), widget("text", 10)),
            typed=ui_node(20, "PrimitiveNode", ["a typed cat", "fixed"]),
            bend=ui_node(21, "Reroute", None, slot("", 11)),
        ),
        [10, 21, 0, 6, 1, "STRING"],
        [11, 20, 0, 21, 0, "STRING"],
    )
    assert answer(value).prompt == "a typed cat"
    assert set(to_graph(value)) == {"3", "4", "5", "6", "7", "8", "9"}


def test_what_is_set_under_a_name_is_got_by_it():
    value = with_links(
        basic_workflow(
            yes=ui_node(6, "CLIPTextEncode", [""], slot("clip", 3), widget("text", 10)),
            text=ui_node(20, "PrimitiveString", ["a named cat"]),
            setter=ui_node(21, "SetNode", ["words"], slot("STRING", 11)),
            other=ui_node(22, "SetNode", ["others"], slot("STRING", None)),
            getter=ui_node(23, "GetNode", ["words"]),
        ),
        [10, 23, 0, 6, 1, "STRING"],
        [11, 20, 0, 21, 0, "STRING"],
    )
    assert answer(value).prompt == "a named cat"


def test_a_muted_node_is_not_there_and_a_bypassed_one_hands_on():
    lora = ui_node(
        10,
        "LoraLoader",
        ["l.safetensors", 0.5, 0.5],
        slot("model", 10, "MODEL"),
        slot("clip", 11, "CLIP"),
        outputs=[{"name": "MODEL", "type": "MODEL"}, {"name": "CLIP", "type": "CLIP"}],
    )
    value = with_links(
        basic_workflow(
            sample=ui_node(
                3,
                "KSampler",
                [5, "fixed", 20, 7.5, "euler", "normal", 1],
                slot("model", 12, "MODEL"),
                slot("positive", 4),
                slot("negative", 6),
                slot("latent_image", 2),
            ),
            lora=lora,
        ),
        [10, 4, 0, 10, 0, "MODEL"],
        [11, 4, 1, 10, 1, "CLIP"],
        [12, 10, 0, 3, 0, "MODEL"],
    )
    both = (ResourceUse("checkpoint", "model.v1"), ResourceUse("lora", "l", 0.5))
    assert answer(value).resources == both
    lora["mode"] = 4
    assert answer(value).resources == both[:1]
    assert to_graph(value)["3"]["inputs"]["model"] == ["4", 0]
    lora["mode"] = 2
    assert "model" not in to_graph(value)["3"]["inputs"]


def test_links_sent_everywhere_arrive():
    nodes = [
        ui_node(1, "CheckpointLoaderSimple", ["x.ckpt"]),
        ui_node(2, "Anything Everywhere", [], slot("MODEL", 1), slot("CLIP", 2)),
        ui_node(3, "CLIPTextEncode", ["a cat"], slot("clip", None, "CLIP")),
        ui_node(4, "CLIPTextEncode", ["dog"], slot("clip", None, "CLIP")),
        ui_node(5, "Prompts Everywhere", [], slot("CONDITIONING", 3), slot("CONDITIONING", 4)),
        ui_node(
            6,
            "KSampler",
            [1, "fixed", 2, 3, "euler", "normal", 1],
            slot("model", None, "MODEL"),
            slot("positive", None, "CONDITIONING"),
            slot("negative", None, "CONDITIONING"),
            slot("latent_image", None, "LATENT"),
        ),
    ]
    links = [[1, 1, 0, 2, 0], [2, 1, 1, 2, 1], [3, 3, 0, 5, 0], [4, 4, 0, 5, 1]]
    found = answer(workflow(*nodes, links=links))
    assert (found.prompt, found.negative_prompt) == ("a cat", "dog")
    assert found.resources == (ResourceUse("checkpoint", "x"),)


def test_links_sent_everywhere_that_were_noted_are_those():
    nodes = [
        ui_node(1, "VAELoader", ["one.pt"]),
        ui_node(2, "VAELoader", ["two.pt"]),
        ui_node(3, "Anything Everywhere", [], slot("VAE", 1)),
        ui_node(4, "VAEDecode", None, slot("samples"), slot("vae", None, "VAE")),
    ]
    noted = [{"downstream": 4, "downstream_slot": 1, "upstream": "2", "upstream_slot": 0}]
    found = to_graph(workflow(*nodes, links=[[1, 1, 0, 3, 0]], extra={"ue_links": noted}))
    assert found["4"]["inputs"]["vae"] == ["2", 0]


@pytest.mark.parametrize(
    "value",
    [
        {"nodes": []},
        {"nodes": [{"id": 1}], "links": []},
        {"nodes": [{"id": 1, "type": "Note"}]},
        {"nodes": "many", "links": []},
        {"nodes": [{"id": 1, "type": "Note", "widgets_values": ["hi"]}], "links": []},
        {"nodes": [{"id": 1, "type": "KSampler", "mode": 2}], "links": []},
    ],
)
def test_what_holds_nothing_that_runs_is_no_answer(value):
    assert answer(value) is None


def test_inputs_in_the_order_they_were_made_of_values_do_not_rename_them():
    node = ui_node(
        1,
        "KSampler",
        [5, "fixed", 20, 8, "euler", "normal", 0.5],
        *(widget(n) for n in ("denoise", "seed", "steps", "cfg", "sampler_name", "scheduler")),
    )
    inputs = inputs_of(node)
    assert (inputs["seed"], inputs["denoise"], inputs["scheduler"]) == (5, 0.5, "normal")


def test_any_number_may_be_changed_after_a_run():
    node = ui_node(1, "Counter", [3, "increment", "x"], widget("index"), widget("label"))
    assert inputs_of(node) == {"index": 3, "label": "x"}


def test_nodes_come_by_number_as_the_browser_sends_them():
    nodes = [ui_node(key, "Any") for key in (10, "b", 9, "2", "a")]
    assert list(to_graph(workflow(*nodes, links=[]))) == ["2", "9", "10", "b", "a"]


@pytest.mark.parametrize("preset", ["512 x 768", " 832 x 1216", "1024x1024 (square)"])
def test_a_size_is_no_text_for_all_its_words(preset):
    assert inputs_of(ui_node(1, "Presets", [preset, 1])) == {"value 1": preset, "value 2": 1}
