"""Which kind a model file is of: by the folders it lies in, else by the names of its tensors."""

import re
from collections.abc import Mapping

_FOLDERS = {
    "checkpoint": "checkpoint checkpoints ckpt ckpts stablediffusion diffusionmodels unet unets",
    "lora": "lora loras lycoris lyco locon dora",
    "vae": "vae vaes vaeapprox",
    "embedding": "embedding embeddings textualinversion",
    "controlnet": "controlnet controlnets t2iadapter t2iadapters xlabscontrolnets",
    "upscaler": "esrgan realesrgan upscaler upscalers upscalemodels swinir bsrgan dat atd",
    # Known to hold none of these kinds.
    "": "clip textencoder textencoders clipvision stylemodels ipadapter insightface ultralytics "
    "sams gligen hypernetworks photomaker facerestoremodels facedetection gfpgan codeformer "
    "animatediffmodels animatediffmotionlora llm llmgguf audioencoders",
}
_BY_FOLDER = {word: kind for kind, words in _FOLDERS.items() for word in words.split()}
_BY_CIVITAI_TYPE = {
    "checkpoint": "checkpoint",
    "lora": "lora",
    "locon": "lora",
    "dora": "lora",
    "lycoris": "lora",
    "textualinversion": "embedding",
    "vae": "vae",
    "controlnet": "controlnet",
    "upscaler": "upscaler",
}
_PUNCTUATION = re.compile(r"[\W_]+")
# What only files of that kind have, most telling first; `\n` begins a name.
_TENSORS = (
    ("lora", (".lora_up.", ".lora_down.", ".lora_A.", ".lora_B.", ".hada_w1", ".lokr_w", ".oft_")),
    ("embedding", ("\nemb_params", "\nstring_to_param")),
    (
        "controlnet",
        (
            "\ncontrol_model.",
            "controlnet_cond_embedding",
            "\ninput_hint_block",
            "\ncontrolnet_blocks.",
            "\ncontrolnet_single_blocks.",
            "\ncontrolnet_x_embedder",
        ),
    ),
    (
        "checkpoint",
        (
            "\nmodel.diffusion_model.",
            "\ndouble_blocks.0.",
            "\njoint_blocks.0.",
            "\ninput_blocks.0.",
            "\ndown_blocks.0.",
            "\ntransformer_blocks.0.",
        ),
    ),
    ("vae", ("\nfirst_stage_model.", "\ndecoder.conv_in.", "\ndecoder.middle.")),
    (
        "upscaler",
        ("\nmodel.1.sub.", "\nbody.0.rdb1.", "\nRRDB_trunk.", "\nlayers.0.residual_group."),
    ),
)


def by_path(path: str) -> str | None:
    """By the nearest folder that has a known name; "" is known to be none of the kinds."""
    for folder in reversed(path.replace("\\", "/").split("/")[:-1]):
        kind = _BY_FOLDER.get(_PUNCTUATION.sub("", folder.casefold()))
        if kind is not None:
            return kind
    return None


def by_header(metadata: Mapping[str, str], names: str) -> str:
    """`names` of tensors as `Header` has them; empty where nothing tells."""
    _, _, role = metadata.get("modelspec.architecture", "").casefold().rpartition("/")
    if role in {"lora", "controlnet", "vae"}:
        return role
    if role == "textual-inversion":
        return "embedding"
    if "ss_network_module" in metadata:
        return "lora"
    for kind, signs in _TENSORS:
        if any(sign in names for sign in signs):
            return kind
    # An embedding for SDXL is two tensors and nothing else.
    return "embedding" if set(names.split()) in ({"clip_l", "clip_g"}, {"clip_l"}) else ""


def by_civitai_type(type_: str) -> str:
    return _BY_CIVITAI_TYPE.get(_PUNCTUATION.sub("", type_.casefold()), "")
