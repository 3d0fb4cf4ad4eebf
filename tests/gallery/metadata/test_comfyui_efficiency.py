"""Efficiency's nodes: loaders that encode, stacks, and scripts that go on where a sampler ends."""

from gallery.metadata.records import ResourceUse
from tests.gallery.metadata.builders import graph_answer
from tests.gallery.metadata.graphs import link, node


def answer(loader=None, **nodes):
    inputs = {
        "ckpt_name": "sub/a.safetensors",
        "clip_skip": -2,
        "positive": "a cat",
        "negative": "dog",
        "empty_latent_width": 512,
        "empty_latent_height": 768,
        "batch_size": 1,
    } | (loader or {})
    graph = {
        "load": node("Efficient Loader", **inputs),
        "sample": node(
            "KSampler (Efficient)",
            seed=5,
            steps=20,
            cfg=7,
            sampler_name="euler",
            scheduler="normal",
            denoise=1,
            model=link("load"),
            positive=link("load", 1),
            negative=link("load", 2),
            latent_image=link("load", 3),
            script=link("script"),
        ),
        "save": node("SaveImage", filename_prefix="x", images=link("sample", 5)),
    }
    return graph_answer(graph | nodes)


def hires(**changes):
    inputs = {
        "upscale_type": "both",
        "hires_ckpt_name": "(use same)",
        "latent_upscaler": "nearest-exact",
        "pixel_upscaler": "4x.pth",
        "upscale_by": 1.5,
        "hires_steps": 12,
        "denoise": 0.56,
        "use_controlnet": "_",
        "control_net_name": "tile.pth",
        "strength": 1,
    }
    return node("HighRes-Fix Script", **(inputs | changes))


def test_a_loader_that_encodes_tells_its_clip_skip():
    assert answer().clip_skip == 2


def test_controlnets_of_a_stack_were_used():
    found = answer(
        {"cnet_stack": link("stack")},
        stack=node(
            "Control Net Stacker", control_net=link("one"), strength=0.7, cnet_stack=link("more")
        ),
        more=node("Control Net Stacker", control_net=link("two"), strength=0.4),
        one=node("ControlNetLoader", control_net_name="canny.pth"),
        two=node("ControlNetLoader", control_net_name="depth.pth"),
    )
    assert found.resources == (
        ResourceUse("checkpoint", "a"),
        ResourceUse("controlnet", "canny", 0.7),
        ResourceUse("controlnet", "depth", 0.4),
    )


def test_a_hires_script_is_told_as_others_tell_their_hires_fix():
    found = answer(script=hires())
    assert found.facts == {
        "Hires upscale": "1.5",
        "Hires steps": "12",
        "Hires denoising strength": "0.56",
        "Hires upscaler": "4x",
    }
    assert found.resources == (ResourceUse("checkpoint", "a"), ResourceUse("upscaler", "4x"))


def test_a_hires_script_names_only_the_files_that_it_used():
    found = answer(
        script=hires(upscale_type="latent", hires_ckpt_name="b.ckpt", use_controlnet=True)
    )
    assert found.facts["Hires upscaler"] == "nearest-exact"
    assert found.resources == (
        ResourceUse("checkpoint", "a"),
        ResourceUse("checkpoint", "b"),
        ResourceUse("controlnet", "tile", 1),
    )


def test_scripts_may_hang_on_one_another_and_in_a_circle():
    found = answer(
        script=node("Noise Control Script", seed=3, script=link("more")),
        more=hires(script=link("script")),
    )
    assert found.facts["Hires upscale"] == "1.5"
    assert found.seed == 5


def test_the_refiner_of_a_pair_is_a_checkpoint_too():
    found = answer({"base_ckpt_name": "a.safetensors", "refiner_ckpt_name": "r.safetensors"})
    assert [use.name for use in found.resources] == ["a", "r"]
    found = answer({"base_ckpt_name": "a.safetensors", "refiner_ckpt_name": "None"})
    assert [use.name for use in found.resources] == ["a"]
