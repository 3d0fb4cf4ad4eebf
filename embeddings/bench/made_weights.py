"""Random weights of real sizes, in files as the product loads them."""

import json
from pathlib import Path

WORDS = 3000


def vision(path: Path, patch: int, width: int, layers: int, heads: int) -> None:
    """The half of a CLIP that looks at pictures, as open_clip names it."""
    from open_clip.transformer import VisionTransformer
    from safetensors.torch import save_file

    module = VisionTransformer(224, patch, width, layers, heads, 4.0, output_dim=1024)
    save_file({f"visual.{key}": value for key, value in module.state_dict().items()}, path)


def clip_h(path: Path, layers: int) -> None:
    """The half of CLIP-H that reads, `layers` deep, beside one of a single layer that looks."""
    from open_clip.transformer import TextTransformer, VisionTransformer
    from safetensors.torch import save_file

    looking = VisionTransformer(224, 56, 80, 1, 1, 4.0, output_dim=1024)
    reading = TextTransformer(77, 49_408, 1024, 16, layers, output_dim=1024)
    state = {f"visual.{key}": value for key, value in looking.state_dict().items()}
    save_file({**state, **reading.state_dict()}, path)


def bge(folder: Path, layers: int) -> None:
    """A BERT as wide as BGE large; its words are `word0` to `word2999`."""
    from safetensors.torch import save_file
    from transformers import BertConfig, BertModel

    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"word{n}" for n in range(WORDS))]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", "utf-8")
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer"}', "utf-8")
    config = BertConfig(
        vocab_size=len(words), hidden_size=1024, num_hidden_layers=layers, num_attention_heads=16,
        intermediate_size=4096,
    )  # fmt: skip
    save_file(BertModel(config).state_dict(), folder / "model.safetensors", {"format": "pt"})
    described = json.dumps({**config.to_dict(), "model_type": "bert"})
    (folder / "config.json").write_text(described, "utf-8")
