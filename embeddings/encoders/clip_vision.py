"""CLIP ViT-H/14: what pictures look like, and what a text says that they should look like.

Vectors are projected and not normalised, as ComfyUI's `image_embeds`. Either half is loaded when it
is first needed: a worker that embeds a library reads no text, and a text that is searched with
looks at no picture. Weights that ComfyUI keeps for IP-Adapter hold the picture half alone.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtoolkit.inference.errors import WeightsMissing
from embeddings.encoders import clip_layouts, clip_towers
from embeddings.encoders.checkpoints import Checkpoint
from embeddings.encoders.clip_pixels import PIXELS
from embeddings.encoders.clip_text import ClipText
from embeddings.encoders.running import placed, running

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch

WIDTH = 1024
# Of ViT-H: 16 heads for a width of 1280.
HEAD_WIDTH = 80
# OpenAI's, of the pictures that CLIP was trained with.
_MEAN = (0.48145466, 0.4578275, 0.40821073)
_SPREAD = (0.26862954, 0.26130258, 0.27577711)


class ClipVision:
    """An `ImageEncoder`."""

    width = WIDTH
    pixels = PIXELS

    def __init__(
        self,
        checkpoint: Checkpoint,
        device: "torch.device",
        dtype: "torch.dtype",
        head_width: int = HEAD_WIDTH,
    ) -> None:
        """Raises `WeightsUnusable` before anything large is read."""
        self._checkpoint, self._device, self._dtype = checkpoint, device, dtype
        self._tower = clip_towers.picture(checkpoint, WIDTH, head_width=head_width, pixels=PIXELS)
        self._lock = threading.Lock()
        self._module: Any = None
        self._texts: ClipText | None = None
        self._scale: Any = None

    def encode(self, pictures: "Sequence[npt.NDArray[np.uint8]]") -> "npt.NDArray[np.float32]":
        """Of shape (224, 224, 3) each, as `clip_pixels.prepare` gives them."""
        import numpy as np
        import torch

        if not pictures:
            return np.empty((0, WIDTH), np.float32)
        with running():
            module = self._loaded()
            given = torch.from_numpy(np.stack(pictures))
            if self._device.type == "cuda":
                given = given.pin_memory()
            mean, spread = self._scale
            pixels = given.to(self._device, non_blocking=True).permute(0, 3, 1, 2)
            normal = (pixels.float().div_(255).sub_(mean).div_(spread)).to(self._dtype)
            vectors: npt.NDArray[np.float32] = module(normal).float().cpu().numpy()
        return vectors

    def encode_texts(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        """Raises `WeightsMissing` where there is no text half."""
        return self._text_half().encode(texts)

    def _loaded(self) -> Any:
        import torch

        with self._lock:
            if self._module is None:
                self._scale = tuple(
                    torch.tensor(values, device=self._device).view(1, 3, 1, 1)
                    for values in (_MEAN, _SPREAD)
                )
                self._module = self._tower.load(self._device, self._dtype)
            return self._module

    def _text_half(self) -> ClipText:
        with self._lock:
            if self._texts is None:
                if not any(clip_layouts.texts(self._checkpoint)):
                    raise WeightsMissing(
                        f"{self._checkpoint.path.name} holds only the half of CLIP-H that looks "
                        "at pictures. To search pictures by text get open_clip_model.safetensors "
                        "of laion/CLIP-ViT-H-14-laion2B-s32B-b79K."
                    )
                tower = clip_towers.text(self._checkpoint, WIDTH, is_projected=True, is_quick=False)
                with running():
                    module = tower.load(self._device, self._dtype)
                self._texts = ClipText(module, WIDTH, self._device)
            return self._texts


def load(path: Path, device: str, dtype: str) -> ClipVision:
    """Raises `WeightsMissing`, `WeightsUnusable`, `RuntimeMissing`."""
    where, kind = placed(device, dtype)
    return ClipVision(Checkpoint(Path(path)), where, kind)
