"""JSON and header texts of every tool, into one shape."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.resources import infos, trained
from gallery.resources.told import Told, hash_of, text, united

SHA = "a1" * 32


def tell(**content: object) -> Told:
    told = infos.tell(json.dumps(content).encode())
    assert told is not None
    return told


def test_civitai():
    told = tell(
        id=12,
        modelId=34,
        name="v2.0",
        baseModel="Pony",
        trainedWords=["fennec", "big ears"],
        description="<p>For <b>foxes</b> &amp; friends</p>",
        model={"name": "Fennec", "type": "LORA", "nsfw": True},
        files=[{"name": "fennec.safetensors", "hashes": {"SHA256": SHA.upper(), "CRC32": "AA"}}],
    )
    assert (told.title, told.base, told.type) == ("Fennec", "Pony", "LORA")
    assert told.facts == {
        "Trigger words": "fennec, big ears",
        "Version": "v2.0",
        "Description": "For foxes & friends",
        "Civitai": "https://civitai.com/models/34?modelVersionId=12",
        "NSFW": "yes",
    }
    assert (told.hashes, told.aliases) == ([SHA], ["civitai@12"])


def test_of_several_files_nobody_says_which_one_it_is():
    files = [{"hashes": {"SHA256": SHA}}, {"hashes": {"SHA256": "b2" * 32}}]
    assert tell(modelId=1, files=files).hashes == ()


def test_stability_matrix():
    told = tell(
        ModelId=34,
        ModelName="Fennec",
        VersionId=12,
        BaseModel="SDXL 1.0",
        ModelType="LORA",
        TrainedWords=["fennec"],
        Hashes={"SHA256": SHA, "AutoV2": "A1A1A1A1A1"},
    )
    assert (told.title, told.base) == ("Fennec", "SDXL 1.0")
    assert told.hashes == [SHA, "a1a1a1a1a1"]


def test_lora_manager():
    told = tell(
        model_name="Fennec",
        sha256=SHA,
        base_model="Illustrious",
        civitai={"id": 12, "modelId": 34, "trainedWords": ["fennec"]},
        notes="works at 0.7",
    )
    assert (told.title, told.base, told.hashes) == ("Fennec", "Illustrious", [SHA])
    assert told.facts["Notes"] == "works at 0.7"


def test_swarmui():
    told = tell(**{"modelspec.title": "Fennec", "modelspec.trigger_phrase": "fennec"})
    assert (told.title, told.facts) == ("Fennec", {"Trigger words": "fennec"})


def test_automatic1111():
    told = tell(
        **{"sd version": "SDXL", "activation text": "fennec", "preferred weight": 0.7, "notes": ""}
    )
    assert told.base == "SDXL"
    assert told.facts == {"Trigger words": "fennec", "Preferred weight": "0.7"}


def test_a_trainers_header():
    told = trained.read(
        {
            "ss_output_name": "fennec_v2",
            "ss_network_module": "networks.lora",
            "ss_network_dim": "32",
            "ss_network_alpha": "16.0",
            "ss_resolution": "(1024, 768)",
            "ss_tag_frequency": json.dumps({"set": {"fox": 9, " ears": 12}, "b": {"fox": 5}}),
            "sshs_model_hash": SHA,
            "sshs_legacy_hash": "12ab34cd",
            "modelspec.hash_sha256": "0x" + "c3" * 32,
        }
    )
    assert told.facts["Network"] == "lora, dim 32, alpha 16.0"
    assert told.facts["Resolution"] == "1024 x 768"
    assert told.facts["Tags"] == "fox, ears"
    assert told.hashes == ["c3" * 32, SHA, "12ab34cd"]
    assert told.aliases == ["fennec_v2"]


def test_the_first_that_says_a_thing_is_believed():
    both = united(
        [Told(title="A", facts={"x": "1"}), Told("B", "SDXL", facts={"x": "2", "y": "3"})]
    )
    assert (both.title, both.base, both.facts) == ("A", "SDXL", {"x": "1", "y": "3"})


@pytest.mark.parametrize(
    ("recorded", "hash_"),
    [
        ("A1B2C3D4", "a1b2c3d4"),
        ("0xA1B2C3D4E5", "a1b2c3d4e5"),
        ("sha256:a1b2c3d4e5", "a1b2c3d4e5"),
        ("a1b2", ""),
        ("blake3:a1b2c3d4", ""),
        ("x" * 64, ""),
        (12345678, ""),
        ("a" * 65, ""),
    ],
)
def test_hashes_in_any_dress(recorded, hash_):
    assert hash_of(recorded) == hash_


@pytest.mark.parametrize("data", [b"", b"[1]", b"\xff\xfe", b"[" * 100_000, b'"x"', b"{"])
def test_what_is_no_json_object_says_nothing(data):
    assert infos.tell(data) is None


def test_texts_are_bounded_and_plain():
    assert len(text("a" * 1_000_000)) <= 2000
    assert text("a\0b<script>alert(1)</script>\ud800") == "ab alert(1) ?"


def test_a_web_address_is_only_made_of_numbers():
    assert "Civitai" not in tell(modelId="1/../../evil?x=", files=[]).facts


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
keys = st.sampled_from(
    ["id", "modelId", "model", "files", "VersionId", "Hashes", "model_name", "civitai", "name",
     "modelspec.title", "trigger_phrase", "sd version", "trainedWords", "hashes", "notes"]
)  # fmt: skip


@given(st.dictionaries(keys, values))
def test_whatever_the_values_are_nothing_raises(content):
    tell(**content)
