"""CLIP-L and CLIP-G as SDXL reads prompts with them, and the text half of CLIP-H.

The vector is the pooled one, not normalised: the state at the first end token after the last norm,
for CLIP-G times its projection. Of a prompt longer than 75 tokens SDXL's pooled vector is that of
the first piece (ComfyUI: `first_pooled`; the web UIs the same), so only that piece is computed.
Attention looks back only, so what follows the end token counts for nothing, whether it is padded
with more end tokens (CLIP-L) or zeros (CLIP-G): pieces are padded to the longest of a batch.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.encoders import clip_tokens, clip_towers, prompt_syntax
from embeddings.encoders.checkpoints import Checkpoint
from embeddings.encoders.running import placed, running

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch

L_WIDTH, G_WIDTH = 768, 1280
# No 75 tokens need more of a prompt.
_CHARACTERS = 20_000


class ClipText:
    """A `TextEncoder`. `module` is open_clip's `TextTransformer` on `device`."""

    def __init__(self, module: Any, width: int, device: "torch.device") -> None:
        self.width = width
        self._module, self._device = module, device
        self._longest = module.context_length

    def encode(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        import numpy as np

        if not texts:
            return np.empty((0, self.width), np.float32)
        tokens = [
            clip_tokens.first(prompt_syntax.words(text[:_CHARACTERS]))[: self._longest]
            for text in texts
        ]
        with running():
            pooled: npt.NDArray[np.float32] = self._pooled(tokens).float().cpu().numpy()
        return pooled

    encode_queries = encode

    def _pooled(self, tokens: Sequence[list[int]]) -> "torch.Tensor":
        import torch

        module = self._module
        ends = [len(each) - 1 for each in tokens]
        length = max(ends) + 1
        padded = [each + [clip_tokens.END] * (length - len(each)) for each in tokens]
        given = torch.tensor(padded)
        if self._device.type == "cuda":
            given = given.pin_memory()
        states = module.token_embedding(given.to(self._device, non_blocking=True))
        states = states + module.positional_embedding[:length]
        ahead = torch.full((length, length), float("-inf"), device=self._device).triu(1)
        states = module.transformer(states, attn_mask=ahead.to(states.dtype))
        pooled: torch.Tensor = module.ln_final(states[torch.arange(len(tokens)), ends])
        if module.text_projection is not None:
            pooled = pooled @ module.text_projection
        return pooled


def load_l(path: Path, device: str, dtype: str) -> ClipText:
    """Raises `WeightsMissing`, `WeightsUnusable`, `RuntimeMissing`."""
    return load(path, device, dtype, width=L_WIDTH, is_projected=False, is_quick=True)


def load_g(path: Path, device: str, dtype: str) -> ClipText:
    """Raises `WeightsMissing`, `WeightsUnusable`, `RuntimeMissing`."""
    return load(path, device, dtype, width=G_WIDTH, is_projected=True, is_quick=False)


def load(
    path: Path, device: str, dtype: str, *, width: int, is_projected: bool, is_quick: bool
) -> ClipText:
    where, kind = placed(device, dtype)
    tower = clip_towers.text(
        Checkpoint(Path(path)), width, is_projected=is_projected, is_quick=is_quick
    )
    with running():
        return ClipText(tower.load(where, kind), width, where)
