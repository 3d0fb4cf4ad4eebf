import time

import pytest

from gallery.metadata import RawRecord, parsers
from gallery.metadata.records import SourceReference

JOB = "a7421d2f-b262-44f9-977c-ac23e9c7d3e3"
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def understand(**texts):
    records = [RawRecord("png:tEXt", key.replace("_", ":"), text) for key, text in texts.items()]
    return parsers.understand(records).parameters


def test_prompt_flags_and_job_are_told_apart():
    made = understand(
        Description="a fox,\nrunning 🦊 --ar 2:1 --s 80 --q 2 --seed 77 --no dog, cat --v 6.1 "
        f"Job ID: {JOB}",
        Author="somebody",
    )
    assert (made.generator, made.generator_version) == ("midjourney", "6.1")
    assert made.prompt == "a fox,\nrunning 🦊"
    assert made.negative_prompt == "dog, cat"
    assert made.seed == 77
    assert (made.steps, made.cfg_scale) == (None, None)
    assert made.facts == {
        "Job ID": JOB,
        "Flags": "--ar 2:1 --s 80 --q 2 --seed 77 --no dog, cat --v 6.1",
    }
    assert "somebody" not in str(made)


@pytest.mark.parametrize(
    ("written", "prompt", "version"),
    [
        ("a fox", "a fox", ""),
        ("a fox -- really --niji 6", "a fox -- really", "niji 6"),
        ("a well--known fox --v 7", "a well--known fox", "7"),
        ("--v 5", "", "5"),
    ],
)
def test_only_flags_end_a_prompt(written, prompt, version):
    made = understand(Description=f"{written} Job ID: {JOB}")
    assert (made.prompt, made.generator_version) == (prompt, version)


def test_addresses_of_pictures_are_sources():
    made = understand(
        Description="https://s.mj.run/a1 https://s.mj.run/b2 a fox by https://no.example "
        f"--sref https://s.mj.run/c3 --ar 1:1 Job ID: {JOB}"
    )
    assert made.prompt.startswith("https://s.mj.run/a1 ")
    assert made.sources == (
        SourceReference("reference", "https://s.mj.run/a1"),
        SourceReference("reference", "https://s.mj.run/b2"),
        SourceReference("reference", "https://s.mj.run/c3"),
    )


def test_a_job_in_xmp_alone_is_midjourney_without_a_prompt():
    made = understand(Iptc4xmpExt_DigImageGUID=JOB, Iptc4xmpExt_DigitalSourceType=TRAINED)
    assert (made.generator, made.prompt) == ("midjourney", "")
    assert understand(Iptc4xmpExt_DigImageGUID=JOB) is None


def test_a_description_without_a_job_is_nobodys():
    assert understand(Description="a fox --ar 2:1") is None
    assert understand(Description="a fox Job ID: 77") is None


@pytest.mark.parametrize(
    "text", ["--a " * 50_000, "https://x " * 50_000, " " * 500_000, "-" * 500_000]
)
def test_long_descriptions_take_no_time(text):
    started = time.process_time()
    understand(Description=f"{text} Job ID: {JOB}")
    assert time.process_time() - started < 0.5
