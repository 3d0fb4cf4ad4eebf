"""The base a model file was made for: SD 1.5, SDXL, Flux.1, in the words people use."""

from collections.abc import Mapping

# In what trainers and model specs write; the first that is found in it names the base.
_WORDS = (
    ("stable-diffusion-xl", "SDXL"),
    ("sdxl", "SDXL"),
    ("sd_xl", "SDXL"),
    ("stable-diffusion-v2", "SD 2"),
    ("sd_v2", "SD 2"),
    ("stable-diffusion-v1", "SD 1.5"),
    ("sd_v1", "SD 1.5"),
    ("sd_1", "SD 1.5"),
    ("stable-diffusion-3", "SD 3"),
    ("stable-diffusion-v3", "SD 3"),
    ("sd3", "SD 3"),
    ("flux-2", "Flux.2"),
    ("flux.2", "Flux.2"),
    ("flux2", "Flux.2"),
    ("flux", "Flux.1"),
    ("hunyuan-video", "Hunyuan Video"),
    ("hunyuan_video", "Hunyuan Video"),
    ("qwen", "Qwen-Image"),
    ("wan", "Wan"),
    ("lumina", "Lumina"),
    ("chroma", "Chroma"),
    ("cascade", "Stable Cascade"),
    ("auraflow", "AuraFlow"),
    ("pixart", "PixArt"),
    ("ltxv", "LTXV"),
)
# Tensors that only models of that base have.
_TENSORS = (
    ("SDXL", ("\nconditioner.embedders.1.", "\nlora_te2_", "\nadd_embedding.linear_1", "\nclip_g")),
    ("SD 2", ("\ncond_stage_model.model.transformer.",)),
    ("SD 1.5", ("\ncond_stage_model.transformer.text_model.",)),
    ("SD 3", ("joint_blocks.0.",)),
    (
        "Flux.1",
        (
            "\ndouble_blocks.0.img_attn",
            "diffusion_model.double_blocks.0.img_attn",
            "\nlora_unet_double_blocks_",
            "single_transformer_blocks.0.",
        ),
    ),
)


def told(*texts: str) -> str:
    """The base that the first telling text names."""
    for text in texts:
        known = text.casefold()
        for word, base in _WORDS:
            if word in known:
                return base
    return ""


def of(metadata: Mapping[str, str], names: str) -> str:
    """By the header's words, else by its tensors; empty where neither tells."""
    words = told(
        metadata.get("modelspec.architecture", ""),
        metadata.get("ss_base_model_version", ""),
        metadata.get("general.architecture", ""),
    )
    if words:
        return words
    for base, signs in _TENSORS:
        if any(sign in names for sign in signs):
            return base
    return "SD 2" if metadata.get("ss_v2") == "True" else ""
