import pytest

from tests.gallery.metadata.builders import graph_answer
from tests.gallery.metadata.graphs import basic, encode, link, node, sampler


def facts_of(**nodes):
    return graph_answer(
        basic(
            decode=node("VAEDecode", samples=link("second"), vae=link("loader", 2)),
            **nodes,
        )
    ).facts


def test_a_second_pass_on_the_same_latent_is_just_a_pass():
    facts = facts_of(second=sampler(seed=6, latent_image=link("sample")))
    assert facts == {"Pass 2": "KSampler: seed 6, 20 steps, CFG 7.5, euler normal, denoise 1"}


def test_another_checkpoint_on_the_same_latent_refines():
    facts = facts_of(
        second=sampler(seed=6, latent_image=link("sample"), model=link("other")),
        other=node("CheckpointLoaderSimple", ckpt_name="refiner.safetensors"),
    )
    assert list(facts) == ["Refiner pass"]
    assert facts["Refiner pass"].endswith(", refiner")


def test_each_of_several_passes_after_an_upscale_has_its_number():
    facts = facts_of(
        second=sampler(seed=7, latent_image=link("larger")),
        larger=node("LatentUpscaleBy", scale_by=1.5, samples=link("first")),
        first=sampler(seed=6, latent_image=link("large"), positive=link("fox")),
        large=node("LatentUpscale", width=2, height=2, samples=link("sample")),
        fox=encode("a fox"),
    )
    assert [(name, said.split(",")[0]) for name, said in facts.items()] == [
        ("Hires pass", "KSampler: seed 6"),
        ("Hires pass prompt", "a fox"),
        ("Hires pass 2", "KSampler: seed 7"),
    ]


def test_the_files_of_every_pass_took_part_the_base_first():
    found = graph_answer(
        basic(
            decode=node("VAEDecode", samples=link("second"), vae=link("loader", 2)),
            second=sampler(latent_image=link("sample"), model=link("other")),
            other=node("CheckpointLoaderSimple", ckpt_name="refiner.safetensors"),
        )
    )
    assert [use.name for use in found.resources] == ["model.v1", "refiner"]


def test_an_output_that_could_not_run_is_not_the_one():
    graph = {
        "broken save": node("SaveImage", filename_prefix="a", images=link("broken decode")),
        "broken decode": node("VAEDecode", samples=link("broken"), vae=link("loader", 2)),
        "broken": sampler(seed=9, latent_image=link("broken encode")),
        "broken encode": node("VAEEncode", vae=link("loader", 2)),
        **basic(),
    }
    assert graph_answer(graph).seed == 5
    graph["broken encode"]["inputs"]["pixels"] = link("load")
    graph["load"] = node("LoadImage", image="x.png")
    assert graph_answer(graph).seed == 9


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ({"resolution": "1152x896|9:7"}, (1152, 896)),
        ({"resolution": "1152x896|9:7", "direction": "portrait"}, (896, 1152)),
        ({"dimensions": "1024 x 1024  (square)"}, (1024, 1024)),
        ({"preset": "large"}, (None, None)),
        ({"note": "640x480"}, (None, None)),
    ],
)
def test_a_size_in_words_is_read(size, expected):
    found = graph_answer(basic(empty=node("Empty Latent by preset", batch_size=1, **size)))
    assert (found.width, found.height) == expected
    linked = graph_answer(
        basic(
            empty=node("EmptyLatentImage", width=link("size"), height=link("size", 1)),
            size=node("Resolutions", **size),
        )
    )
    assert (linked.width, linked.height) == expected


def test_sampler_nodes_without_conditioning_links_leave_what_was_encoded():
    found = graph_answer(
        {
            "save": node("SaveImage", filename_prefix="x", images=link("all")),
            "all": node(
                "AllInOne", positive=link("yes"), negative=link("no"), model=link("loader")
            ),
            "yes": encode("a cat"),
            "no": encode("dog, embedding:bad_hands.pt"),
            "loader": node("CheckpointLoaderSimple", ckpt_name="m.safetensors"),
        }
    )
    assert (found.prompt, found.negative_prompt) == ("a cat", "dog, embedding:bad_hands.pt")
    assert [use.name for use in found.resources] == ["m", "bad_hands"]


def test_a_sampler_that_scales_first_is_a_hires_pass():
    passes = {"first": sampler(), "sample": sampler(latent_image=link("first"), denoise=0.5)}
    passes["sample"]["inputs"]["upscale_method"] = "[hiresFix] bilinear"
    assert "Hires pass" in graph_answer(basic(**passes)).facts
    passes["sample"]["inputs"]["upscale_method"] = "None"
    assert "Pass 2" in graph_answer(basic(**passes)).facts


def test_a_service_tells_its_name_its_model_and_its_size():
    found = graph_answer(
        {
            "save": node("SaveImage", filename_prefix="x", images=link("call")),
            "call": node(
                "OpenAIGPTImage1", prompt="a cat", seed=4, size="1536x1024", model="gpt-image-1"
            ),
        }
    )
    assert (found.width, found.height) == (1536, 1024)
    assert found.facts == {"Service": "OpenAIGPTImage1", "Service model": "gpt-image-1"}


def test_an_output_without_a_prompt_gives_way_to_one_with():
    graph = {
        "first save": node("SaveImage", filename_prefix="a", images=link("first decode")),
        "first decode": node("VAEDecode", samples=link("first"), vae=link("loader", 2)),
        "first": sampler(seed=9, positive=link("nothing")),
        "nothing": encode(" "),
        **basic(),
    }
    assert graph_answer(graph).seed == 5
    graph["yes"]["inputs"]["text"] = ""
    assert graph_answer(graph).seed == 9


def test_a_picture_that_was_saved_and_then_compared_is_the_output():
    graph = {
        **basic(),
        "compare": node("ImageCompare", image_a=link("load"), image_b=link("save")),
        "load": node("LoadImage", image="x.png"),
        "look": node("PreviewImage", images=link("other")),
        "other": node("VAEDecode", samples=link("first"), vae=link("loader", 2)),
        "first": sampler(seed=9),
    }
    found = graph_answer(graph)
    assert found.seed == 5
    assert "from SaveImage" in found.reason


def test_a_pass_without_words_that_measured_a_picture_is_not_the_first():
    """As depth is estimated by a diffusion model, which makes a hint for the pass that counts."""
    graph = basic(
        sample=sampler(latent_image=link("hint")),
        hint=node("VAEEncode", pixels=link("depth"), vae=link("loader", 2)),
        depth=node("VAEDecode", samples=link("measure"), vae=link("loader", 2)),
        measure=node(
            "SamplerCustomAdvanced", noise=link("none"), guider=link("guide"), sigmas=link("steps")
        ),
        none=node("DisableNoise"),
        guide=node("BasicGuider", model=link("loader"), conditioning=link("nothing")),
        nothing=node("LotusConditioning"),
        steps=node("BasicScheduler", steps=1, scheduler="normal"),
    )
    found = graph_answer(graph)
    assert (found.prompt, found.negative_prompt, found.seed) == ("a cat", "dog", 5)
    assert found.steps == 20
