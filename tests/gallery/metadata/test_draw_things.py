import json

from gallery.metadata import RawRecord, parsers
from gallery.metadata.records import ResourceUse

SETTINGS = {
    "c": "a fox",
    "uc": "dog",
    "clip_skip": 2,
    "model": "base.ckpt",
    "profile": {"duration": 32.6},
    "sampler": "Euler A Trailing",
    "scale": 4.5,
    "seed": 2396063215,
    "seed_mode": "Scale Alike",
    "size": "1024x768",
    "steps": 28,
    "strength": 0.3,
    "v2": {
        "hiresFix": False,
        "hiresFixWidth": 960,
        "loras": [{"file": "fox_lora.ckpt", "weight": 0.6}],
        "controls": [{"file": "depth.ckpt", "weight": 1}],
        "refinerModel": "refiner.ckpt",
        "numFrames": 14,
        "maskBlur": 2.5,
    },
}
TEXT = (
    "a fox\n-ugly, dog\nSteps: 28, Sampler: Euler A Trailing, Guidance Scale: 1.0, "
    "Seed: 2396063215, Size: 1024x768, Model: base.ckpt, Strength: 0.3, Seed Mode: Scale Alike, "
    "Shift: 6.0, CLIP Skip: 2"
)


def understand(**texts):
    records = [RawRecord("jpeg:exif", key.replace("_", ":"), text) for key, text in texts.items()]
    return parsers.understand(records).parameters


def test_settings_in_a_user_comment():
    made = understand(Software="Draw Things", UserComment=json.dumps(SETTINGS))
    assert (made.generator, made.prompt, made.negative_prompt) == ("draw_things", "a fox", "dog")
    assert (made.seed, made.steps, made.cfg_scale) == (2396063215, 28, 4.5)
    assert (made.sampler, made.denoise, made.clip_skip) == ("Euler A Trailing", 0.3, 2)
    assert (made.width, made.height) == (1024, 768)
    assert made.resources == (
        ResourceUse("checkpoint", "base"),
        ResourceUse("checkpoint", "refiner"),
        ResourceUse("lora", "fox_lora", 0.6),
        ResourceUse("controlnet", "depth", 1),
    )
    assert made.facts == {"Seed mode": "Scale Alike", "Num frames": "14"}


def test_settings_in_xmp_need_no_name():
    assert understand(exif_UserComment=json.dumps(SETTINGS)).generator == "draw_things"


def test_the_text_form_counts_only_by_name():
    made = understand(xmp_CreatorTool="Draw Things", dc_description=TEXT)
    assert (made.generator, made.prompt, made.negative_prompt) == (
        "draw_things",
        "a fox",
        "ugly, dog",
    )
    assert (made.seed, made.steps, made.cfg_scale, made.clip_skip) == (2396063215, 28, 1, 2)
    assert (made.width, made.height, made.denoise) == (1024, 768, 0.3)
    assert made.facts == {"Seed mode": "Scale Alike", "Shift": "6.0"}
    assert understand(dc_description=TEXT).generator == "automatic1111"


def test_another_programs_json_is_not_taken_for_it():
    assert understand(UserComment=json.dumps({"c": "x"})) is None
    assert understand(Software="Draw Things", UserComment="[1]") is None
