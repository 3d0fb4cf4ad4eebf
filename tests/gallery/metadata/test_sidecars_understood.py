"""What sidecars say: parameters, tags, captions. They only fill what a file leaves open."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.metadata import RawRecord, TagUse, sidecars, understand
from gallery.metadata.records import ResourceUse
from tests.pictures import GRAPH, INFOTEXT

OWN = RawRecord("png:tEXt", "parameters", "a cat\nSteps: 7, Seed: 5, Size: 8x8")
DANBOORU = {
    "id": 5,
    "tag_string": "1girl fox_ears luna_(vocaloid) highres",
    "tag_string_general": "1girl fox_ears",
    "tag_string_character": "luna_(vocaloid)",
    "tag_string_meta": "highres",
    "rating": "q",
    "score": 12,
    "source": "https://example.com/1",
}
CIVITAI = {
    "id": 77,
    "postId": 88,
    "username": "somebody",
    "nsfwLevel": "Soft",
    "baseModel": "SDXL 1.0",
    "createdAt": "2024-05-01T00:00:00Z",
    "meta": {
        "prompt": "a fox",
        "negativePrompt": "dog",
        "seed": 18446744073709551615,
        "steps": 30,
        "cfgScale": 5.5,
        "sampler": "DPM++ 2M Karras",
        "Size": "832x1216",
        "Model": "base",
        "Model hash": "0123456789",
        "clipSkip": 2,
        "hashes": {"model": "0123456789", "lora:fox": "abcdef"},
        "resources": [
            {"name": "fox", "type": "lora", "weight": 0.7},
            {"name": "base", "type": "model", "hash": "0123456789"},
        ],
        "civitaiResources": [{"type": "lora", "weight": 0.4, "modelVersionId": 9}],
    },
}


def read(name, content, *own):
    text = content if isinstance(content, str) else json.dumps(content)
    return understand([*own, sidecars.record(name, text.encode())])


def names(found):
    return [tag.name for tag in found.tags]


def test_infotext_beside_a_picture_is_its_parameters():
    for name in ("a.txt", "a.png.txt", "a.caption"):
        found = read(name, INFOTEXT + "\n")
        assert found.parameters.rule == "sidecar:automatic1111"
        assert found.parameters.reason.startswith(f"The sidecar {name}: parameters (sidecar:")
        assert found.parameters.seed == 4183920117736
        assert (found.tags, found.caption) == ((), "")


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_of_any_system(ends):
    assert read("a.txt", INFOTEXT.replace("\n", ends)).parameters.steps == 28


@pytest.mark.parametrize(
    "text",
    [
        "A woman takes three Steps: one, two, three.",
        "a photo of a fox, sitting on a red mat, Seed: of doubt",
        "Steps: 20",
        "Negative prompt: dog",
    ],
)
def test_nothing_else_is_taken_for_parameters(text):
    found = read("a.txt", text)
    assert found.parameters is None
    assert found.caption == text


def test_commas_between_short_words_are_tags():
    found = read("a.txt", "1girl, fox ears,  looking at viewer,\nluna \\(vocaloid\\), 1girl, ")
    assert names(found) == ["1girl", "fox ears", "looking at viewer", "luna (vocaloid)"]
    assert (found.parameters, found.caption) == (None, "")


def test_lines_are_tags_where_there_is_no_comma():
    assert names(read("a.tags", "1girl\nfox ears\n\nsolo")) == ["1girl", "fox ears", "solo"]


@pytest.mark.parametrize(
    "text",
    [
        "1girl: 0.98\nfox ears: 0.5",
        "1girl: 0.98, fox ears: 0.5",
        "(1girl:0.98), (fox ears:.5)",
        "1girl 98%\nfox ears 50.0%",
        "1girl 0.98\nfox ears 0.5\n",
    ],
)
def test_scores_are_confidences(text):
    assert read("a.txt", text).tags == (
        TagUse("1girl", "", 0.98),
        TagUse("fox ears", "", 0.5),
    )


def test_brackets_of_a_name_are_kept():
    assert read("a.txt", "luna (vocaloid): 0.9\nfox: 0.2").tags[0] == TagUse(
        "luna (vocaloid)", "", 0.9
    )


@pytest.mark.parametrize(
    "text",
    [
        "A fox runs over the snow. It is morning.",
        "a photo of a fox, sitting on a red mat in the sun",
        "chapter 1 begins with many words",
    ],
)
def test_a_sentence_is_a_caption(text):
    found = read("a.txt", text)
    assert (found.caption, found.tags, found.parameters) == (text, (), None)


def test_labels_of_easy_diffusion_are_parameters_and_no_caption():
    found = read(
        "a.txt",
        "Prompt: a fox, red\nSeed: 7\nStable Diffusion model: /m/sd-v1-5.ckpt\nSteps: 25\n"
        "Guidance Scale: 7.5\nSampler: euler_a\nNegative Prompt: dog\nWidth: 128\nHeight: 96",
    )
    assert (found.parameters.generator, found.parameters.prompt) == ("easydiffusion", "a fox, red")
    assert found.parameters.rule == "sidecar:easydiffusion"
    assert (found.caption, found.tags) == ("", ())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.swarm.json", '{"sui_image_params": {"prompt": "a fox", "seed": 7}}'),
        ("a.metadata.js", 'all_metadata["a"] = {"sui_image_params": {"prompt": "a fox"}};'),
    ],
)
def test_swarm_beside_a_picture(name, text):
    found = read(name, text)
    assert (found.parameters.generator, found.parameters.prompt) == ("swarmui", "a fox")


def test_a_graph_beside_a_picture_is_traced():
    found = read("a.json", GRAPH)
    assert found.parameters.rule == "sidecar:comfyui"
    assert found.parameters.prompt == "a bottle with a galaxy inside"
    assert found.workflow is not None
    assert read("a.json", {"prompt": GRAPH}).parameters.seed == 2**64 - 1


def test_a_post_has_tags_and_facts_and_never_a_prompt():
    found = read("a.json", DANBOORU)
    assert found.tags == (
        TagUse("luna_(vocaloid)", "character"),
        TagUse("1girl", "general"),
        TagUse("fox_ears", "general"),
        TagUse("highres", "meta"),
    )
    assert found.parameters.prompt == ""
    assert found.parameters.facts == {
        "Rating": "questionable",
        "Post": "5",
        "Score": "12",
        "Source": "https://example.com/1",
    }


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ({"tags": "1girl fox_ears", "rating": "safe", "category": "gelbooru"}, ["", ""]),
        ({"tags_general": "fox_ears", "tags_artist": "x", "tags": "x"}, ["artist", "general"]),
        (
            {"tags": {"general": ["fox"], "species": ["canine"]}, "rating": "s", "score": {}},
            ["species", "general"],
        ),
        ({"tags": ["fox", "snow"], "md5": "0" * 32}, ["", ""]),
    ],
)
def test_posts_of_other_boards(post, expected):
    assert [tag.category for tag in read("a.json", post).tags] == expected


def test_civitais_data_are_parameters():
    made = read("a.json", CIVITAI).parameters
    assert made.rule == "sidecar:civitai_json"
    assert (made.prompt, made.negative_prompt, made.seed) == ("a fox", "dog", 2**64 - 1)
    assert (made.sampler, made.scheduler, made.clip_skip) == ("DPM++ 2M", "Karras", 2)
    assert (made.width, made.height) == (832, 1216)
    assert made.resources == (
        ResourceUse("checkpoint", "base", hash="0123456789"),
        ResourceUse("lora", "fox", 0.7, hash="abcdef"),
        ResourceUse("lora", "civitai@9", 0.4),
    )
    assert made.facts == {
        "Civitai image": "77",
        "Civitai post": "88",
        "Civitai user": "somebody",
        "Civitai level": "Soft",
        "Base model": "SDXL 1.0",
        "Created on": "2024-05-01T00:00:00Z",
    }


def test_civitais_data_with_a_graph_within():
    meta = {"prompt": "a fox", "comfy": json.dumps({"prompt": GRAPH, "workflow": {}})}
    made = read("a.json", {"postId": 1, "meta": meta}).parameters
    assert (made.prompt, made.seed) == ("a fox", 2**64 - 1)
    assert made.generator == "comfyui"


def test_civitais_data_without_meta_are_facts():
    made = read("a.json", {"postId": 1, "meta": None}).parameters
    assert (made.prompt, made.facts) == ("", {"Civitai post": "1"})


@pytest.mark.parametrize(
    ("content", "tags"),
    [
        (["fox", "snow"], ["fox", "snow"]),
        ([{"tag": "fox", "score": 0.5}], ["fox"]),
        ({"fox": 0.98, "snow": 0.5}, ["fox", "snow"]),
        ({"tags": "fox, snow", "caption": "A fox."}, ["fox", "snow"]),
        ({"tags": {"fox": 0.9}, "rating": "general"}, ["fox"]),
    ],
)
def test_what_taggers_write(content, tags):
    found = read("a.json", content)
    assert names(found) == tags
    assert found.parameters is None


def test_a_caption_in_json():
    assert read("a.json", {"caption": " A fox. "}).caption == "A fox."


def test_the_file_itself_leads_and_a_sidecar_fills():
    found = read("a.json", CIVITAI, OWN)
    assert found.parameters.rule == "automatic1111+sidecar:civitai_json"
    assert (found.parameters.prompt, found.parameters.seed) == ("a cat", 5)
    assert found.parameters.negative_prompt == "dog"
    assert found.parameters.facts["Civitai post"] == "88"
    assert "a.json" in found.parameters.reason


def test_a_file_without_a_prompt_gets_it_and_keeps_its_maker():
    own = RawRecord("png:tEXt", "postprocessing", "Postprocess upscale by: 4")
    made = read("a.json", CIVITAI, own).parameters
    assert (made.prompt, made.generator) == ("a fox", "automatic1111")
    assert made.facts["Postprocessing"] == "Postprocess upscale by: 4"


def test_of_several_the_most_trusted_counts():
    records = [
        sidecars.record(name, text.encode())
        for name, text in (
            ("a.json", json.dumps(CIVITAI)),
            ("a.txt", INFOTEXT),
            ("a.tags", "fox, snow"),
        )
    ]
    found = understand(records)
    assert found.parameters.prompt == "a fox"
    assert found.parameters.rule == "sidecar:civitai_json+sidecar:automatic1111"
    assert names(found) == ["fox", "snow"]


def test_broken_json_is_said_with_its_file():
    found = read("a.json", '{"meta": ')
    assert found.problems == ("a.json: It cannot be read: it is no valid JSON.",)


def test_an_empty_sidecar_says_nothing():
    for name in ("a.txt", "a.json", "a.tags"):
        assert read(name, "\n").parameters is None


@pytest.mark.parametrize(
    "text",
    ["x" * 5_000_000, "a, " * 1_500_000, "a\n" * 2_000_000, "(" * 5_000_000, " " * 5_000_000],
)
@pytest.mark.parametrize("name", ["a.txt", "a.tags", "a.json"])
def test_long_texts_take_no_time(name, text):
    started = time.process_time()
    found = read(name, text)
    assert len(found.tags) <= 1000
    assert len(found.caption) <= 20_000
    assert time.process_time() - started < 1


_KEYS = (
    *("meta", "postId", "tags", "tag_string", "rating", "score", "prompt", "hashes", "seed", "id"),
    *("resources", "dtoolkit_sidecar", "parameters", "facts", "nodes", "sources"),
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(_KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(_JSON)
def test_no_json_raises(value):
    read("a.json", json.dumps(value))


@given(st.text(max_size=200))
def test_no_text_raises(text):
    understand([RawRecord("sidecar:txt", "a.txt", text)])
