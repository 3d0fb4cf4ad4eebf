import pytest

from gallery.metadata.records import SourceReference
from tests.gallery.metadata.builders import graph_answer
from tests.gallery.metadata.graphs import basic, link, node, sampler


def sources_of(**nodes):
    found = graph_answer(basic(**nodes)).sources
    return [(source.kind, source.name) for source in found]


def load(name="x.png"):
    return node("LoadImage", image=name)


def test_a_picture_made_of_nothing_has_no_sources():
    assert sources_of() == []
    assert sources_of(stray=load()) == []


def test_a_picture_that_was_sampled_again():
    assert sources_of(
        empty=node("VAEEncode", pixels=link("scale"), vae=link("loader", 2)),
        scale=node("ImageScale", width=1, height=1, image=link("load")),
        load=load("sub/x.png [output]"),
    ) == [("img2img", "sub/x.png")]


@pytest.mark.parametrize(
    "nodes",
    [
        {
            "empty": node(
                "VAEEncodeForInpaint",
                pixels=link("load"),
                mask=link("load", 1),
                vae=link("loader", 2),
            )
        },
        {
            "empty": node("SetLatentNoiseMask", samples=link("encode"), mask=link("load", 1)),
            "encode": node("VAEEncode", pixels=link("load"), vae=link("loader", 2)),
        },
        {
            "sample": sampler(positive=link("model"), latent_image=link("model", 2)),
            "model": node(
                "InpaintModelConditioning",
                positive=link("yes"),
                negative=link("no"),
                pixels=link("load"),
                mask=link("load", 1),
            ),
        },
    ],
)
def test_a_picture_with_its_own_mask_was_inpainted(nodes):
    assert sources_of(load=load(), **nodes) == [("inpaint", "x.png")]


def test_a_mask_of_another_file_is_a_source_of_its_own():
    assert sources_of(
        empty=node("VAEEncodeForInpaint", pixels=link("load"), mask=link("mask")),
        load=load(),
        mask=node("LoadImageMask", image="m.png", channel="red"),
    ) == [("inpaint", "x.png"), ("mask", "m.png")]


def test_pictures_that_steer():
    assert sources_of(
        sample=sampler(model=link("adapter"), positive=link("control")),
        adapter=node(
            "IPAdapterAdvanced",
            weight=0.8,
            model=link("loader"),
            ipadapter=link("adapters"),
            image=link("face"),
            attn_mask=link("region", 1),
        ),
        adapters=node("IPAdapterModelLoader", ipadapter_file="plus.safetensors"),
        control=node(
            "ControlNetApply",
            strength=1,
            conditioning=link("look"),
            control_net=link("net"),
            image=link("lines"),
        ),
        net=node("ControlNetLoader", control_net_name="canny.safetensors"),
        lines=node("Canny", image=link("pose")),
        look=node(
            "StyleModelApply",
            conditioning=link("yes"),
            style_model=link("redux"),
            clip_vision_output=link("seen"),
        ),
        redux=node("StyleModelLoader", style_model_name="redux.safetensors"),
        seen=node("CLIPVisionEncode", clip_vision=link("vision"), image=link("style")),
        vision=node("CLIPVisionLoader", clip_name="h.safetensors"),
        face=load("face.png"),
        region=load("region.png"),
        pose=load("pose.jpg"),
        style=load("style.webp"),
    ) == [
        ("ip_adapter", "face.png"),
        ("mask", "region.png"),
        ("reference", "style.webp"),
        ("controlnet", "pose.jpg"),
    ]


def test_what_a_preprocessor_made_of_a_picture_steers_wherever_it_goes():
    assert sources_of(
        sample=sampler(positive=link("edges")),
        edges=node("InstructPixToPixConditioning", positive=link("yes"), pixels=link("canny")),
        canny=node("Canny", image=link("load")),
        load=load(),
    ) == [("controlnet", "x.png")]


def test_a_picture_that_only_gave_its_size_is_no_source():
    assert (
        sources_of(
            empty=node("EmptyLatentImage", width=link("size"), height=link("size", 1)),
            size=node("GetImageSize", image=link("load")),
            load=load(),
        )
        == []
    )


def test_a_video_begins_with_a_picture():
    start = node(
        "WanImageToVideo",
        width=832,
        height=480,
        length=81,
        positive=link("yes"),
        negative=link("no"),
        start_image=link("load"),
    )
    assert sources_of(
        sample=sampler(positive=link("start"), latent_image=link("start", 2)),
        start=start,
        load=load(),
    ) == [("img2img", "x.png")]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("ImageUpscaleWithModel", "upscale"), ("ImageRotate", "reference")],
)
def test_a_picture_that_no_model_made(kind, expected):
    found = graph_answer(
        {
            "save": node("SaveImage", filename_prefix="x", images=link("work")),
            "work": node(kind, image=link("load")),
            "load": load(),
        }
    )
    assert found.sources == (SourceReference(expected, "x.png"),)


@pytest.mark.parametrize("name", ["", "no picture", "x" * 600 + ".png", 5, None, ["load", 0]])
def test_what_is_no_file_name_is_no_source(name):
    assert (
        sources_of(
            empty=node("VAEEncode", pixels=link("load"), vae=link("loader", 2)), load=load(name)
        )
        == []
    )
