"""Our CLIP-H beside transformers' own, on the same random weights."""

from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from safetensors.torch import save_file
from transformers import (
    CLIPTextConfig,
    CLIPTextModelWithProjection,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

from dtoolkit.inference.errors import WeightsMissing
from embeddings.encoders import clip_vision
from tests.embeddings import checkpoints
from tests.embeddings.encoders.naming import own_text_names, own_vision_names

MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
SPREAD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    return checkpoints.hf_vision_state(seed=5, width=160, layers=2)


@pytest.fixture(scope="module")
def text_state() -> dict[str, torch.Tensor]:
    return checkpoints.hf_text_state(128, 1024, seed=6, layers=2)


@pytest.fixture(scope="module")
def pictures() -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    return [rng.integers(0, 256, (224, 224, 3), dtype=np.uint8) for _ in range(3)]


def saved(folder: Path, state: dict[str, torch.Tensor], name: str = "h.safetensors") -> Path:
    save_file({key: value.contiguous() for key, value in state.items()}, folder / name)
    return folder / name


def theirs(state: dict[str, torch.Tensor], pictures: list[np.ndarray]) -> np.ndarray:
    config = CLIPVisionConfig(
        hidden_size=160,
        intermediate_size=320,
        num_hidden_layers=2,
        num_attention_heads=2,
        projection_dim=1024,
        patch_size=56,
        image_size=224,
        hidden_act="gelu",
    )
    model = CLIPVisionModelWithProjection(config).eval()
    model.load_state_dict(state)
    given = (np.stack(pictures).astype(np.float32) / 255 - MEAN) / SPREAD
    with torch.no_grad():
        return model(torch.from_numpy(given).permute(0, 3, 1, 2)).image_embeds.numpy()


def test_vectors_are_the_projected_ones(tmp_path: Path, state, pictures) -> None:
    ours = clip_vision.load(saved(tmp_path, state), "cpu", "auto").encode(pictures)
    assert ours.shape == (3, 1024)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs(state, pictures), atol=5e-5)
    assert not np.allclose(np.linalg.norm(ours, axis=1), 1, atol=0.1)  # not normalised


def test_the_file_of_open_clip_gives_the_same(tmp_path: Path, state, text_state, pictures) -> None:
    own = {f"visual.{name}": value for name, value in own_vision_names(state).items()}
    own |= own_text_names(text_state) | {"logit_scale": torch.tensor(4.6)}
    folder = tmp_path / "repository"
    folder.mkdir()
    saved(folder, own, "open_clip_model.safetensors")
    encoder = clip_vision.load(folder, "cpu", "auto")
    plain = clip_vision.load(saved(tmp_path, state | text_state), "cpu", "auto")
    np.testing.assert_allclose(encoder.encode(pictures), plain.encode(pictures), atol=1e-5)
    texts = ["a cat", "a red castle at night"]
    np.testing.assert_allclose(encoder.encode_texts(texts), plain.encode_texts(texts), atol=1e-5)


def test_a_text_lies_in_the_space_of_pictures(tmp_path: Path, state, text_state) -> None:
    encoder = clip_vision.load(saved(tmp_path, state | text_state), "cpu", "auto")
    config = CLIPTextConfig(
        hidden_size=128,
        intermediate_size=256,
        num_hidden_layers=2,
        num_attention_heads=2,
        projection_dim=1024,
        hidden_act="gelu",
        eos_token_id=49407,
        bos_token_id=49406,
    )
    model = CLIPTextModelWithProjection(config).eval()
    model.load_state_dict(text_state)
    texts = ["a cat on a roof", "", "night"]
    with torch.no_grad():
        expected = model(open_clip.tokenizer.tokenize(texts)).text_embeds.numpy()
    np.testing.assert_allclose(encoder.encode_texts(texts), expected, atol=2e-5)


def test_without_its_text_half_it_says_so(tmp_path: Path, pictures) -> None:
    path = checkpoints.tiny_clip_vision(tmp_path, has_texts=False)
    encoder = clip_vision.load(path, "cpu", "auto")
    assert encoder.encode(pictures[:1]).shape == (1, 1024)
    with pytest.raises(WeightsMissing, match=r"only the half .* open_clip_model\.safetensors"):
        encoder.encode_texts(["a cat"])


def test_no_pictures_no_vectors(tmp_path: Path) -> None:
    path = checkpoints.tiny_clip_vision(tmp_path, has_texts=False)
    assert clip_vision.load(path, "cpu", "auto").encode([]).shape == (0, 1024)
