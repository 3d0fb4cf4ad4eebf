import json

import pytest

from gallery.bench import manifests
from gallery.metadata import GenerationParameters, ResourceUse

FIELDS = ("prompt", "negative", "seed", "steps", "cfg", "sampler", "scheduler", "model", "size")
COLUMNS = (
    *("file", "generator", "tier", "expectation_source", "consensus_json"),
    *(f"exp_{field}" for field in FIELDS),
)
MADE = GenerationParameters(
    "automatic1111",
    "automatic1111",
    prompt="a cat,\non a mat",
    negative_prompt="dog",
    seed=2**64 - 1,
    steps=20,
    cfg_scale=7.0,
    sampler="DPM++ 2M",
    scheduler="Karras",
    width=512,
    height=768,
    resources=(ResourceUse("lora", "x"), ResourceUse("checkpoint", "model.v2")),
)


@pytest.fixture
def written(tmp_path):
    """Writes a manifest of rows as dictionaries, and an empty file for each."""

    def write(*rows):
        lines = ["\t".join(COLUMNS)]
        for row in rows:
            lines.append("\t".join(row.get(column, "") for column in COLUMNS))
            (tmp_path / row["file"]).write_bytes(b"")
        (tmp_path / "manifest.tsv").write_text("\n".join(lines), encoding="utf-8")
        return manifests.read(tmp_path)

    return write


def test_what_is_expected_stands_in_columns_or_in_a_consensus(written):
    stated, agreed = written(
        {
            "file": "a.png",
            "generator": "forge",
            "tier": "A",
            "exp_prompt": "a cat",
            "exp_sampler": "Euler a",
            "exp_scheduler": "Automatic",
        },
        {
            "file": "b.png",
            "generator": "comfyui",
            "tier": "C",
            "consensus_json": json.dumps({"seed": "5.0", "seed_n": 3})
            .replace('"', '""')
            .join('""'),
        },
    )
    assert stated.expected == {"prompt": "a cat", "sampler": "Euler a Automatic"}
    assert agreed.expected == {"seed": "5.0"}
    assert not stated.is_control


def test_pictures_of_nobody_are_controls(written):
    nobody, signed, graph = written(
        {"file": "a.png", "generator": "none"},
        {"file": "b.png", "generator": "c2pa"},
        {"file": "c.png", "generator": "comfyui"},
    )
    assert (nobody.is_control, signed.is_control, graph.is_control) == (True, True, False)


def test_a_sample_whose_sidecar_is_missing_is_incomplete(written, tmp_path):
    row = {"file": "a.png", "tier": "W", "exp_seed": "5", "expectation_source": "sidecar .txt"}
    assert written(row)[0].is_incomplete
    (tmp_path / "a.txt").write_text("x")
    (sample,) = written(row)
    assert not sample.is_incomplete
    assert sample.sidecars == (tmp_path / "a.txt",)


def test_a_file_that_is_not_there_is_passed_over(written, tmp_path):
    written({"file": "a.png"})
    (tmp_path / "a.png").unlink()
    assert manifests.read(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("prompt", "a cat, on a mat"),
        ("prompt", r"a cat,\non a mat "),
        ("negative", "dog,"),
        ("seed", "18446744073709551615"),
        ("seed", "18446744073709551616.0"),
        ("steps", "20.0"),
        ("cfg", "7"),
        ("sampler", "DPM++ 2M Karras"),
        ("sampler", "dpm++ 2m karras"),
        ("sampler", "DPM++ 2M"),
        ("model", "folder\\Model.v2.safetensors"),
        ("model", "model.v2"),
        ("size", "512x768"),
    ],
)
def test_the_same_in_another_spelling_is_right(name, expected):
    assert manifests.is_same(name, manifests.said(MADE, name), expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("prompt", "a cat"),
        ("prompt", "A cat, on a mat"),
        ("negative", ""),
        ("seed", "18446744073709551614"),
        ("steps", "abc"),
        ("cfg", "7.5"),
        ("sampler", "DPM++"),
        ("sampler", "DPM++ 2M Exponential"),
        ("model", "model"),
        ("size", "768x512"),
    ],
)
def test_another_value_is_wrong(name, expected):
    assert not manifests.is_same(name, manifests.said(MADE, name), expected)


def test_without_an_answer_every_field_is_wrong():
    sample = manifests.Sample(None, "a.png", "x", "A", {"seed": "5", "prompt": "a"})
    assert list(manifests.verdicts(sample, None)) == [("seed", False, ""), ("prompt", False, "")]
