# ruff: noqa: F811 - fixtures are imported and then asked for by name
"""Texts and pictures to vectors, by tiny networks found, loaded and leased like real ones."""

import os

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import load_file, save_file

from dtoolkit.inference import pool
from dtoolkit.inference.errors import (
    BadOutput,
    DeviceLost,
    OutOfMemory,
    WeightsMissing,
    WeightsUnusable,
)
from embeddings.encoders import clip_pixels
from embeddings.encoders.clip_text import ClipText
from embeddings.models import Weights
from embeddings.services import encoding
from embeddings.spaces import SPACES
from tests.embeddings.tiny_networks import tiny_networks, tiny_weights  # noqa: F401

pytestmark = pytest.mark.usefixtures("tiny_networks")


@pytest.mark.parametrize("space", [space for space in SPACES.values() if space.is_of_texts])
def test_texts_get_vectors_as_wide_as_their_space(space) -> None:
    encoded = encoding.texts(space.network, ["a cat", "b " * 50, "", "dog"])
    assert encoded.vectors.shape == (4, space.width)
    assert encoded.vectors.dtype == np.float32
    assert encoded.problems == {}


def test_texts_come_back_in_their_order() -> None:
    given = [f"{'red ' * (number * 7 % 30)}cat {number}" for number in range(100)]
    encoded = encoding.texts("clip-g", given)
    for row in (0, 1, 42, 99):
        alone = encoding.texts("clip-g", [given[row]]).vectors[0]
        np.testing.assert_allclose(encoded.vectors[row], alone, atol=1e-4)


def test_pictures_get_vectors() -> None:
    pictures = [clip_pixels.prepare(Image.new("RGB", (60, 40), (n, 0, 99))) for n in (0, 200)]
    encoded = encoding.pictures("clip-h", pictures)
    assert encoded.vectors.shape == (2, 1024)
    alone = encoding.query_picture("clip-h", Image.new("RGBA", (60, 40), (200, 0, 99, 255)))
    np.testing.assert_allclose(encoded.vectors[1], alone, atol=1e-5)


def test_a_poisoned_text_is_set_apart_and_the_rest_goes_on(monkeypatch) -> None:
    encode = ClipText.encode

    def poisoned(self, texts):
        vectors = encode(self, texts)
        for row, text in enumerate(texts):
            if "poison" in text:
                vectors[row, 3] = np.nan
        return vectors

    monkeypatch.setattr(ClipText, "encode", poisoned)
    encoded = encoding.texts("clip-l", ["a cat", "poison in a longer text", "dog"])
    assert list(encoded.problems) == [1]
    assert "NaN" in encoded.problems[1]
    np.testing.assert_allclose(
        encoded.vectors[2], encoding.texts("clip-l", ["dog"]).vectors[0], atol=1e-4
    )


def test_a_repeated_query_costs_no_encoding_until_the_weights_change(
    tiny_networks,
    tiny_weights,
    tmp_path,
    monkeypatch,
) -> None:
    asked = []
    encode = ClipText.encode
    monkeypatch.setattr(
        ClipText, "encode_queries", lambda self, texts: asked.append(texts) or encode(self, texts)
    )
    first = encoding.query_text("clip-l", "a cat")
    assert encoding.query_text("clip-l", "a cat") is first
    assert asked == [["a cat"]]
    assert not first.flags.writeable
    state = load_file(tiny_weights["clip-l"])
    state["text_model.final_layer_norm.bias"] += 1
    save_file(state, tmp_path / "other.safetensors")
    tiny_networks("clip-l", tmp_path / "other.safetensors", "clip-l@other")
    assert np.abs(encoding.query_text("clip-l", "a cat") - first).max() > 0.5
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("error", "asked_of_the_card"),
    [(DeviceLost("It fell off the bus."), 1), (OutOfMemory("It is full."), 2)],
)
def test_without_its_card_the_processor_reads_what_is_searched_with(
    monkeypatch, settings, error, asked_of_the_card
) -> None:
    """A card that is full is asked again next time, one that is lost is not."""
    settings.QUERY_DEVICE = "cuda:0"
    monkeypatch.setattr(encoding, "_lost", set())
    lease, leased = pool.lease, []

    def without_card(network, device=None):
        leased.append(device)
        if device == "cuda:0":
            raise error
        return lease(network, device)

    monkeypatch.setattr(pool, "lease", without_card)
    for text in ("a cat", "a dog"):
        encoding.forget_queries()
        asked = encoding.query_text("clip-l", text)
        alone = encoding.texts("clip-l", [text]).vectors[0]
        np.testing.assert_allclose(asked, alone, atol=1e-5)
    assert leased.count("cuda:0") == asked_of_the_card
    assert leased.count("cpu") == 2


def test_where_the_processor_is_full_too_it_is_said(monkeypatch, settings) -> None:
    settings.QUERY_DEVICE = "cuda:0"

    def full(network, device=None):
        raise OutOfMemory(f"{device} is full.")

    monkeypatch.setattr(pool, "lease", full)
    encoding.forget_queries()
    with pytest.raises(OutOfMemory, match="cpu is full"):
        encoding.query_text("clip-l", "a cat")


def test_questions_to_bge_carry_its_instruction() -> None:
    asked = encoding.query_text("bge-large", "a cat")
    assert not np.allclose(asked, encoding.texts("bge-large", ["a cat"]).vectors[0], atol=1e-3)


def test_a_text_is_asked_for_among_pictures() -> None:
    assert encoding.query_looks("a red castle").shape == (1024,)
    assert encoding.query_looks("a red castle") is encoding.query_text("clip-h", "a red castle")


def test_a_query_of_nan_is_an_error_and_not_remembered(monkeypatch) -> None:
    monkeypatch.setattr(
        ClipText, "encode_queries", lambda self, texts: np.full((1, 768), np.nan, np.float32)
    )
    with pytest.raises(BadOutput):
        encoding.query_text("clip-l", "a cat")
    monkeypatch.undo()
    assert np.isfinite(encoding.query_text("clip-l", "a cat")).all()


def test_missing_and_unusable_weights_say_so(tiny_networks, tmp_path) -> None:
    (tmp_path / "clip_l.safetensors").write_bytes(b"cut off")
    tiny_networks("clip-l", tmp_path / "clip_l.safetensors", "clip-l@bad")
    with pytest.raises(WeightsUnusable, match="cut off"):
        encoding.texts("clip-l", ["a cat"])
    with pytest.raises(WeightsUnusable, match="cut off"):
        encoding.query_text("clip-l", "a cat")
    Weights.objects.filter(network="clip-g").delete()
    for ask in (encoding.query_text, lambda network, text: encoding.texts(network, [text])):
        with pytest.raises(WeightsMissing, match="CLIP-G"):
            ask("clip-g", "a cat")


def test_threads_of_a_network_sleep_while_they_wait() -> None:
    """Turning, they take five times the processor's time where anything else runs."""
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"
