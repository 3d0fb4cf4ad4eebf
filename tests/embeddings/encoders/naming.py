"""Weights as transformers names them, renamed by hand to what open_clip calls them."""

import torch

State = dict[str, torch.Tensor]


def own_text_names(state: State) -> State:
    own = {
        "token_embedding.weight": state["text_model.embeddings.token_embedding.weight"],
        "positional_embedding": state["text_model.embeddings.position_embedding.weight"],
        "text_projection": state["text_projection.weight"].T,
        "ln_final.weight": state["text_model.final_layer_norm.weight"],
        "ln_final.bias": state["text_model.final_layer_norm.bias"],
    }
    return own | _layers(state, "text_model.encoder.layers")


def own_vision_names(state: State) -> State:
    own = {
        "class_embedding": state["vision_model.embeddings.class_embedding"],
        "conv1.weight": state["vision_model.embeddings.patch_embedding.weight"],
        "positional_embedding": state["vision_model.embeddings.position_embedding.weight"],
        "proj": state["visual_projection.weight"].T,
        "ln_pre.weight": state["vision_model.pre_layrnorm.weight"],
        "ln_pre.bias": state["vision_model.pre_layrnorm.bias"],
        "ln_post.weight": state["vision_model.post_layernorm.weight"],
        "ln_post.bias": state["vision_model.post_layernorm.bias"],
    }
    return own | _layers(state, "vision_model.encoder.layers")


def _layers(state: State, prefix: str) -> State:
    own: State = {}
    for number in range(2):
        there, here = f"{prefix}.{number}", f"transformer.resblocks.{number}"
        for kind in ("weight", "bias"):
            own[f"{here}.attn.in_proj_{kind}"] = torch.cat(
                [state[f"{there}.self_attn.{each}_proj.{kind}"] for each in "qkv"]
            )
            own[f"{here}.attn.out_proj.{kind}"] = state[f"{there}.self_attn.out_proj.{kind}"]
            own[f"{here}.ln_1.{kind}"] = state[f"{there}.layer_norm1.{kind}"]
            own[f"{here}.ln_2.{kind}"] = state[f"{there}.layer_norm2.{kind}"]
            own[f"{here}.mlp.c_fc.{kind}"] = state[f"{there}.mlp.fc1.{kind}"]
            own[f"{here}.mlp.c_proj.{kind}"] = state[f"{there}.mlp.fc2.{kind}"]
    return own
