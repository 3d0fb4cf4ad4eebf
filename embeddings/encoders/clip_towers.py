"""CLIP's two halves as open_clip runs them, their sizes read from the weights themselves."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dtoolkit.inference.errors import WeightsUnusable
from embeddings.encoders import clip_layouts
from embeddings.encoders.checkpoints import Checkpoint
from embeddings.encoders.clip_layouts import Layout, Source

if TYPE_CHECKING:
    import torch
    from torch import nn

_TEXT_HEAD_WIDTH = 64
VOCABULARY = 49_408


class Tower:
    """One half of a CLIP, known to be whole and of the right shapes, loaded by `load`."""

    def __init__(self, checkpoint: Checkpoint, layout: Layout, module: "nn.Module") -> None:
        """`module` is on the meta device. Raises `WeightsUnusable`."""
        self._checkpoint, self._layout, self._module = checkpoint, layout, module
        expected = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
        for name, shape in expected.items():
            if (there := _shape(checkpoint, layout[name])) != shape:
                raise WeightsUnusable(
                    f"{checkpoint.path.name} is of another architecture: {name} has the shape "
                    f"{_times(there)} where it should have {_times(shape)}."
                )

    def load(self, device: "torch.device", dtype: "torch.dtype") -> "nn.Module":
        """Raises `WeightsUnusable` where the weights hold NaN."""
        state = {
            name: self._tensor(self._layout[name]).to(device=device, dtype=dtype)
            for name in self._module.state_dict()
        }
        self._module.load_state_dict(state, assign=True)
        return self._module.eval().requires_grad_(requires_grad=False)

    def _tensor(self, source: Source) -> "torch.Tensor":
        import torch

        parts = [self._checkpoint.tensor(name) for name in source.names]
        whole = torch.cat(parts) if len(parts) > 1 else parts[0]
        return whole.T.contiguous() if source.is_transposed else whole


def text(checkpoint: Checkpoint, width: int, *, is_projected: bool, is_quick: bool) -> Tower:
    """The text tower that gives vectors of `width`; `is_quick` is the activation of OpenAI's own
    weights, which no file tells. Raises `WeightsUnusable`."""
    from open_clip.transformer import QuickGELU, TextTransformer
    from torch import device, nn

    last = "text_projection" if is_projected else "token_embedding.weight"
    layout = _chosen(checkpoint, clip_layouts.texts(checkpoint), last, width, "text")
    vocabulary, hidden = _shape(checkpoint, layout["token_embedding.weight"])
    if vocabulary != VOCABULARY:
        raise WeightsUnusable(f"{checkpoint.path.name} reads other words than CLIP does.")
    if not is_projected:
        layout.pop("text_projection", None)
    layers, mlp = _depth(checkpoint, layout, hidden)
    with device("meta"):
        module = TextTransformer(
            context_length=_shape(checkpoint, layout["positional_embedding"])[0],
            vocab_size=vocabulary,
            width=hidden,
            heads=_heads(checkpoint, hidden, _TEXT_HEAD_WIDTH),
            layers=layers,
            mlp_ratio=mlp,
            output_dim=width,
            proj_type="linear" if is_projected else "none",
            act_layer=QuickGELU if is_quick else nn.GELU,
        )
    return Tower(checkpoint, layout, module)


def picture(checkpoint: Checkpoint, width: int, *, head_width: int, pixels: int) -> Tower:
    """The tower that looks at pictures of `pixels` a side. Raises `WeightsUnusable`."""
    from open_clip.transformer import VisionTransformer
    from torch import device

    layout = _chosen(checkpoint, clip_layouts.pictures(checkpoint), "proj", width, "picture")
    hidden, _, _, patch = _dimensions(checkpoint, layout["conv1.weight"], 4)
    grid = math.isqrt(max(0, _shape(checkpoint, layout["positional_embedding"])[0] - 1))
    if grid * patch != pixels:
        raise WeightsUnusable(
            f"{checkpoint.path.name} looks at pictures of {grid * patch} px; {pixels} are needed."
        )
    layers, mlp = _depth(checkpoint, layout, hidden)
    with device("meta"):
        module = VisionTransformer(
            image_size=pixels,
            patch_size=patch,
            width=hidden,
            heads=_heads(checkpoint, hidden, head_width),
            layers=layers,
            mlp_ratio=mlp,
            output_dim=width,
        )
    return Tower(checkpoint, layout, module)


def _chosen(
    checkpoint: Checkpoint, layouts: Iterable[Layout], last: str, width: int, what: str
) -> Layout:
    """The tower whose `last` tensor gives `width`; a whole SDXL checkpoint holds two."""
    found: list[int] = []
    for layout in layouts:
        if last not in layout:
            continue
        found.append(given := _dimensions(checkpoint, layout[last], 2)[1])
        if given == width:
            _check_whole(checkpoint, layout)
            return layout
    name = checkpoint.path.name
    if not found:
        raise WeightsUnusable(f"{name} holds no {what} encoder of this kind.")
    widths = " and ".join(map(str, found))
    raise WeightsUnusable(
        f"The {what} encoder in {name} gives vectors {widths} wide; {width} are needed."
    )


def _check_whole(checkpoint: Checkpoint, layout: Layout) -> None:
    named = [name for source in layout.values() for name in source.names]
    if missing := [name for name in named if name not in checkpoint]:
        raise WeightsUnusable(
            f"{checkpoint.path.name} lacks {len(missing)} of {len(named)} tensors, "
            f"{missing[0]} among them."
        )


def _depth(checkpoint: Checkpoint, layout: Layout, hidden: int) -> tuple[int, float]:
    """How many layers, and how much wider each is inside."""
    ends = "mlp.c_fc.weight"
    layers = [source for name, source in layout.items() if name.endswith(ends)]
    if not layers:
        raise WeightsUnusable(f"{checkpoint.path.name} holds no layers.")
    return len(layers), _shape(checkpoint, layers[0])[0] / hidden


def _heads(checkpoint: Checkpoint, hidden: int, head_width: int) -> int:
    if hidden % head_width:
        raise WeightsUnusable(
            f"{checkpoint.path.name} is of another architecture: {hidden} wide inside."
        )
    return hidden // head_width


def _shape(checkpoint: Checkpoint, source: Source) -> tuple[int, ...]:
    shapes = [checkpoint.shape(name) for name in source.names if name in checkpoint]
    if not shapes or len({shape[1:] for shape in shapes}) != 1:
        return ()
    whole: tuple[int, ...] = (sum(shape[0] for shape in shapes if shape), *shapes[0][1:])
    return whole[::-1] if source.is_transposed else whole


def _dimensions(checkpoint: Checkpoint, source: Source, number: int) -> tuple[Any, ...]:
    shape = _shape(checkpoint, source)
    if len(shape) != number:
        raise WeightsUnusable(
            f"{checkpoint.path.name} is of another architecture: {source.names[0]} has the shape "
            f"{_times(shape)}."
        )
    return shape


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "of a single number"
