"""Tiny networks of random weights in place of the real ones, told to the library as a person would.

`tiny_networks` is to be imported into a conftest or a test; each kind is built once a session.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from dtoolkit.inference import pool
from embeddings.models import Weights
from embeddings.services import encoding, networks
from tests.embeddings import checkpoints

Register = Callable[..., str]


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("weights")
    return {
        "bge-large": checkpoints.tiny_bge(folder / "bge-large-en-v1.5"),
        "clip-l": checkpoints.tiny_clip_text(folder, "clip-l"),
        "clip-g": checkpoints.tiny_clip_text(folder, "clip-g"),
        "clip-h": checkpoints.tiny_clip_vision(folder),
    }


@pytest.fixture
def tiny_networks(db: None, tiny_weights: dict[str, Path]):
    """All four, registered; gives a function that registers one anew under another key or path."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    pool.configure(networks.make_pool)
    encoding.forget_queries()

    def register(network: str, path: Path | None = None, key: str | None = None) -> str:
        key = key or f"{network}@tiny"
        Weights.objects.update_or_create(
            network=network,
            defaults={
                "path": str(path or tiny_weights[network]),
                "source": Weights.Source.PERSON,
                "model_key": key,
                "problem": "",
            },
        )
        return key

    for network in tiny_weights:
        register(network)
    yield register
    pool.configure(networks.make_pool)
    torch.set_num_threads(threads)
