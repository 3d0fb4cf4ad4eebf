"""The readers against the sample corpus beside the checkout, where there is one."""

import time
from pathlib import Path

import pytest

from gallery import metadata
from gallery.bench import manifests
from gallery.bench import metadata as measured

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="no sample corpus beside the checkout"),
]


@pytest.fixture(scope="module")
def score():
    listed = manifests.read(CORPUS / "metadata")
    judged = [sample for sample in listed if not sample.is_incomplete]
    return measured.score(judged, lambda sample: metadata.read(sample.path).parameters)


# Of C the rest is no fault: readers took a later pass, or a part of a combined prompt.
@pytest.mark.parametrize(("tier", "least"), [("A", 0.98), ("B", 0.98), ("W", 0.98), ("C", 0.96)])
def test_fields_are_read_right(score, tier, least):
    wrong = [(sample.name, name) for sample, name, *_ in score.wrong if sample.tier == tier]
    assert score.share(tier) >= least, wrong


def test_every_generator_is_read_right(score):
    """None is lost among the many files of another."""
    shares = {key: score.right[key] / asked for key, asked in score.asked.items()}
    assert min(shares.values()) >= 0.9, shares


def test_pictures_that_no_generator_made_have_no_prompt(score):
    assert score.false_prompts == []


@pytest.mark.parametrize("room", ["malformed", "metadata", "images"])
def test_no_file_raises_or_takes_a_second(room):
    for path in sorted((CORPUS / room).rglob("*")):
        if path.is_file():
            started = time.process_time()
            metadata.read(path)
            assert time.process_time() - started < 1, path
