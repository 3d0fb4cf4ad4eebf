import pytest

from gallery.metadata import RawRecord, parsers
from gallery.metadata.records import ResourceUse, SourceReference
from tests.pictures import INFOTEXT


def understand(text, problems=None, key="parameters", container="png:tEXt"):
    records = [RawRecord(container, key, text)]
    understood = parsers.understand(records)
    if problems is not None:
        problems += understood.problems
    return understood.parameters


def line(extra, prompt="a cat", negative="dog"):
    return understand(f"{prompt}\nNegative prompt: {negative}\nSteps: 20, {extra}")


def test_every_field_is_understood():
    found = understand(INFOTEXT)
    assert found.generator == "automatic1111"
    assert found.generator_version == "v1.10.1"
    assert found.rule == "automatic1111"
    assert found.reason == "parameters (png:tEXt) holds a line of 11 parameters."
    assert found.prompt.endswith("neon lights <lora:luna_v3:0.8>")
    assert found.negative_prompt == "blurry, watermark"
    assert (found.seed, found.steps, found.cfg_scale) == (4183920117736, 28, 5.5)
    assert (found.sampler, found.scheduler) == ("DPM++ 2M", "Karras")
    assert (found.width, found.height, found.clip_skip) == (832, 1216, 2)
    assert found.resources == (
        ResourceUse("checkpoint", "illustrious_v1", hash="879db523c3"),
        ResourceUse("lora", "luna_v3", 0.8, hash="1a2b3c4d5e6f"),
        ResourceUse("lora", "other", hash="ffffeeee0000"),
    )
    assert found.facts == {"Lora hashes": "luna_v3: 1a2b3c4d5e6f, other: ffffeeee0000"}


@pytest.mark.parametrize(
    ("recorded", "sampler", "scheduler"),
    [
        ("Sampler: DPM++ 2M Karras", "DPM++ 2M", "Karras"),
        ("Sampler: DPM++ 2M, Schedule type: Karras", "DPM++ 2M", "Karras"),
        ("Sampler: Euler a, Schedule type: Automatic", "Euler a", "Automatic"),
        ("Sampler: DPM++ 2M SDE Exponential", "DPM++ 2M SDE", "Exponential"),
        ("Sampler: LCM", "LCM", ""),
        ("Sampler: euler_simple", "euler_simple", ""),
    ],
)
def test_sampler_and_schedule_are_told_apart(recorded, sampler, scheduler):
    found = line(f"{recorded}, Seed: 1, Size: 8x8")
    assert (found.sampler, found.scheduler) == (sampler, scheduler)


@pytest.mark.parametrize(
    ("recorded", "generator"),
    [
        ("Version: v1.10.1", "automatic1111"),
        ("Version: 1.10.1", "automatic1111"),
        ("Seed: 1", "automatic1111"),
        ("ADetailer version: f2.0.1v1.10.1", "automatic1111"),
        ("Version: f2.0.1v1.10.1-previous-313-g8a042934", "forge"),
        ("Version: f0.0.17v1.8.0rc-latest-276-g29be1da7", "forge"),
        ("Version: neo", "forge_neo"),
        ("Version: neo-2.28", "forge_neo"),
        ("Version: classic", "forge_classic"),
        ("Version: f1.0.0v2-v1.10.1RC-latest-2498-g5120e679", "reforge"),
        ("Version: f1.3.0-v1.10.1RC-latest-1038-g19395bf9", "easyreforge"),
        ("App: SD.Next, Version: 56a8aea", "sdnext"),
        ("Backend: Diffusers, Version: 56a8aea", "sdnext"),
        ("Version: ComfyUI", "comfyui"),
        ("Metadata generator version: 1.3.0", "comfyui"),
        ("Civitai resources: [], Civitai metadata: {}", "civitai"),
        ("Civitai resources: [], Version: ComfyUI", "comfyui"),
    ],
)
def test_the_version_tells_the_generator(recorded, generator):
    assert line(f"Sampler: Euler a, {recorded}").generator == generator


def test_seeds_are_exact_to_the_last_digit():
    assert line("Seed: 18446744073709551615, Size: 8x8").seed == 2**64 - 1


@pytest.mark.parametrize(
    "extra",
    [
        "Seed: 18446744073709551616",
        "Seed: -1",
        "Seed: " + "9" * 20_000,
        "Seed: abc",
        "Size: 99999999999x8",
        "Size: 8x",
        "Size: axb",
        "Clip skip: 99999",
        "Clip skip: NaN",
    ],
)
def test_numbers_that_cannot_be_are_left_out_and_said(extra):
    problems = []
    found = understand(f"a cat\nSteps: 20, Sampler: Euler a, {extra}", problems)
    assert found.steps == 20
    assert (found.seed, found.width, found.height, found.clip_skip) == (None, None, None, None)
    assert "left out" in problems[0]
    assert extra.partition(":")[0] in found.facts


@pytest.mark.parametrize("value", ["inf", "nan", "1e999", "x", "9" * 5000])
def test_a_guidance_that_is_no_number_is_none(value):
    assert line(f"CFG scale: {value}, Seed: 1").cfg_scale is None


def test_missing_clip_skip_is_not_recorded_rather_than_one():
    assert line("Seed: 1, Size: 8x8").clip_skip is None


def test_hires_fields_stay_facts_and_the_size_is_the_first_passes():
    found = line(
        "CFG Scale: 6, Seed: 1, Size: 512x768, Denoising strength: 0.35, Hires upscale: 1.5, "
        "Hires steps: 10, Hires upscaler: R-ESRGAN 4x+ Anime6B"
    )
    assert (found.width, found.height) == (512, 768)
    assert (found.cfg_scale, found.denoise) == (6, 0.35)
    assert found.facts == {
        "Denoising strength": "0.35",
        "Hires upscale": "1.5",
        "Hires steps": "10",
        "Hires upscaler": "R-ESRGAN 4x+ Anime6B",
    }
    assert found.resources == (ResourceUse("upscaler", "R-ESRGAN 4x+ Anime6B"),)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("<lora:x>", ResourceUse("lora", "x", 1)),
        ("<lora:x:0.8>", ResourceUse("lora", "x", 0.8)),
        ("<lyco:x:0.8>", ResourceUse("lora", "x", 0.8)),
        ("<lora:x:0.8:0.6>", ResourceUse("lora", "x", 0.6, 0.8)),
        ("<lora:x:te=0.5:unet=0.9>", ResourceUse("lora", "x", 0.9, 0.5)),
        ("<lora:x:0.7:lbw=ALL>", ResourceUse("lora", "x", 0.7)),
        ("<lora:sub/x.safetensors:-1>", ResourceUse("lora", "x", -1)),
    ],
)
def test_lora_tags_carry_their_weights(tag, expected):
    assert line("Seed: 1, Size: 8x8", prompt=f"a cat {tag}").resources == (expected,)


def test_tags_of_hypernetworks_are_facts():
    found = line("Seed: 1, Size: 8x8", prompt="a cat <hypernet:soft:0.5>, <hypernet:hard:1>")
    assert found.facts == {"Hypernetworks": "soft: 0.5, hard: 1"}
    assert found.resources == ()


def test_every_other_named_file_is_a_resource():
    found = line(
        "Seed: 1, Size: 8x8, Model hash: 45a21ea00a, Model: folder/m.v2.safetensors, "
        'VAE hash: 63aeecb90f, VAE: kl-f8.vae.pt, TI hashes: "easynegative: c74b4e810b03", '
        'ControlNet 0: "Module: canny, Model: control_canny [d14c016b], Weight: 0.7", '
        "ControlNet-1 Enabled: True, ControlNet-1 Model: openpose [cab727d4], "
        "ControlNet-1 Weight: 1"
    )
    assert found.resources == (
        ResourceUse("checkpoint", "m.v2", hash="45a21ea00a"),
        ResourceUse("vae", "kl-f8.vae", hash="63aeecb90f"),
        ResourceUse("embedding", "easynegative", hash="c74b4e810b03"),
        ResourceUse("controlnet", "control_canny", 0.7, hash="d14c016b"),
        ResourceUse("controlnet", "openpose", 1, hash="cab727d4"),
    )
    assert found.facts["ControlNet 0"].startswith("Module: canny")


def test_hashes_and_resources_of_civitai_are_joined_in():
    found = line(
        'Seed: 1, Size: 8x8, Hashes: {"model": "1", "lora:one": "aa11"}, Civitai resources: '
        '[{"type":"checkpoint","modelName":"Big"},{"type":"lora","weight":0.8,"modelName":"two"}]'
    )
    assert found.resources == (
        ResourceUse("lora", "one", hash="aa11"),
        ResourceUse("checkpoint", "Big", hash="1"),
        ResourceUse("lora", "two", 0.8),
    )
    found = line('Model: m, Seed: 1, VAE: v, Hashes: {"model": "aa", "vae": "bb", "x": 1}')
    assert found.resources == (
        ResourceUse("checkpoint", "m", hash="aa"),
        ResourceUse("vae", "v", hash="bb"),
    )


def test_a_resource_that_civitai_names_by_number_keeps_its_number():
    found = line('Seed: 1, Size: 8x8, Civitai resources: [{"type":"lora","modelVersionId":210873}]')
    assert found.resources == (ResourceUse("lora", "civitai@210873"),)


def test_what_saver_nodes_number_is_one_resource_each():
    found = line(
        "Seed: 1, Size: 8x8, Lora_0 Model name: a.safetensors, Lora_0 Model hash: 37d4921854, "
        "Lora_0 Strength model: 1.0, Lora_0 Strength clip: 0.5, Embedding_0 name: easy, "
        "CLIP_1 Model name: umt5"
    )
    assert found.resources == (
        ResourceUse("lora", "a", 1.0, 0.5, "37d4921854"),
        ResourceUse("embedding", "easy"),
    )


def test_the_refiner_follows_the_checkpoint():
    found = line("Seed: 1, Size: 8x8, Model: base, Refiner: sd_xl_refiner_1.0 [7440042bbd]")
    assert found.resources == (
        ResourceUse("checkpoint", "base"),
        ResourceUse("checkpoint", "sd_xl_refiner_1.0", hash="7440042bbd"),
    )


def test_the_hash_of_an_old_controlnet_model_stands_in_round_brackets():
    found = line("Seed: 1, Size: 8x8, ControlNet Model: control_sd15_scribble(fef5e48e)")
    assert found.resources == (ResourceUse("controlnet", "control_sd15_scribble", hash="fef5e48e"),)


def test_the_picture_that_sd_next_began_with_is_a_source():
    found = line("Seed: 1, App: SD.Next, Operations: img2img, Init image hash: fd2a86eb")
    assert found.sources == (SourceReference("img2img", "", "fd2a86eb"),)


def test_a_hash_without_a_model_is_its_name():
    found = line("Model hash: 64e73fcb, Seed: 1")
    assert found.resources == (ResourceUse("checkpoint", "64e73fcb", hash="64e73fcb"),)
    assert found.facts == {"Model hash": "64e73fcb"}


def test_a_prompt_alone_under_the_right_key_is_a_prompt():
    found = understand("just a cat")
    assert (found.prompt, found.steps) == ("just a cat", None)
    assert "without a line of parameters" in found.reason


@pytest.mark.parametrize(
    "key", ["UserComment", "COM", "Comment", "comment", "stealth", "Parameters", "PARAMETERS"]
)
def test_comments_count_only_if_they_are_infotext(key):
    assert understand("OLYMPUS DIGITAL CAMERA", key=key) is None
    assert understand("a cat\nSteps: 5, Seed: 1, Size: 8x8", key=key).prompt == "a cat"
    assert understand("a cat\nSteps: 5, Seed: 1, Size: 8x8", key="Title") is None


def test_postprocessing_beside_parameters_is_a_fact():
    records = [
        RawRecord("png:tEXt", "parameters", "a cat\nSteps: 5, Seed: 1, Size: 8x8"),
        RawRecord("png:tEXt", "postprocessing", "Postprocess upscale by: 4"),
    ]
    facts = parsers.understand(records).parameters.facts
    assert facts == {"Postprocessing": "Postprocess upscale by: 4"}


@pytest.mark.parametrize(
    ("key", "text", "upscaler"),
    [
        ("postprocessing", "Postprocess upscale by: 4, Postprocess upscaler: R-ESRGAN 4x+", 1),
        ("extras", "Upscale: 4, visibility: 1.0, model:R-ESRGAN 4x+", 0),
    ],
)
def test_a_picture_of_the_extras_tab_has_no_prompt(key, text, upscaler):
    found = understand(text, key=key)
    assert (found.generator, found.rule) == ("automatic1111", "automatic1111_extras")
    assert found.prompt == ""
    assert found.facts == {"Postprocessing": text}
    assert len(found.resources) == upscaler


def test_extras_of_others_are_not_of_the_extras_tab():
    assert understand('{"a": "b"}', key="extras") is None


def test_a_thousand_tags_are_not_a_thousand_resources():
    prompt = "".join(f"<lora:x{number}:1>" for number in range(1000))
    assert len(line("Seed: 1, Size: 8x8", prompt=prompt).resources) == 200


def test_a_prompt_beyond_all_measure_is_cut_and_said():
    problems = []
    found = understand("cat " * 50_000, problems)
    assert len(found.prompt) <= 100_000
    assert "199999 characters" in problems[0]


def test_facts_and_names_beyond_all_measure_are_cut_and_said():
    problems = []
    found = understand(
        f"a cat\nSteps: 5, Seed: 1, Sampler: {'s' * 999}, {'k' * 999}: 1, v: {'v' * 99_999}, "
        f"Model: {'m' * 999}",
        problems,
    )
    assert len(found.sampler) == 255
    assert len(found.resources[0].name) == 255
    assert sorted(map(len, found.facts)) == [1, 255]
    assert len(found.facts["v"]) == 20_000
    assert "too long" in problems[0]
