"""BGE large: what a text means, as one normalised vector of 1024.

The vector is the last state of the first token (CLS). A text of more than 510 tokens is read in
pieces whose vectors are averaged and normalised again. What lies beyond 16 pieces (some 40,000
characters) is not read: a prompt of megabytes is a node's mistake, and must not hold up the rest.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtoolkit.inference.errors import WeightsUnusable
from embeddings.encoders import weight_files
from embeddings.encoders.checkpoints import Checkpoint
from embeddings.encoders.running import placed, running

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

WIDTH = 1024
# What its makers trained questions with; passages go without.
INSTRUCTION = "Represent this sentence for searching relevant passages: "
_TOKENS = 512
# A processor has no gain from more at once, and texts alike in length need less padding.
_PROCESSOR_TOKENS = 2048
_PIECES = 16
_CHARACTERS = 65_536


class Bge:
    """A `TextEncoder`. `model` is a `SentenceTransformer` that pools and normalises."""

    width = WIDTH

    def __init__(self, model: Any) -> None:
        self._model = model
        self._tokenizer = model.tokenizer

    def encode(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        import numpy as np

        if not texts:
            return np.empty((0, WIDTH), np.float32)
        pieces, owners = self._pieces(texts)
        vectors = np.empty((len(pieces), WIDTH), np.float32)
        with running():
            for some in _batches([len(piece) for piece in pieces], self._budget(len(texts))):
                vectors[some] = self._forward([pieces[at] for at in some])
        sums = np.zeros((len(texts), WIDTH), np.float32)
        np.add.at(sums, owners, vectors)
        several = np.bincount(owners, minlength=len(texts)) > 1
        sums[several] /= np.linalg.norm(sums[several], axis=1, keepdims=True)
        return sums

    def _budget(self, texts: int) -> int:
        """Tokens at once; fewer where memory was short for more texts."""
        most = texts * _TOKENS
        return min(most, _PROCESSOR_TOKENS) if self._model.device.type == "cpu" else most

    def encode_queries(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        return self.encode([INSTRUCTION + text for text in texts])

    def _pieces(self, texts: Sequence[str]) -> tuple[list[list[int]], list[int]]:
        """Token ids with their ends, and of which text each piece is."""
        inner = _TOKENS - 2
        # Spaces mean nothing to it, but a megabyte of them would displace the words.
        cut = [" ".join(text[:_CHARACTERS].split()) for text in texts]
        ids = self._tokenizer(cut, add_special_tokens=False, verbose=False)["input_ids"]
        start, end = self._tokenizer.cls_token_id, self._tokenizer.sep_token_id
        pieces, owners = [], []
        for owner, tokens in enumerate(ids):
            for at in range(0, max(1, min(len(tokens), _PIECES * inner)), inner):
                pieces.append([start, *tokens[at : at + inner], end])
                owners.append(owner)
        return pieces, owners

    def _forward(self, pieces: Sequence[list[int]]) -> "npt.NDArray[np.float32]":
        import torch

        length = max(map(len, pieces))
        padding = self._tokenizer.pad_token_id
        ids = torch.tensor([piece + [padding] * (length - len(piece)) for piece in pieces])
        lengths = torch.tensor([len(piece) for piece in pieces])
        seen = (torch.arange(length) < lengths[:, None]).long()
        device = self._model.device
        if device.type == "cuda":
            ids, seen = ids.pin_memory(), seen.pin_memory()
        features = {
            "input_ids": ids.to(device, non_blocking=True),
            "attention_mask": seen.to(device, non_blocking=True),
        }
        vectors = self._model(features)["sentence_embedding"]
        result: npt.NDArray[np.float32] = vectors.float().cpu().numpy()
        return result


def _batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Indices, alike in length, so that each batch with its padding is within `budget` tokens."""
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def load(path: Path, device: str, dtype: str) -> Bge:
    """`path` is a folder with the network's configuration and words, or the weights in it.

    Raises `WeightsMissing`, `WeightsUnusable`, `RuntimeMissing`.
    """
    where, kind = placed(device, dtype)
    path = Path(path)
    folder = path.parent if path.is_file() else path
    _check_name(folder, path)
    _check(folder, Checkpoint(path))
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        words = Transformer(
            str(folder),
            max_seq_length=_TOKENS,
            model_kwargs={"dtype": kind, "local_files_only": True, "use_safetensors": True},
            processor_kwargs={"local_files_only": True},
            config_kwargs={"local_files_only": True},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsUnusable(f"{folder} cannot be loaded: {error}") from error
    # Without its words in a form it knows, transformers goes on with a handful of its own.
    if len(words.tokenizer) != words.auto_model.config.vocab_size:
        raise WeightsUnusable(f"The words in {folder} are not those of its network.")
    modules = [words, Pooling(WIDTH, "cls"), Normalize()]
    with running():
        model = SentenceTransformer(modules=modules, device=str(where))
    return Bge(model.eval().requires_grad_(requires_grad=False))


def _check_name(folder: Path, path: Path) -> None:
    """That what was checked is what transformers takes: it knows these names only."""
    usual = folder / weight_files.USUAL[0]
    files = weight_files.of(path)
    if files != weight_files.of(folder) or not files[0].name.startswith(usual.stem):
        raise WeightsUnusable(f"{files[0]} must be called {usual.name}, alone in its folder.")


def _check(folder: Path, checkpoint: Checkpoint) -> None:
    """That the weights are whole: transformers would make up what is missing."""
    import torch
    from transformers import AutoConfig, AutoModel

    has_words = any((folder / name).is_file() for name in ("tokenizer.json", "vocab.txt"))
    if not has_words or not (folder / "config.json").is_file():
        raise WeightsUnusable(
            f"{folder} lacks config.json or the network's words (tokenizer.json or vocab.txt)."
        )
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise WeightsUnusable(f"{folder}/config.json cannot be read: {error}") from error
    if config.model_type != "bert":
        raise WeightsUnusable(f"{folder} holds a network of type {config.model_type}, not BERT.")
    if config.hidden_size != WIDTH:
        raise WeightsUnusable(
            f"{folder} gives vectors {config.hidden_size} wide; {WIDTH} are needed."
        )
    with torch.device("meta"):
        expected = AutoModel.from_config(config).state_dict()  # type: ignore[no-untyped-call]
    for name, tensor in expected.items():
        if name.startswith("pooler.") or name.endswith("position_ids"):
            continue
        there = next((full for full in (name, f"bert.{name}") if full in checkpoint), None)
        if there is None:
            raise WeightsUnusable(f"{checkpoint.path.name} lacks {name}.")
        if checkpoint.shape(there) != tuple(tensor.shape):
            raise WeightsUnusable(f"{checkpoint.path.name} is of another architecture: {name}.")
        checkpoint.tensor(there)
