import json

import numpy as np
import pytest
from PIL import Image

from gallery import metadata
from gallery.demo import comfy, recipes, writers
from tests import pictures

SIZE = (64, 48)


def recipe(seed: int = 3, style: str = "planet") -> recipes.Recipe:
    text = "a ringed gas giant, étoiles, 星"
    return recipes.write(style, text, 2**63 + seed, SIZE, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("write", "name", "generator"),
    [
        (writers.a1111_png, "a.png", "automatic1111"),
        (writers.a1111_jpeg, "a.jpg", "automatic1111"),
        (writers.a1111_webp, "a.webp", "automatic1111"),
        (writers.forge_png, "a.png", "forge"),
        (writers.comfy_png, "a.png", "comfyui"),
        (writers.comfy_webp, "a.webp", "comfyui"),
        (writers.swarm_png, "a.png", "swarmui"),
        (writers.fooocus_png, "a.png", "fooocus"),
        (writers.invoke_png, "a.png", "invokeai"),
    ],
)
@pytest.mark.parametrize("seed", range(6))
def test_our_own_reader_finds_what_was_written(tmp_path, write, name, generator, seed):
    told = recipe(seed)
    write(tmp_path / name, pictures.paint(SIZE), told)
    read = metadata.read(tmp_path / name)
    assert read.problems == ()
    assert read.parameters is not None
    assert read.parameters.generator == generator
    assert read.parameters.prompt.startswith(told.prompt)
    assert read.parameters.negative_prompt in {told.negative_prompt, ""}
    assert (read.parameters.seed, read.parameters.steps) == (told.seed, told.steps)
    assert read.parameters.cfg_scale == told.cfg_scale
    named = {use.name for use in read.parameters.resources}
    assert any(name.startswith(told.checkpoint) for name in named)


@pytest.mark.parametrize(
    ("write", "keys"),
    [
        (writers.swarm_png, {"parameters"}),
        (writers.fooocus_png, {"parameters", "fooocus_scheme"}),
        (writers.invoke_png, {"invokeai_metadata"}),
        (
            writers.novelai_png,
            {"Title", "Description", "Software", "Source", "Generation time", "Comment"},
        ),
    ],
)
def test_other_generators_have_their_own_keys(tmp_path, write, keys):
    write(tmp_path / "a.png", pictures.paint(SIZE), recipe())
    with Image.open(tmp_path / "a.png") as image:
        assert set(image.text) == keys
        packed = [text for text in image.text.values() if text.startswith("{")]
    assert len(packed) == 1
    assert str(recipe().seed) in packed[0]
    assert json.loads(packed[0])


def test_novelai_names_its_own_model(tmp_path):
    told = recipe()
    writers.novelai_png(tmp_path / "a.png", pictures.paint(SIZE), told)
    read = metadata.read(tmp_path / "a.png")
    assert read.all_problems == ()
    assert read.parameters is not None
    assert read.parameters.generator == "novelai"
    assert read.parameters.prompt == told.prompt
    assert (read.parameters.seed, read.parameters.steps) == (told.seed, told.steps)
    assert [(use.kind, use.name) for use in read.parameters.resources] == [
        ("checkpoint", "Stable Diffusion XL")
    ]


@pytest.mark.parametrize("seed", range(8))
def test_both_graphs_of_comfyui_tell_the_same(seed):
    graph, workflow = comfy.graphs(recipe(seed))
    drawn = {str(node["id"]): node for node in workflow["nodes"]}
    assert drawn.keys() == graph.keys()
    assert all(drawn[number]["type"] == node["class_type"] for number, node in graph.items())
    for number, source, slot, target, at, kind in workflow["links"]:
        assert graph[str(target)]["inputs"][drawn[str(target)]["inputs"][at]["name"]] == [
            str(source),
            slot,
        ]
        assert number in drawn[str(source)]["outputs"][slot]["links"]
        assert drawn[str(source)]["outputs"][slot]["type"] == kind
