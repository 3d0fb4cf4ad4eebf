import pytest

from gallery.metadata.records import ResourceUse, SourceReference
from tests.gallery.metadata.texts import understood

SCHEME = {
    "adm_guidance": "(1.5, 0.8, 0.3)",
    "base_model": "juggernautXL_v8",
    "base_model_hash": "aeb7e9e689",
    "clip_skip": 2,
    "created_by": "someone",
    "full_negative_prompt": ["anime, lowres"],
    "full_prompt": ["cinematic still a fox", "expanded"],
    "guidance_scale": 4.0,
    "lora_combined_1": "sdxl_offset : 0.1",
    "loras": [["sdxl_offset", 0.1, "4852686128"], ["ink", 0.5, "abc"]],
    "metadata_scheme": "fooocus",
    "negative_prompt": "lowres",
    "performance": "Speed",
    "prompt": "a fox",
    "refiner_model": "realistic_v3",
    "refiner_model_hash": "b5d6",
    "refiner_switch": 0.5,
    "resolution": "(1152, 896)",
    "sampler": "dpmpp_2m_sde_gpu",
    "scheduler": "karras",
    "seed": str(2**63 - 1),
    "sharpness": 2.0,
    "steps": 30,
    "styles": "['Fooocus V2', \"It's\"]",
    "vae": "Default (model)",
    "version": "Fooocus v2.5.5",
}
INFOTEXT = (
    "cinematic still a fox\nNegative prompt: anime, lowres\nSteps: 30, "
    "Sampler: DPM++ 2M SDE Karras, Seed: 6952411511246973023, Size: 1152x896, CFG scale: 4.0, "
    'Sharpness: 2.0, ADM Guidance: "(1.5, 0.8, 0.3)", Model: juggernautXL_v8, '
    "Model hash: aeb7e9e689, Performance: Speed, Scheduler: karras, VAE: Default (model), "
    "Raw prompt: a fox, Raw negative prompt: lowres, Refiner: realistic_v3, Refiner hash: b5d6, "
    'Lora hashes: "sdxl_offset: 4852686128, ink: abc", Lora weights: "sdxl_offset: 0.1, ink: 0.5", '
    "Version: Fooocus v2.5.5"
)
RESOURCES = (
    ResourceUse("checkpoint", "juggernautXL_v8", hash="aeb7e9e689"),
    ResourceUse("checkpoint", "realistic_v3", hash="b5d6"),
    ResourceUse("lora", "sdxl_offset", 0.1, hash="4852686128"),
    ResourceUse("lora", "ink", 0.5, hash="abc"),
)


def exif(text, scheme):
    return {"Software": "Fooocus v2.5.5", "MakerNote": scheme, "UserComment": text}


@pytest.mark.parametrize(
    ("texts", "container"),
    [
        ({"parameters": SCHEME, "fooocus_scheme": "fooocus"}, "png:tEXt"),
        ({"parameters": SCHEME}, "png:tEXt"),
        (exif(SCHEME, "fooocus"), "jpeg:exif"),
        ({"a.json": SCHEME}, "sidecar:json"),
    ],
)
def test_its_own_scheme_is_read(texts, container):
    found = understood(texts, container)
    assert found.generator == found.rule.removeprefix("sidecar:") == "fooocus"
    assert found.generator_version == "v2.5.5"
    assert (found.prompt, found.negative_prompt) == ("a fox", "lowres")
    assert (found.seed, found.steps, found.cfg_scale) == (2**63 - 1, 30, 4)
    assert (found.width, found.height, found.clip_skip) == (1152, 896, 2)
    assert (found.sampler, found.scheduler) == ("dpmpp_2m_sde_gpu", "karras")
    assert found.resources == RESOURCES
    assert found.facts == {
        "ADM Guidance": "(1.5, 0.8, 0.3)",
        "User": "someone",
        "Full negative prompt": "anime, lowres",
        "Full prompt": "cinematic still a fox, expanded",
        "Performance": "Speed",
        "Refiner": "realistic_v3",
        "Refiner hash": "b5d6",
        "Refiner switch at": "0.5",
        "Sharpness": "2",
        "Styles": "Fooocus V2, It's",
    }


@pytest.mark.parametrize(
    ("texts", "container"),
    [
        ({"parameters": INFOTEXT, "fooocus_scheme": "a1111"}, "png:tEXt"),
        (exif(INFOTEXT + "\0", "a1111"), "webp:exif"),
        ({"MakerNote": "a1111", "UserComment": INFOTEXT}, "jpeg:exif"),
        ({"parameters": INFOTEXT}, "png:tEXt"),
        ({"parameters": "None", "Comment": INFOTEXT}, "png:tEXt"),
    ],
)
def test_the_scheme_of_automatic1111_is_read(texts, container):
    found = understood(texts, container)
    assert found.generator == found.rule.removeprefix("sidecar:") == "fooocus"
    assert found.generator_version == "v2.5.5"
    assert (found.prompt, found.negative_prompt) == ("cinematic still a fox", "anime, lowres")
    assert (found.seed, found.steps) == (6952411511246973023, 30)
    assert (found.sampler, found.scheduler) == ("DPM++ 2M SDE", "Karras")
    assert sorted(found.resources, key=repr) == sorted(RESOURCES, key=repr)
    assert found.facts["Raw prompt"] == "a fox"
    assert found.facts["Raw negative prompt"] == "lowres"
    assert "Scheduler" not in found.facts


def test_the_scheduler_of_a_sampler_without_one_is_kept():
    text = "a fox\nSteps: 30, Sampler: Euler a, Seed: 1, Size: 8x8, Scheduler: sgm_uniform"
    found = understood({"parameters": text, "fooocus_scheme": "a1111"})
    assert (found.sampler, found.scheduler) == ("Euler a", "sgm_uniform")


def test_labels_of_older_logs_are_read():
    found = understood(
        {
            "a.json": {
                "Prompt": "a fox",
                "Negative Prompt": "lowres",
                "Styles": "['Fooocus V2']",
                "Performance": "Quality",
                "Resolution": "(1152, 896)",
                "Sharpness": 2,
                "Guidance Scale": 7,
                "Base Model": "a.safetensors",
                "Sampler": "dpmpp_2m",
                "Scheduler": "karras",
                "Seed": 5,
                "LoRA 1": "True : ink.safetensors : 0.4",
                "LoRA 2": "False : off.safetensors : 1",
                "Version": "Fooocus v2.1.865",
            }
        },
        "sidecar:json",
    )
    assert (found.generator, found.generator_version) == ("fooocus", "v2.1.865")
    assert (found.prompt, found.seed, found.cfg_scale) == ("a fox", 5, 7)
    assert found.resources == (ResourceUse("checkpoint", "a"), ResourceUse("lora", "ink", 0.4))


def test_a_scheme_whose_json_is_broken_is_told():
    problems = []
    texts = {"parameters": '{"prompt": "a fox",}', "fooocus_scheme": "fooocus"}
    assert understood(texts, problems=problems).generator == "fooocus"
    assert problems == ["Fooocus' JSON in parameters cannot be read: it is no valid JSON."]


RUINED = {
    "Prompt": "a fox",
    "Negative": "lowres",
    "steps": 12,
    "cfg": 1,
    "width": 1024,
    "height": 768,
    "seed": 551996474,
    "sampler_name": "lcm",
    "scheduler": "exponential",
    "base_model_name": "A/flux1-dev-Q5_K_S.gguf",
    "base_model_hash": "3DC9",
    "loras": [["B3D9", "1.5 - dmd2/dmd2_4step.safetensors"], ["None", "-0.5 - x - y.safetensors"]],
    "start_step": 0,
    "denoise": None,
    "clip_skip": 1,
    "software": "RuinedFooocus",
}


@pytest.mark.parametrize(
    ("key", "container"), [("parameters", "png:tEXt"), ("metadata", "mp4:mdta")]
)
def test_ruinedfooocus_names_itself(key, container):
    found = understood({key: RUINED}, container)
    assert found.generator == found.rule.removeprefix("sidecar:") == "ruinedfooocus"
    assert (found.prompt, found.negative_prompt) == ("a fox", "lowres")
    assert (found.seed, found.steps, found.cfg_scale) == (551996474, 12, 1)
    assert (found.width, found.height, found.clip_skip) == (1024, 768, 1)
    assert (found.sampler, found.scheduler) == ("lcm", "exponential")
    assert found.resources == (
        ResourceUse("checkpoint", "flux1-dev-Q5_K_S", hash="3DC9"),
        ResourceUse("lora", "dmd2_4step", 1.5, hash="B3D9"),
        ResourceUse("lora", "x - y", -0.5),
    )
    assert found.facts == {}


def test_ruinedfooocus_wrote_loras_as_tags_before():
    tags = "Loras:<Objects\\\\paint.safetensors \U0001f5d2\ufe0f:1>,<None:1>,<sub/ink:0.5>"
    found = understood({"parameters": {**RUINED, "loras": tags}})
    assert found.resources[1:] == (
        ResourceUse("lora", "paint", 1),
        ResourceUse("lora", "ink", 0.5),
    )


MRE = {
    "prompt": "a fox",
    "negative_prompt": "lowres",
    "styles": ["sai-cinematic"],
    "real_prompt": ["cinematic a fox", "expanded"],
    "real_negative_prompt": ["lowres, bad"],
    "seed": 42,
    "width": 1152,
    "height": 896,
    "sampler": "dpmpp_2m_sde_gpu",
    "scheduler": "karras",
    "performance": "Speed",
    "steps": 30,
    "switch": 20,
    "sharpness": 2.0,
    "cfg": 7.0,
    "base_clip_skip": -2,
    "refiner_clip_skip": -2,
    "base_model": "xl_base.safetensors",
    "refiner_model": "None",
    "l1": "ink.safetensors",
    "w1": 0.5,
    "l2": "None",
    "w2": 0.5,
    "freeu": False,
    "img2img": True,
    "denoise": 0.66,
    "input_image": "in.png",
    "control_lora_canny": True,
    "canny_model": "canny.safetensors",
    "canny_strength": 0.8,
    "canny_input": "in.png",
    "software": "Fooocus-MRE v2.0.78.5",
}


@pytest.mark.parametrize(
    ("key", "container"),
    [("Comment", "png:tEXt"), ("COM", "jpeg:comment"), ("a.json", "sidecar:json")],
)
def test_fooocus_mre_has_its_comment(key, container):
    found = understood({key: MRE}, container)
    assert found.generator == found.rule.removeprefix("sidecar:") == "fooocus_mre"
    assert found.generator_version == "v2.0.78.5"
    assert (found.prompt, found.negative_prompt) == ("a fox", "lowres")
    assert (found.seed, found.steps, found.cfg_scale) == (42, 30, 7)
    assert (found.width, found.height, found.clip_skip) == (1152, 896, 2)
    assert found.denoise == 0.66
    assert found.resources == (
        ResourceUse("checkpoint", "xl_base"),
        ResourceUse("lora", "ink", 0.5),
        ResourceUse("controlnet", "canny", 0.8),
    )
    assert found.sources == (
        SourceReference("img2img", "in.png"),
        SourceReference("controlnet", "in.png"),
    )
    assert found.facts["Full prompt"] == "cinematic a fox, expanded"
    assert found.facts["Styles"] == "sai-cinematic"
    assert found.facts["Refiner switch at"] == "20"
