"""Where a CLIP tower's tensors lie in a file: named as in transformers and ComfyUI, or as in
open_clip, alone or inside a whole checkpoint. Each is brought to open_clip's names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from embeddings.encoders.checkpoints import Checkpoint


@dataclass(frozen=True, slots=True)
class Source:
    """One tensor of open_clip's: those of the file that it is made of, one below the other."""

    names: tuple[str, ...]
    is_transposed: bool = False


Layout = dict[str, Source]

_LAYER_PARTS = {
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "attn.out_proj": "self_attn.out_proj",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
}


def texts(checkpoint: Checkpoint) -> Iterator[Layout]:
    """Every text tower in the file; 'text_projection' only where there is one."""
    hf, own = "embeddings.token_embedding.weight", "token_embedding.weight"
    for name in checkpoint:
        if name.endswith(hf):
            inner = name.removesuffix(hf)
            outer = inner.removesuffix("text_model.")
            layout = {
                "token_embedding.weight": Source((name,)),
                "positional_embedding": Source((inner + "embeddings.position_embedding.weight",)),
                **_both("ln_final", inner + "final_layer_norm"),
                **_hf_layers(checkpoint, inner),
            }
            projection = Source((outer + "text_projection.weight",), is_transposed=True)
        elif name.endswith(own):
            prefix = name.removesuffix(own)
            layout = {
                "token_embedding.weight": Source((name,)),
                "positional_embedding": Source((prefix + "positional_embedding",)),
                **_both("ln_final", prefix + "ln_final"),
                **_own_layers(checkpoint, prefix),
            }
            projection = Source((prefix + "text_projection",))
            if prefix + "text_projection" not in checkpoint:
                projection = Source((prefix + "text_projection.weight",), is_transposed=True)
        else:
            continue
        if projection.names[0] in checkpoint:
            layout["text_projection"] = projection
        yield layout


def pictures(checkpoint: Checkpoint) -> Iterator[Layout]:
    """Every tower for pictures in the file."""
    hf, own = "embeddings.patch_embedding.weight", "conv1.weight"
    for name in checkpoint:
        if name.endswith(hf):
            inner = name.removesuffix(hf)
            projection = inner.removesuffix("vision_model.") + "visual_projection.weight"
            yield {
                "class_embedding": Source((inner + "embeddings.class_embedding",)),
                "positional_embedding": Source((inner + "embeddings.position_embedding.weight",)),
                "conv1.weight": Source((name,)),
                "proj": Source((projection,), is_transposed=True),
                # So misspelt in transformers.
                **_both("ln_pre", inner + "pre_layrnorm"),
                **_both("ln_post", inner + "post_layernorm"),
                **_hf_layers(checkpoint, inner),
            }
        elif name.endswith(own) and name.removesuffix(own) + "class_embedding" in checkpoint:
            prefix = name.removesuffix(own)
            single = ("class_embedding", "positional_embedding", "conv1.weight", "proj")
            yield {
                **{part: Source((prefix + part,)) for part in single},
                **_both("ln_pre", prefix + "ln_pre"),
                **_both("ln_post", prefix + "ln_post"),
                **_own_layers(checkpoint, prefix),
            }


def _both(part: str, name: str) -> Layout:
    return {f"{part}.{kind}": Source((f"{name}.{kind}",)) for kind in ("weight", "bias")}


def _hf_layers(checkpoint: Checkpoint, inner: str) -> Layout:
    layout: Layout = {}
    for number in range(_layers(checkpoint, f"{inner}encoder.layers.")):
        there = f"{inner}encoder.layers.{number}"
        here = f"transformer.resblocks.{number}"
        for part, name in _LAYER_PARTS.items():
            layout |= _both(f"{here}.{part}", f"{there}.{name}")
        for kind in ("weight", "bias"):
            layout[f"{here}.attn.in_proj_{kind}"] = Source(
                tuple(f"{there}.self_attn.{each}_proj.{kind}" for each in "qkv")
            )
    return layout


def _own_layers(checkpoint: Checkpoint, prefix: str) -> Layout:
    layout: Layout = {}
    for number in range(_layers(checkpoint, f"{prefix}transformer.resblocks.")):
        here = f"transformer.resblocks.{number}"
        for part in _LAYER_PARTS:
            layout |= _both(f"{here}.{part}", f"{prefix}{here}.{part}")
        for kind in ("weight", "bias"):
            name = f"{here}.attn.in_proj_{kind}"
            layout[name] = Source((prefix + name,))
    return layout


def _layers(checkpoint: Checkpoint, start: str) -> int:
    number = re.compile(re.escape(start) + r"(\d{1,3})\.")
    return 1 + max(
        (int(found[1]) for name in checkpoint if (found := number.match(name))), default=-1
    )
