import pytest
import torch

from dtoolkit.core.bench import Bench
from embeddings.bench import embed, made_weights
from embeddings.models import ClipHVector, PromptVector


@pytest.fixture
def bench(tmp_path, monkeypatch, settings):
    settings.DEVICES = ()
    vision, bge = made_weights.vision, made_weights.bge
    monkeypatch.setattr(made_weights, "vision", lambda path, *_: vision(path, 56, 64, 1, 1))
    monkeypatch.setattr(made_weights, "bge", lambda folder, _: bge(folder, 1))
    monkeypatch.setattr(embed, "_use", lambda f, d, _, use=embed._use: use(f, d, 64))
    monkeypatch.setattr(embed, "ROUNDS", 2)
    return Bench(None, tmp_path, 0.05, None)


def test_it_measures_by_the_products_own_pipeline(db, bench):
    figures = embed.run(bench)
    assert figures["pictures"] == ClipHVector.objects.count() == 6
    assert figures["texts"] == PromptVector.objects.count() == 3
    # Decoding costs more than so small a network does.
    assert 0 < figures["pictures_vs_forward"] < 0.9
    assert figures["pictures_vs_forward"] < figures["pictures_vs_possible"]
    assert figures["texts_vs_forward"] > 0
    assert figures["decode_ms"] > 0
    assert 0 < figures["starved"] < 1
    assert figures["memory_growth"] > 0


def test_the_bare_network_is_given_what_the_pipeline_gave_it():
    class Halving(torch.nn.Module):
        def forward(self, features):
            seen.append(dict(features))
            features["sentence_embedding"] = features["input_ids"] / 2
            return features

    seen = []
    module = Halving()
    batches = [{"input_ids": torch.arange(size)} for size in (3, 2)]
    embed._in_turns(module, lambda: [module(dict(batch)) for batch in batches], lambda: 0.0)
    sizes = [len(features["input_ids"]) for features in seen]
    assert sizes == (1 + embed.ROUNDS) * [3, 2, 3, 2]
    assert all(features.keys() == {"input_ids"} for features in seen)
