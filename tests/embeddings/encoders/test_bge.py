"""Our BGE beside a BERT asked by hand, on the same random weights."""

import time
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer, BertConfig, BertModel

from embeddings.encoders import bge
from tests.embeddings import checkpoints


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return checkpoints.tiny_bge(tmp_path_factory.mktemp("bge"))


@pytest.fixture(scope="module")
def encoder(folder: Path) -> bge.Bge:
    return bge.load(folder, "cpu", "auto")


def by_hand(folder: Path, pieces: list[list[int]]) -> np.ndarray:
    """The first token's last state, normalised, one piece at a time and without padding."""
    model = BertModel(BertConfig.from_pretrained(folder), add_pooling_layer=False).eval()
    model.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
    with torch.no_grad():
        states = [model(torch.tensor([piece])).last_hidden_state[0, 0] for piece in pieces]
    return torch.nn.functional.normalize(torch.stack(states), dim=1).numpy()


def test_vectors_are_the_first_tokens_state_normalised(folder: Path, encoder: bge.Bge) -> None:
    texts = ["a red cat in the night", "", "blue sky", "castle " * 300]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ours = encoder.encode(texts)
    assert ours.shape == (4, 1024)
    assert ours.dtype == np.float32
    expected = by_hand(folder, [tokenizer(text)["input_ids"] for text in texts])
    np.testing.assert_allclose(ours, expected, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)


def test_what_is_searched_with_carries_the_instruction(folder: Path, encoder: bge.Bge) -> None:
    asked = encoder.encode_queries(["red cat"])
    written = "Represent this sentence for searching relevant passages: red cat"
    np.testing.assert_allclose(asked, encoder.encode([written]), atol=1e-6)
    assert np.abs(asked - encoder.encode(["red cat"])).max() > 1e-3


def test_a_long_text_is_the_mean_of_its_pieces(folder: Path, encoder: bge.Bge) -> None:
    words = ["castle"] * 510 + ["night"] * 510 + ["dog"] * 20
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = tokenizer(" ".join(words), add_special_tokens=False, verbose=False)["input_ids"]
    assert len(ids) == len(words)
    start, end = tokenizer.cls_token_id, tokenizer.sep_token_id
    pieces = [[start, *ids[at : at + 510], end] for at in (0, 510, 1020)]
    mean = by_hand(folder, pieces).mean(0)
    ours = encoder.encode(["dog", " ".join(words), "cat"])
    np.testing.assert_allclose(ours[1], mean / np.linalg.norm(mean), atol=1e-5)
    np.testing.assert_allclose(ours[[0, 2]], encoder.encode(["dog", "cat"]), atol=1e-5)


def test_texts_keep_their_order_in_batches_by_length(encoder: bge.Bge) -> None:
    texts = [f"{'red ' * (number * 37 % 200)}cat {number}" for number in range(40)]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(encoder.encode(texts), alone, atol=1e-5)


def test_batches_stay_within_their_tokens() -> None:
    lengths = [512, 3, 100, 512, 7, 300]
    batches = list(bge._batches(lengths, 1024))
    assert sorted(at for batch in batches for at in batch) == list(range(6))
    assert all(max(lengths[at] for at in batch) * len(batch) <= 1024 for batch in batches)


def test_on_a_processor_long_texts_do_not_pad_short_ones(encoder: bge.Bge, monkeypatch) -> None:
    shapes, forward = [], bge.Bge._forward

    def noted(self, pieces):
        shapes.append((len(pieces), max(map(len, pieces))))
        return forward(self, pieces)

    monkeypatch.setattr(bge.Bge, "_forward", noted)
    encoder.encode(["red " * 500, *["cat"] * 31])
    assert shapes == [(4, 502), (28, 3)]


def test_ten_megabytes_cost_no_more_than_some_pages(encoder: bge.Bge) -> None:
    start = time.process_time()
    vectors = encoder.encode(["cat " * 2_500_000, "x" * 10_000_000, "\0" * 10_000_000])
    assert time.process_time() - start < 10
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_weights_themselves_name_their_folder(folder: Path, encoder: bge.Bge) -> None:
    named = bge.load(folder / "model.safetensors", "cpu", "auto")
    np.testing.assert_array_equal(named.encode(["cat"]), encoder.encode(["cat"]))
