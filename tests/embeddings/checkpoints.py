"""Tiny checkpoints of the true architectures: random seeded weights, few and narrow layers, and
vectors as wide as the real ones, so that they fit the tables. Nothing they say means anything.
"""

import json
import string
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from embeddings.encoders.clip_towers import VOCABULARY

_WORDS = (
    "a",
    "red",
    "blue",
    "cat",
    "dog",
    "girl",
    "portrait",
    "castle",
    "night",
    "sky",
    "in",
    "of",
)


def tiny_bge(folder: Path, seed: int = 0, width: int = 1024) -> Path:
    """A folder with a BERT of one layer and some words; returns it."""
    from transformers import BertConfig, BertModel

    folder.mkdir(parents=True, exist_ok=True)
    letters = [*string.ascii_lowercase, *string.digits, *string.punctuation]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
    words += [f"##{letter}" for letter in letters] + [w for w in _WORDS if len(w) > 1]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", "utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "BertTokenizer", "do_lower_case": True}), "utf-8"
    )
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=width,
        num_hidden_layers=1,
        num_attention_heads=width // 64,
        intermediate_size=64,
        max_position_embeddings=512,
    )
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        model = BertModel(config)
        for name, value in model.named_parameters():
            if value.dim() == 1 and "LayerNorm" not in name:
                torch.nn.init.normal_(value, std=0.02)
    state = {n: v.contiguous() for n, v in model.state_dict().items() if "position_ids" not in n}
    save_file(state, folder / "model.safetensors", {"format": "pt"})
    (folder / "config.json").write_text(
        json.dumps({**config.to_dict(), "model_type": "bert", "architectures": ["BertModel"]}),
        "utf-8",
    )
    return folder


def tiny_clip_text(folder: Path, kind: str, seed: int = 0) -> Path:
    """`kind` is 'clip-l' (768, no projection) or 'clip-g' (1280, projected); one file as ComfyUI
    keeps it, whose path is returned."""
    width, out = {"clip-l": (768, None), "clip-g": (64, 1280)}[kind]
    state = hf_text_state(width, out, seed)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kind.replace('-', '_')}.safetensors"
    save_file({name: value.half() for name, value in state.items()}, path, {"format": "pt"})
    return path


def tiny_clip_vision(folder: Path, seed: int = 0, *, has_texts: bool = True) -> Path:
    """CLIP-H with names as in transformers (ComfyUI's file), with or without its text half."""
    state = hf_vision_state(seed)
    if has_texts:
        state |= hf_text_state(64, 1024, seed + 1)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "CLIP-ViT-H-14-laion2B-s32B-b79K.safetensors"
    save_file(state, path, {"format": "pt"})
    return path


def hf_text_state(
    width: int, out: int | None, seed: int, layers: int = 1, prefix: str = "text_model."
) -> dict[str, torch.Tensor]:
    """As transformers names them."""
    make = _Random(seed)
    state = {
        f"{prefix}embeddings.token_embedding.weight": make(VOCABULARY, width, spread=0.5),
        f"{prefix}embeddings.position_embedding.weight": make(77, width, spread=0.1),
        **make.norm(f"{prefix}final_layer_norm", width),
    }
    for number in range(layers):
        state |= make.layer(f"{prefix}encoder.layers.{number}", width)
    if out is not None:
        state["text_projection.weight"] = make(out, width, spread=width**-0.5)
    return state


def hf_vision_state(
    seed: int, width: int = 80, out: int = 1024, layers: int = 1, patch: int = 56
) -> dict[str, torch.Tensor]:
    make = _Random(seed)
    tokens = (224 // patch) ** 2 + 1
    state = {
        "vision_model.embeddings.class_embedding": make(width, spread=0.5),
        "vision_model.embeddings.patch_embedding.weight": make(width, 3, patch, patch, spread=0.02),
        "vision_model.embeddings.position_embedding.weight": make(tokens, width, spread=0.1),
        "visual_projection.weight": make(out, width, spread=width**-0.5),
        **make.norm("vision_model.pre_layrnorm", width),
        **make.norm("vision_model.post_layernorm", width),
    }
    for number in range(layers):
        state |= make.layer(f"vision_model.encoder.layers.{number}", width)
    return state


class _Random:
    def __init__(self, seed: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)

    def __call__(self, *shape: int, spread: float) -> torch.Tensor:
        return torch.empty(shape).normal_(0, spread, generator=self._generator)

    def norm(self, name: str, width: int) -> dict[str, torch.Tensor]:
        return {
            f"{name}.weight": 1 + self(width, spread=0.1),
            f"{name}.bias": self(width, spread=0.1),
        }

    def layer(self, name: str, width: int) -> dict[str, torch.Tensor]:
        state: dict[str, Any] = self.norm(f"{name}.layer_norm1", width)
        state |= self.norm(f"{name}.layer_norm2", width)
        shapes = {f"self_attn.{part}_proj": (width, width) for part in ("q", "k", "v", "out")}
        shapes |= {"mlp.fc1": (2 * width, width), "mlp.fc2": (width, 2 * width)}
        for part, shape in shapes.items():
            state[f"{name}.{part}.weight"] = self(*shape, spread=shape[1] ** -0.5)
            state[f"{name}.{part}.bias"] = self(shape[0], spread=0.05)
        return state
