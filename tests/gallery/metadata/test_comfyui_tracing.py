import copy

import pytest

from gallery.metadata.records import ResourceUse
from tests.gallery.metadata.builders import graph_answer
from tests.gallery.metadata.graphs import basic, encode, link, node, sampler
from tests.pictures import GRAPH


def test_links_decide_not_titles_ids_or_order():
    found = graph_answer(GRAPH)
    assert found.prompt == "a bottle with a galaxy inside"
    assert found.negative_prompt == "text, watermark"
    assert found.reason == "prompt (png:tEXt) holds a graph, traced from SaveImage to KSampler."
    assert found.seed == 2**64 - 1


def test_every_field_is_traced():
    found = graph_answer(basic())
    assert (found.generator, found.rule) == ("comfyui", "comfyui")
    assert (found.prompt, found.negative_prompt) == ("a cat", "dog")
    assert (found.seed, found.steps, found.cfg_scale) == (5, 20, 7.5)
    assert (found.sampler, found.scheduler, found.denoise) == ("euler", "normal", 1)
    assert (found.width, found.height) == (640, 896)
    assert found.resources == (ResourceUse("checkpoint", "model.v1"),)
    assert found.facts == {}
    assert found.clip_skip is None


def test_a_custom_sampler_is_known_by_its_inputs():
    graph = basic()
    graph["sample"]["class_type"] = "Somebody's 3rd sampler"
    assert graph_answer(graph).seed == 5


def test_a_sampler_that_feeds_no_output_is_not_the_one():
    graph = basic(stray=sampler(seed=9, positive=link("stray text")))
    graph["stray text"] = encode("unused")
    graph = {"stray": graph.pop("stray"), **graph}
    assert graph_answer(graph).prompt == "a cat"


def test_a_saved_picture_comes_before_a_preview():
    graph = {
        "a preview": node("PreviewImage", images=link("other decode")),
        "other decode": node("VAEDecode", samples=link("other"), vae=link("loader", 2)),
        "other": sampler(seed=9),
        **basic(),
    }
    assert graph_answer(graph).seed == 5


def test_the_pass_on_the_empty_latent_is_the_main_one_and_others_are_facts():
    found = graph_answer(
        basic(
            decode=node("VAEDecode", samples=link("second"), vae=link("loader", 2)),
            second=sampler(
                seed=6, denoise=0.5, latent_image=link("upscale"), positive=link("refined")
            ),
            upscale=node("LatentUpscale", width=1280, height=1792, samples=link("sample")),
            refined=encode("a detailed cat"),
        )
    )
    assert (found.seed, found.width, found.prompt) == (5, 640, "a cat")
    assert found.facts == {
        "Hires pass": "KSampler: seed 6, 20 steps, CFG 7.5, euler normal, denoise 0.5",
        "Hires pass prompt": "a detailed cat",
    }


def test_a_detailer_after_the_picture_is_a_later_pass():
    found = graph_answer(
        basic(
            save=node("SaveImage", filename_prefix="x", images=link("detailer")),
            detailer=node(
                "FaceDetailer",
                image=link("decode"),
                model=link("loader"),
                positive=link("yes"),
                negative=link("no"),
                seed=8,
                steps=10,
                cfg=4,
                sampler_name="dpmpp_2m",
                scheduler="karras",
                denoise=0.4,
            ),
        )
    )
    assert found.seed == 5
    assert found.facts["Detailer pass"].startswith("FaceDetailer: seed 8, 10 steps")


def test_a_picture_from_a_picture_has_no_first_size():
    found = graph_answer(
        basic(
            empty=node("VAEEncode", pixels=link("load"), vae=link("loader", 2)),
            load=node("LoadImage", image="x.png"),
        )
    )
    assert (found.seed, found.width, found.height) == (5, None, None)


def test_a_composed_picture_has_the_texts_of_all_its_parts_and_its_canvas_size():
    found = graph_answer(
        basic(
            decode=node("VAEDecode", samples=link("last"), vae=link("loader", 2)),
            last=sampler(seed=7, latent_image=link("compose")),
            compose=node(
                "LatentComposite", x=1, y=1, samples_to=link("sample"), samples_from=link("part")
            ),
            part=sampler(seed=6, positive=link("fox"), latent_image=link("small")),
            fox=encode("a fox"),
            small=node("EmptyLatentImage", width=64, height=64, batch_size=1),
        )
    )
    assert found.prompt == "a cat\na fox"
    assert (found.seed, found.width) == (5, 640)
    assert [fact.split(",")[0] for fact in found.facts.values()] == [
        "KSampler: seed 6",
        "KSampler: seed 7",
    ]


def test_stable_cascade_hands_its_first_pass_on_in_the_conditioning():
    found = graph_answer(
        basic(
            decode=node("VAEDecode", samples=link("b"), vae=link("loader", 2)),
            b=sampler(seed=6, cfg=1.1, positive=link("staged"), latent_image=link("empty", 1)),
            staged=node(
                "StableCascade_StageB_Conditioning",
                conditioning=link("yes"),
                stage_c=link("sample"),
            ),
        )
    )
    assert (found.seed, found.cfg_scale) == (5, 7.5)
    assert found.facts["Pass 2"].startswith("KSampler: seed 6")


def test_settings_spread_over_nodes_are_gathered():
    found = graph_answer(
        basic(
            sample=node(
                "SamplerCustomAdvanced",
                noise=link("noise"),
                guider=link("guider"),
                sampler=link("select"),
                sigmas=link("split", 1),
                latent_image=link("empty"),
            ),
            noise=node("RandomNoise", noise_seed=77),
            guider=node(
                "CFGGuider",
                cfg=3.5,
                model=link("lora"),
                positive=link("yes"),
                negative=link("no"),
            ),
            lora=node(
                "LoraLoaderModelOnly",
                lora_name="l.safetensors",
                strength_model=0.7,
                model=link("loader"),
            ),
            select=node("KSamplerSelect", sampler_name="res_2s"),
            split=node("SplitSigmas", step=3, sigmas=link("sigmas")),
            sigmas=node(
                "BasicScheduler", scheduler="beta", steps=12, denoise=0.9, model=link("loader")
            ),
        )
    )
    assert (found.seed, found.steps, found.cfg_scale) == (77, 12, 3.5)
    assert (found.sampler, found.scheduler, found.denoise) == ("res_2s", "beta", 0.9)
    assert (found.prompt, found.negative_prompt) == ("a cat", "dog")
    assert found.resources == (
        ResourceUse("checkpoint", "model.v1"),
        ResourceUse("lora", "l", 0.7),
    )


def test_distilled_guidance_stands_in_for_a_missing_cfg_and_beside_a_given_one():
    flux = {"guided": node("FluxGuidance", guidance=3.5, conditioning=link("yes"))}
    beside = graph_answer(basic(**flux, sample=sampler(cfg=1, positive=link("guided"))))
    assert (beside.cfg_scale, beside.facts) == (1, {"Guidance": "3.5"})
    alone = graph_answer(
        basic(
            **flux,
            sample=node(
                "SamplerCustomAdvanced",
                noise=link("noise"),
                guider=link("guider"),
                sampler=link("select"),
                sigmas=link("sigmas"),
                latent_image=link("empty"),
            ),
            guider=node("BasicGuider", model=link("loader"), conditioning=link("guided")),
            noise=node("RandomNoise", noise_seed=1),
            select=node("KSamplerSelect", sampler_name="euler"),
            sigmas=node("BasicScheduler", scheduler="simple", steps=4, denoise=1),
        )
    )
    assert (alone.prompt, alone.cfg_scale, alone.facts) == ("a cat", 3.5, {})


def test_linked_settings_are_followed():
    found = graph_answer(
        basic(
            sample=sampler(
                seed=link("seed"),
                steps=link("steps"),
                cfg=link("route"),
                sampler_name=link("config", 3),
            ),
            seed=node("Seed (rgthree)", seed=2**64 - 1),
            steps=node("PrimitiveInt", value=33),
            route=node("Reroute", **{"": link("cfg")}),
            cfg=node("PrimitiveFloat", value=4.5),
            config=node("KSampler Config", steps_total=1, cfg=1, sampler_name="ddim"),
            empty=node("EmptyLatentImage", width=link("wide"), height=512),
            wide=node("PrimitiveInt", value=768),
        )
    )
    assert (found.seed, found.steps, found.cfg_scale) == (2**64 - 1, 33, 4.5)
    assert (found.sampler, found.width, found.height) == ("ddim", 768, 512)


def test_a_pipe_carries_prompts_model_and_settings():
    found = graph_answer(
        basic(
            sample=node(
                "KSampler with pipe",
                basic_pipe=link("pipe"),
                seed=3,
                steps=9,
                cfg=2,
                sampler_name="euler",
                latent_image=link("empty"),
            ),
            pipe=node(
                "ToBasicPipe",
                model=link("loader"),
                clip=link("loader", 1),
                vae=link("loader", 2),
                positive=link("yes"),
                negative=link("no"),
            ),
        )
    )
    assert (found.prompt, found.negative_prompt, found.seed) == ("a cat", "dog", 3)
    assert found.resources == (ResourceUse("checkpoint", "model.v1"),)


def test_one_loader_for_everything_is_read():
    found = graph_answer(
        basic(
            sample=sampler(
                model=link("all"),
                positive=link("all", 1),
                negative=link("all", 2),
                latent_image=link("all", 3),
            ),
            all=node(
                "Efficient Loader",
                ckpt_name="e.safetensors",
                vae_name="Baked VAE",
                clip_skip=-2,
                lora_name="None",
                positive="a cat in one box",
                negative="dog in one box",
                empty_latent_width=512,
                empty_latent_height=768,
            ),
        )
    )
    assert found.prompt == "a cat in one box"
    assert found.negative_prompt == "dog in one box"
    assert (found.width, found.height) == (512, 768)
    assert found.resources == (ResourceUse("checkpoint", "e"),)


def test_clip_skip_loses_its_minus_sign():
    found = graph_answer(
        basic(
            yes=node("CLIPTextEncode", text="a cat", clip=link("skip")),
            skip=node("CLIPSetLastLayer", stop_at_clip_layer=-2, clip=link("loader", 1)),
        )
    )
    assert found.clip_skip == 2


def test_a_service_node_holds_its_own_prompt():
    found = graph_answer(
        {
            "save": node("SaveImage", filename_prefix="x", images=link("call")),
            "call": node("FluxProUltraImageNode", prompt=link("text"), seed=4),
            "text": node("PrimitiveStringMultiline", value="a cat by wire"),
        }
    )
    assert (found.prompt, found.seed) == ("a cat by wire", 4)
    assert "FluxProUltraImageNode node made the picture" in found.reason


def test_a_data_stream_is_read_where_nothing_samples():
    found = graph_answer(
        {
            "end": node("SeargePipelineTerminator", data=link("magic")),
            "magic": node("SeargeMagicBox", stage="sampling", data=link("set")),
            "set": node(
                "SeargeGenerationParameters",
                seed=4,
                steps=30,
                cfg=5,
                sampler_name="dpmpp_2m",
                scheduler="karras",
                data=link("loras"),
            ),
            "loras": node(
                "SeargeLoras",
                lora_1="a.safetensors",
                lora_1_strength=0.2,
                lora_2="none",
                lora_2_strength=1,
                data=link("models"),
            ),
            "models": node(
                "SeargeModelSelector", base_checkpoint="xl.safetensors", data=link("prompts")
            ),
            "prompts": node(
                "SeargePromptAdapterV2", main_prompt=link("text"), negative_main_prompt="dog"
            ),
            "text": node("SeargeTextInputV2", prompt="a cat in a stream"),
        }
    )
    assert (found.prompt, found.negative_prompt) == ("a cat in a stream", "dog")
    assert (found.seed, found.steps, found.sampler) == (4, 30, "dpmpp_2m")
    assert found.resources == (
        ResourceUse("checkpoint", "xl"),
        ResourceUse("lora", "a", 0.2),
    )


def test_a_graph_that_makes_nothing_only_names_its_generator():
    found = graph_answer({"1": node("LoadImage", image="x.png")})
    assert (found.generator, found.prompt, found.seed) == ("comfyui", "", None)
    assert "none of them samples" in found.reason


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1, 2**64, True, None, {}, []])
def test_numbers_that_cannot_be_are_not_recorded(value):
    found = graph_answer(basic(sample=sampler(seed=value, steps=value, cfg=value)))
    assert found.seed is None
    assert found.steps is None
    assert found.prompt == "a cat"


def test_a_pass_over_a_scaled_picture_has_its_size():
    graph = copy.deepcopy(GRAPH)
    graph["20"] = {"class_type": "LoadImage", "inputs": {"image": "a.png"}}
    graph["21"] = {
        "class_type": "ImageScale",
        "inputs": {"image": ["20", 0], "width": 1536, "height": 1024, "upscale_method": "area"},
    }
    graph["22"] = {"class_type": "VAEEncode", "inputs": {"pixels": ["21", 0], "vae": ["4", 2]}}
    graph["3"]["inputs"]["latent_image"] = ["22", 0]
    found = graph_answer(graph)
    assert (found.width, found.height) == (1536, 1024)
    graph["21"]["inputs"]["width"] = 0
    found = graph_answer(graph)
    assert (found.width, found.height) == (None, None)


@pytest.mark.parametrize(("mode", "size"), [("resize", (512, 768)), ("rescale", (None, None))])
def test_a_picture_that_was_scaled_by_a_factor_has_not_the_size_beside_it(mode, size):
    found = graph_answer(
        basic(
            empty=node("VAEEncode", pixels=link("scaled"), vae=link("loader", 2)),
            scaled=node(
                "Image Resize",
                mode=mode,
                rescale_factor=2,
                resize_width=512,
                resize_height=768,
                image=link("file"),
            ),
            file=node("LoadImage", image="a.png"),
        )
    )
    assert (found.width, found.height) == size


def test_a_sampler_that_makes_its_own_latents_tells_their_size():
    made = sampler(pipe=link("pipe"), width=512, height=768, batch_size=1)
    del made["inputs"]["latent_image"]
    found = graph_answer(basic(sample=made, pipe=node("ToBasicPipe", model=link("loader"))))
    assert (found.width, found.height) == (512, 768)


def test_a_guider_of_two_conditionings_may_lead_away_from_the_prompt_alone():
    found = graph_answer(
        basic(
            sample=node(
                "SamplerCustomAdvanced",
                guider=link("guider"),
                noise=link("noise"),
                latent_image=link("empty"),
            ),
            noise=node("RandomNoise", noise_seed=5),
            guider=node(
                "DualCFGGuider",
                model=link("loader"),
                cond1=link("both"),
                cond2=link("both", 1),
                negative=link("yes"),
            ),
            both=node("InstructPixToPixConditioning", positive=link("yes"), negative=link("no")),
        )
    )
    assert (found.prompt, found.negative_prompt) == ("a cat", "dog")
