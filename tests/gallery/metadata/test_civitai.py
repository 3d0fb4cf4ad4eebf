import json

from gallery.metadata import RawRecord, parsers
from gallery.metadata.records import ResourceUse
from tests.pictures import GRAPH

EXTRA = {
    "prompt": "a fox",
    "negativePrompt": "dog",
    "cfgScale": 5,
    "steps": 25,
    "sampler": "DPM++ 2M Karras",
    "seed": 7,
    "workflowId": "img2img-hires",
    "resources": [{"modelVersionId": 1253021, "strength": 0.6}],
}
AIRS = [
    "urn:air:sdxl:lora:civitai:1115064@1253021",
    "urn:air:sdxl:checkpoint:civitai:827184@2514310",
    "urn:air:other",
    7,
]


def understand(*records):
    return parsers.understand([RawRecord("jpeg:exif", key, text) for key, text in records])


def test_extra_metadata_among_the_nodes_fills_what_the_graph_does_not_say():
    graph = {"resource-stack": GRAPH["4"], "extra": {"airs": AIRS}}
    found = understand(("UserComment", json.dumps({**graph, "extraMetadata": json.dumps(EXTRA)})))
    made = found.parameters
    assert made.generator == "civitai"
    assert (made.prompt, made.negative_prompt, made.seed) == ("a fox", "dog", 7)
    assert (made.steps, made.cfg_scale) == (25, 5)
    assert (made.sampler, made.scheduler) == ("DPM++ 2M", "Karras")
    assert made.facts["Civitai workflow"] == "img2img-hires"
    assert ResourceUse("lora", AIRS[0], 0.6) in made.resources
    assert found.problems == ()


def test_the_graph_leads_where_it_has_a_prompt():
    text = json.dumps({**GRAPH, "extra": {"airs": AIRS}, "extraMetadata": json.dumps(EXTRA)})
    made = understand(("UserComment", text)).parameters
    assert made.rule == "comfyui+civitai"
    assert made.prompt == "a bottle with a galaxy inside"
    assert made.seed == 2**64 - 1
    assert [use.name for use in made.resources if use.kind == "checkpoint"] == ["sd_xl_base_1.0"]


def test_extra_metadata_of_its_own():
    made = understand(("extraMetadata", json.dumps(EXTRA))).parameters
    assert (made.generator, made.prompt) == ("civitai", "a fox")
    assert made.facts["Civitai versions"] == "1253021"


def test_extra_metadata_that_is_none_is_left_alone():
    text = json.dumps({**GRAPH, "extraMetadata": "not json"})
    assert understand(("UserComment", text)).parameters.seed == 2**64 - 1
