"""Our CLIP text towers beside transformers' own, on the same random weights and real tokens."""

import json
import time
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

from embeddings.encoders import clip_text, clip_tokens
from tests.embeddings import checkpoints
from tests.embeddings.encoders.naming import own_text_names

TEXTS = [
    "a red cat",
    "",
    "portrait of a girl, (masterpiece:1.3), <lora:detail:0.7>, sunset over the sea",
    "one two three four five six seven eight nine ten " * 12,
]


@pytest.fixture(scope="module")
def l_state() -> dict[str, torch.Tensor]:
    return checkpoints.hf_text_state(768, None, seed=3, layers=2)


@pytest.fixture(scope="module")
def g_state() -> dict[str, torch.Tensor]:
    return checkpoints.hf_text_state(128, 1280, seed=4, layers=2)


def saved(folder: Path, state: dict[str, torch.Tensor], name: str = "x.safetensors") -> Path:
    save_file({key: value.contiguous() for key, value in state.items()}, folder / name)
    return folder / name


def theirs(
    state: dict[str, torch.Tensor], texts: list[str], *, act: str, pad: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pooled and projected, from sequences of 77 with the padding that ComfyUI gives each."""
    width = state["text_model.final_layer_norm.weight"].shape[0]
    out = state["text_projection.weight"].shape[0] if "text_projection.weight" in state else width
    config = CLIPTextConfig(
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=2,
        num_attention_heads=width // 64,
        projection_dim=out,
        hidden_act=act,
        eos_token_id=49407,
        bos_token_id=49406,
    )
    model = CLIPTextModelWithProjection(config).eval()
    model.load_state_dict({"text_projection.weight": torch.eye(out, width), **state})
    ids = torch.full((len(texts), 77), pad)
    for row, text in enumerate(texts):
        # open_clip cuts at 77 what is longer, which for words of one token is the same place.
        tokens = open_clip.tokenizer.tokenize(text)[0]
        end = int((tokens == 49407).nonzero()[0])
        ids[row, : end + 1] = tokens[: end + 1]
    with torch.no_grad():
        given = model(ids)
    ends = (ids == 49407).int().argmax(1)
    pooled = given.last_hidden_state[torch.arange(len(texts)), ends]
    return pooled.numpy(), given.text_embeds.numpy()


PLAIN = [TEXTS[0], TEXTS[1], "portrait of a girl, masterpiece, , sunset over the sea", TEXTS[3]]


def test_clip_l_gives_the_pooled_state_without_projection(tmp_path: Path, l_state) -> None:
    ours = clip_text.load_l(saved(tmp_path, l_state), "cpu", "auto").encode(TEXTS)
    pooled, _ = theirs(l_state, PLAIN, act="quick_gelu", pad=49407)
    assert ours.shape == (4, 768)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, pooled, atol=2e-5)
    assert not np.allclose(np.linalg.norm(ours, axis=1), 1, atol=0.1)  # not normalised


def test_clip_g_gives_the_projected_state(tmp_path: Path, g_state) -> None:
    ours = clip_text.load_g(saved(tmp_path, g_state), "cpu", "auto").encode(TEXTS)
    _, projected = theirs(g_state, PLAIN, act="gelu", pad=0)
    assert ours.shape == (4, 1280)
    np.testing.assert_allclose(ours, projected, atol=2e-5)


def test_a_prompt_past_77_tokens_reads_as_its_first_piece(tmp_path: Path, l_state) -> None:
    encoder = clip_text.load_l(saved(tmp_path, l_state), "cpu", "auto")
    start = "cat " * 75
    long, first, other = encoder.encode([start + "dog " * 100, start, "dog " * 75])
    np.testing.assert_allclose(long, first, atol=1e-6)
    assert np.abs(long - other).max() > 0.01


def test_texts_keep_their_order_whatever_their_neighbours(tmp_path: Path, g_state) -> None:
    encoder = clip_text.load_g(saved(tmp_path, g_state), "cpu", "auto")
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=2e-5)
    assert encoder.encode([]).shape == (0, 1280)


def test_bfloat16_is_the_same_but_coarser(tmp_path: Path, g_state) -> None:
    path = saved(tmp_path, g_state)
    exact = clip_text.load_g(path, "cpu", "auto").encode(TEXTS)
    coarse = clip_text.load_g(path, "cpu", "bfloat16").encode(TEXTS)
    cosine = (
        (exact * coarse).sum(1) / np.linalg.norm(exact, axis=1) / np.linalg.norm(coarse, axis=1)
    )
    assert cosine.min() > 0.999
    assert (exact != coarse).any()


def test_both_towers_of_an_sdxl_checkpoint_load(tmp_path: Path, l_state, g_state) -> None:
    whole = {f"conditioner.embedders.0.transformer.{k}": v for k, v in l_state.items()}
    whole |= {f"conditioner.embedders.1.model.{k}": v for k, v in own_text_names(g_state).items()}
    whole["model.diffusion_model.out.2.weight"] = torch.zeros(4, 320, 3, 3)
    path = saved(tmp_path, whole)
    (tmp_path / "parts").mkdir()
    for load, state in ((clip_text.load_l, l_state), (clip_text.load_g, g_state)):
        ours = load(path, "cpu", "auto").encode(TEXTS)
        parts = load(saved(tmp_path / "parts", state), "cpu", "auto").encode(TEXTS)
        np.testing.assert_allclose(ours, parts, atol=1e-5)


def test_a_folder_as_transformers_saves_it_loads(tmp_path: Path, l_state, g_state) -> None:
    # Its text models of late leave `text_model.` away.
    short = {key.removeprefix("text_model."): value for key, value in l_state.items()}
    folder = tmp_path / "text_encoder"
    folder.mkdir()
    saved(folder, short, "model.safetensors")
    file = clip_text.load_l(saved(tmp_path, l_state), "cpu", "auto").encode(TEXTS)
    np.testing.assert_array_equal(clip_text.load_l(folder, "cpu", "auto").encode(TEXTS), file)


def test_shards_load(tmp_path: Path, g_state) -> None:
    names = sorted(g_state)
    folder = tmp_path / "shards"
    folder.mkdir()
    parts = {"a.safetensors": names[::2], "b.safetensors": names[1::2]}
    for file, some in parts.items():
        saved(folder, {name: g_state[name] for name in some}, file)
    index = {"weight_map": {name: file for file, some in parts.items() for name in some}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    whole = clip_text.load_g(saved(tmp_path, g_state), "cpu", "auto").encode(TEXTS)
    np.testing.assert_array_equal(clip_text.load_g(folder, "cpu", "auto").encode(TEXTS), whole)


def test_ten_megabytes_cost_no_more_than_a_page(tmp_path: Path, g_state) -> None:

    encoder = clip_text.load_g(saved(tmp_path, g_state), "cpu", "auto")
    encoder.encode(["warm"])
    start = time.process_time()
    vectors = encoder.encode(
        ["cat " * 2_500_000, "x" * 10_000_000, "(" * 10_000_000, " " * 10_000_000]
    )
    assert time.process_time() - start < 2
    assert np.isfinite(vectors).all()


def test_words_are_not_cut_at_the_end_of_a_piece() -> None:
    word = [7, 8, 9]
    assert list(clip_tokens.pieces([[1]] * 74 + [word])) == [[1] * 74, word]
    assert list(clip_tokens.pieces([[1]] * 70 + [[2] * 8])) == [[1] * 70 + [2] * 5, [2] * 3]
    assert list(clip_tokens.pieces([])) == [[]]
    assert [len(piece) for piece in clip_tokens.pieces([[1] * 200])] == [75, 75, 50]
