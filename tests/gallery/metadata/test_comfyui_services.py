"""Graphs whose pictures come from a service, in the editor's form as well."""

import json

import pytest

from gallery.metadata import RawRecord
from gallery.metadata.parsers import comfyui
from gallery.metadata.parsers.evidence import Evidence
from tests.gallery.metadata.builders import graph_answer
from tests.gallery.metadata.graphs import link, node
from tests.gallery.metadata.workflows import slot, ui_node, workflow


def answer(kind, values, *inputs, gives="IMAGE"):
    """Of a workflow of one node and what saves its picture."""
    value = workflow(
        ui_node(1, kind, values, *inputs, outputs=[{"name": gives, "type": gives}]),
        ui_node(2, "SaveImage", ["x"], slot("images", 1, gives)),
        links=[[1, 1, 0, 2, 0, gives]],
    )
    return comfyui.parse(Evidence([RawRecord("png:tEXt", "workflow", json.dumps(value))]))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("IdeogramV3", ["a cat by wire", "1:1", 4, "randomize"]),
        ("FluxKontextMaxImageNode", ["a cat by wire", "1:1", 3, 50, 4, "randomize", False]),
        ("RecraftTextToImageNode", ["a cat by wire", "1536x1024", 1, 4, "randomize"]),
        ("Seedance", ["Seedance 2.5", "a cat by wire, at night", 4, "fixed"]),
        ("Somebody's cloud", ["a cat by wire", "a very long text of what to do", 4, "fixed"]),
    ],
)
def test_a_service_of_which_only_the_workflow_was_saved_tells_its_prompt(kind, values):
    found = answer(kind, values, slot("image", None, "IMAGE"))
    assert found.prompt.startswith("a cat by wire")
    assert (found.seed, found.facts["Service"]) == (4, kind)


def test_a_service_with_a_negative_prompt_tells_both():
    values = ["a cat by wire", "blurry, distorted", "kling-v2-master", 0, "std", "16:9", "5"]
    found = answer("KlingImage2VideoNode", values, gives="VIDEO")
    assert (found.prompt, found.negative_prompt) == ("a cat by wire", "blurry, distorted")


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("Draw Text", ()),
        ("AddTextToImage", ()),
        ("TextToPicture", ()),
        ("Overlay", ()),
        ("ResizeImageMaskNode", ()),
        ("Somebody's decoder", (slot("vae", None, "VAE"),)),
    ],
)
def test_words_upon_a_picture_and_for_a_network_are_no_order_to_a_service(kind, inputs):
    assert answer(kind, ["Made by Somebody", 4], *inputs).prompt == ""


def test_what_is_looked_for_in_a_picture_is_no_prompt():
    found = graph_answer(
        {
            "1": node("LoadImage", image="a.png"),
            "2": node("GroundingDinoSAMSegment", prompt="both hands", image=link("1")),
            "3": node("SaveImage", filename_prefix="x", images=link("2")),
        }
    )
    assert found.prompt == ""


def test_a_prompt_that_a_chosen_model_asks_for_is_the_prompt():
    found = graph_answer(
        {
            "1": node(
                "IdeogramEditApi",
                seed=4,
                **{
                    "model": "ideogram-4.5",
                    "model.prompt": link("2"),
                    "model.negative_prompt": "dog",
                },
            ),
            "2": node("PrimitiveString", value="a cat by wire"),
            "3": node("SaveImage", filename_prefix="x", images=link("1")),
        }
    )
    assert (found.prompt, found.negative_prompt) == ("a cat by wire", "dog")
    assert found.facts == {"Service": "IdeogramEditApi", "Service model": "ideogram-4.5"}
