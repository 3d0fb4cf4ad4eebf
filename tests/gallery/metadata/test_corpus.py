"""The readers against the sample corpus beside the checkout, where there is one."""

import csv
import json
import re
import time
from collections import Counter
from pathlib import Path

import pytest

from gallery import metadata

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
OURS = re.compile(
    r"(a1111|sd-webui|forge|forge-classic|forge-neo|reforge|easy-reforge|sd-?next|comfyui"
    r"|comfyui-a1111)\Z"
)
FORMATS = ("PNG", "JPEG", "WEBP")

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="no sample corpus beside the checkout"),
]


def rows():
    with (CORPUS / "metadata" / "manifest.tsv").open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if OURS.match(row["generator"]) and row["format"] in FORMATS:
                yield row


def same_text(said, expected):
    """The manifest writes newlines as backslash and n; readers differ in white space and commas."""
    expected = expected.replace("\\r", "").replace("\\n", "\n")
    return words(said) == words(expected)


def words(text):
    return [word for word in re.split(r"[\s,]+", text.lower()) if word]


def same_number(said, expected):
    return said is not None and float(said) == float(expected)


def stem(name):
    return re.sub(r"\.(safetensors|ckpt)$", "", name.replace("\\", "/").split("/")[-1]).lower()


def right_fields(found, expected):
    """Field to whether it is as expected, of those that are expected."""
    parameters = found.parameters
    if parameters is None:
        return dict.fromkeys(expected, False)
    checkpoint = next((use for use in parameters.resources if use.kind == "checkpoint"), None)
    name, hash_ = (checkpoint.name, checkpoint.hash) if checkpoint else ("", "")
    sampler = f"{parameters.sampler} {parameters.scheduler}".strip()
    checks = {
        "prompt": lambda value: same_text(parameters.prompt, value),
        "negative": lambda value: same_text(parameters.negative_prompt, value),
        "seed": lambda value: same_number(parameters.seed, value),
        "steps": lambda value: same_number(parameters.steps, value),
        "cfg": lambda value: same_number(parameters.cfg_scale, value),
        "sampler": lambda value: value in (parameters.sampler, sampler),
        "model": lambda value: stem(name) == stem(value),
        "model_hash": lambda value: value in (hash_, parameters.facts.get("Model hash")),
        "size": lambda value: value == f"{parameters.width}x{parameters.height}",
    }
    return {field: checks[field](value) for field, value in expected.items() if field in checks}


def share_right(tier):
    right, wrong = 0, []
    for row in rows():
        if row["tier"] != tier:
            continue
        expected = {key[4:]: value for key, value in row.items() if key[:4] == "exp_" and value}
        found = metadata.read(CORPUS / "metadata" / row["file"])
        for field, is_right in right_fields(found, expected).items():
            right += is_right
            if not is_right:
                wrong.append((row["file"], field))
    return right / (right + len(wrong)), wrong


@pytest.mark.parametrize("tier", ["A", "B"])
def test_stated_and_literal_values_are_read(tier):
    share, wrong = share_right(tier)
    assert share >= 0.98, wrong


def test_graphs_agree_with_what_independent_readers_agree_on():
    right, asked = Counter(), Counter()
    for row in rows():
        if row["tier"] != "C":
            continue
        consensus = json.loads(row["consensus_json"])
        expected = {
            field: str(consensus[field])
            for field in ("prompt", "negative", "seed", "steps", "cfg", "model")
            if consensus.get(field) not in (None, "")
        }
        fields = right_fields(metadata.read(CORPUS / "metadata" / row["file"]), expected)
        asked.update(fields)
        right.update(field for field, is_right in fields.items() if is_right)
    shares = {field: right[field] / asked[field] for field in asked}
    # The rest: the readers took a later pass or a part of a combined prompt, we the base pass.
    assert min(shares.values()) >= 0.93, shares


@pytest.mark.parametrize("room", ["malformed", "metadata", "images"])
def test_no_file_raises_or_takes_a_second(room):
    for path in sorted((CORPUS / room).rglob("*")):
        if path.is_file():
            started = time.process_time()
            metadata.read(path)
            assert time.process_time() - started < 1, path
