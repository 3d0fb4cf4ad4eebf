import pytest

from gallery.metadata.records import ResourceUse
from tests.gallery.metadata.texts import understood

NODES = {
    "loader": {"type": "main_model_loader", "model": {"model_name": "dreamy"}},
    "lora": {"type": "lora_loader", "lora": {"model_name": "ink"}, "weight": 0.5},
    "yes": {"type": "compel", "prompt": "literal, overruled"},
    "words": {"type": "string", "value": "a cat"},
    "no": {"type": "compel", "prompt": "dog"},
    "noise": {"type": "noise", "seed": 7, "width": 640, "height": 512},
    "turns": {"type": "iterate", "collection": [], "index": 0},
    "range": {"type": "range_of_size", "start": 42, "size": 1, "step": 1},
    "denoise": {
        "type": "denoise_latents",
        "steps": 15,
        "cfg_scale": 7.5,
        "scheduler": "euler",
        "denoising_start": 0.3,
    },
}
EDGES = [
    ("loader.unet", "lora.unet"),
    ("lora.unet", "denoise.unet"),
    ("loader.clip", "yes.clip"),
    ("words.value", "yes.prompt"),
    ("yes.conditioning", "denoise.positive_conditioning"),
    ("no.conditioning", "denoise.negative_conditioning"),
    ("range.collection", "turns.collection"),
    ("turns.item", "noise.seed"),
    ("noise.noise", "denoise.noise"),
]


def graph():
    return {
        "nodes": {name: {"id": name, **node} for name, node in NODES.items()},
        "edges": [
            {
                "source": dict(zip(("node_id", "field"), source.split("."), strict=True)),
                "destination": dict(zip(("node_id", "field"), target.split("."), strict=True)),
            }
            for source, target in EDGES
        ],
    }


def workflow():
    nodes = []
    for name, node in NODES.items():
        inputs = {key: {"value": value} for key, value in node.items() if key != "type"}
        nodes.append({"id": name, "data": {"type": node["type"], "inputs": inputs}})
    edges = [
        {
            "source": source.split(".")[0],
            "sourceHandle": source.split(".")[1],
            "target": target.split(".")[0],
            "targetHandle": target.split(".")[1],
        }
        for source, target in EDGES
    ]
    return {"nodes": nodes, "edges": edges}


@pytest.mark.parametrize(
    ("key", "make"), [("invokeai_graph", graph), ("invokeai_workflow", workflow)]
)
def test_a_picture_of_the_node_editor_is_traced(key, make):
    found = understood({key: make()})
    assert (found.generator, found.rule) == ("invokeai", "invokeai")
    assert (found.prompt, found.negative_prompt) == ("a cat", "dog")
    assert (found.seed, found.steps, found.cfg_scale) == (42, 15, 7.5)
    assert (found.width, found.height, found.sampler) == (640, 512, "euler")
    assert found.denoise == 0.7
    assert found.resources == (ResourceUse("lora", "ink", 0.5), ResourceUse("checkpoint", "dreamy"))
    assert found.reason == f"{key} (png:tEXt) holds a graph of InvokeAI."


def test_the_graph_fills_what_metadata_left_out():
    found = understood(
        {
            "invokeai_metadata": {"positive_prompt": "as stated", "steps": 9},
            "invokeai_graph": graph(),
        }
    )
    assert (found.prompt, found.negative_prompt) == ("as stated", "")
    assert (found.seed, found.steps) == (42, 9)
    assert "holds InvokeAI's metadata" in found.reason
    assert "holds a graph" in found.reason


def test_a_seed_of_several_is_not_known():
    made = graph()
    made["nodes"]["range"]["size"] = 4
    assert understood({"invokeai_graph": made}).seed is None


def test_a_graph_that_generates_nothing_is_still_invokeais():
    found = understood({"invokeai_graph": {"nodes": {}, "edges": []}})
    assert (found.generator, found.prompt) == ("invokeai", "")


def test_circles_end():
    made = graph()
    for source, target, field in (
        ("words", "words", "value"),
        ("yes", "words", "value"),
        ("lora", "lora", "unet"),
        ("noise", "turns", "collection"),
        ("noise", "noise", "width"),
    ):
        made["edges"].append(
            {
                "source": {"node_id": source, "field": "x"},
                "destination": {"node_id": target, "field": field},
            }
        )
    found = understood({"invokeai_graph": made})
    assert (found.steps, found.sampler) == (15, "euler")
