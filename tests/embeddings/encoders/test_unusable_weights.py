"""Weights that cannot be used are refused with a sentence, before anything is computed."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from dtoolkit.inference.errors import WeightsMissing, WeightsUnusable
from embeddings.encoders import bge, clip_text, clip_vision
from tests.embeddings import checkpoints

Change = Callable[[dict[str, torch.Tensor]], object]


@pytest.fixture(scope="module")
def vision(tmp_path_factory) -> Path:
    return checkpoints.tiny_clip_vision(tmp_path_factory.mktemp("h"))


@pytest.fixture(scope="module")
def clip_g(tmp_path_factory) -> Path:
    return checkpoints.tiny_clip_text(tmp_path_factory.mktemp("g"), "clip-g")


def changed(path: Path, folder: Path, change: Change) -> Path:
    state = load_file(path)
    change(state)
    save_file(state, folder / path.name)
    return folder / path.name


@pytest.mark.parametrize("kept", [0, 4, 1000, -1000])
def test_a_file_that_was_cut_off(clip_g: Path, tmp_path: Path, kept: int) -> None:
    (tmp_path / "cut.safetensors").write_bytes(clip_g.read_bytes()[:kept])
    with pytest.raises(WeightsUnusable, match=r"cut\.safetensors is cut off or no safetensors"):
        clip_text.load_g(tmp_path / "cut.safetensors", "cpu", "auto")


def test_an_html_page_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "clip_l.safetensors").write_text("<!doctype html><title>Sign in</title>" * 99)
    with pytest.raises(WeightsUnusable, match="cut off or no safetensors"):
        clip_text.load_l(tmp_path / "clip_l.safetensors", "cpu", "auto")


def test_a_tensor_that_is_missing(clip_g: Path, tmp_path: Path) -> None:
    name = "text_model.encoder.layers.0.self_attn.k_proj.weight"
    path = changed(clip_g, tmp_path, lambda state: state.pop(name))
    with pytest.raises(WeightsUnusable, match=f"lacks 1 of 21 tensors, {name}"):
        clip_text.load_g(path, "cpu", "auto")


def test_a_projection_that_is_missing(clip_g: Path, tmp_path: Path) -> None:
    path = changed(clip_g, tmp_path, lambda state: state.pop("text_projection.weight"))
    with pytest.raises(WeightsUnusable, match="holds no text encoder of this kind"):
        clip_text.load_g(path, "cpu", "auto")


def test_vectors_of_another_width(clip_g: Path, vision: Path) -> None:
    with pytest.raises(WeightsUnusable, match="vectors 1024 wide; 1280 are needed"):
        clip_text.load_g(vision, "cpu", "auto")
    with pytest.raises(WeightsUnusable, match="vectors 64 wide; 768 are needed"):
        clip_text.load_l(clip_g, "cpu", "auto")


def test_pictures_of_another_width(tmp_path: Path) -> None:
    path = tmp_path / "l.safetensors"
    save_file(checkpoints.hf_vision_state(0, out=768), path)
    with pytest.raises(WeightsUnusable, match="vectors 768 wide; 1024 are needed"):
        clip_vision.load(path, "cpu", "auto")


def test_pictures_of_another_size(vision: Path, tmp_path: Path) -> None:
    name = "vision_model.embeddings.position_embedding.weight"
    path = changed(vision, tmp_path, lambda state: state.update({name: torch.zeros(37, 80)}))
    with pytest.raises(WeightsUnusable, match="336 px; 224 are needed"):
        clip_vision.load(path, "cpu", "auto")


def test_a_network_for_texts_where_pictures_are_to_be_seen(clip_g: Path) -> None:
    with pytest.raises(WeightsUnusable, match="holds no picture encoder"):
        clip_vision.load(clip_g, "cpu", "auto")


def test_a_shape_that_does_not_fit(vision: Path, tmp_path: Path) -> None:
    name = "vision_model.encoder.layers.0.mlp.fc2.weight"
    path = changed(vision, tmp_path, lambda state: state.update({name: torch.zeros(80, 99)}))
    with pytest.raises(WeightsUnusable, match=r"mlp\.c_proj\.weight has the shape 80 x 99"):
        clip_vision.load(path, "cpu", "auto")


def test_weights_with_nan(clip_g: Path, vision: Path, tmp_path: Path) -> None:
    def spoil(state: dict[str, torch.Tensor]) -> None:
        next(value for name, value in state.items() if "fc1.weight" in name)[0, 0] = torch.nan

    with pytest.raises(WeightsUnusable, match="damaged"):
        clip_text.load_g(changed(clip_g, tmp_path, spoil), "cpu", "auto")
    encoder = clip_vision.load(changed(vision, tmp_path, spoil), "cpu", "auto")
    with pytest.raises(WeightsUnusable, match="damaged"):
        encoder.encode_texts(["a cat"])


def test_pickled_weights_are_never_read(tmp_path: Path) -> None:
    path = tmp_path / "pytorch_model.bin"
    path.write_bytes(pickle.dumps({"would": "run"}))
    for given in (path, tmp_path):
        with pytest.raises(WeightsUnusable, match="pickled"):
            clip_text.load_l(given, "cpu", "auto")


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="nothing at"):
        clip_text.load_l(tmp_path / "gone.safetensors", "cpu", "auto")
    with pytest.raises(WeightsMissing, match="holds no"):
        clip_text.load_l(tmp_path, "cpu", "auto")


def test_a_shard_that_is_missing(tmp_path: Path) -> None:
    for name in ("b.safetensors", "../../etc/passwd"):
        index = {"weight_map": {"x": name}}
        (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
        with pytest.raises(WeightsUnusable, match="lacks"):
            clip_text.load_l(tmp_path, "cpu", "auto")


def test_bge_beside_other_weights_is_not_taken_for_them(tmp_path: Path) -> None:
    folder = checkpoints.tiny_bge(tmp_path)
    other = folder / "other.safetensors"
    other.write_bytes((folder / "model.safetensors").read_bytes())
    with pytest.raises(WeightsUnusable, match=r"must be called model\.safetensors"):
        bge.load(other, "cpu", "auto")
    (folder / "model.safetensors").unlink()
    with pytest.raises(WeightsUnusable, match=r"must be called model\.safetensors"):
        bge.load(folder, "cpu", "auto")


def test_bge_of_another_width_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnusable, match="384 wide; 1024 are needed"):
        bge.load(checkpoints.tiny_bge(tmp_path, width=384), "cpu", "auto")


def test_bge_with_something_missing_is_refused(tmp_path: Path) -> None:
    folder = checkpoints.tiny_bge(tmp_path)
    state = load_file(folder / "model.safetensors")
    name = "encoder.layer.0.output.dense.weight"
    without = {key: value for key, value in state.items() if key != name}
    save_file(without, folder / "model.safetensors")
    with pytest.raises(WeightsUnusable, match=f"lacks {name}"):
        bge.load(folder, "cpu", "auto")
    save_file({**without, name: state[name] * torch.nan}, folder / "model.safetensors")
    with pytest.raises(WeightsUnusable, match="damaged"):
        bge.load(folder, "cpu", "auto")


def test_bge_without_its_words_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    folder = checkpoints.tiny_bge(tmp_path)
    words = (folder / "vocab.txt").read_text()
    (folder / "vocab.txt").write_text(words[:40])
    with pytest.raises(WeightsUnusable, match="not those of its network"):
        bge.load(folder, "cpu", "auto")
    (folder / "vocab.txt").unlink()
    with pytest.raises(WeightsUnusable, match="lacks"):
        bge.load(folder, "cpu", "auto")
    (folder / "vocab.txt").write_text(words)
    (folder / "config.json").write_text('{"model_type": "gpt2"}')
    with pytest.raises(WeightsUnusable, match="gpt2"):
        bge.load(folder, "cpu", "auto")
    (folder / "config.json").unlink()
    with pytest.raises(WeightsUnusable, match=r"config\.json"):
        bge.load(folder, "cpu", "auto")
