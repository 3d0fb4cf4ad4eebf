"""The networks of the spaces: what each is for, under which licence, and where its weights are had.

The revisions are those that the repositories' users pin.
"""

from dtoolkit.inference.specs import HubSource, Mark, Spec, register

SPECS = (
    Spec(
        key="bge-large",
        title="BGE large (English) 1.5",
        purpose="Reads prompts, negatives, captions and tags, to find those that mean alike.",
        task="text_encoder",
        loader="embeddings.encoders.bge:load",
        source=HubSource(
            "BAAI/bge-large-en-v1.5",
            "d4aa6901d3a41ba39fb536a557fa166f842b0e09",
            (
                "config.json",
                "special_tokens_map.json",
                "tokenizer.json",
                "tokenizer_config.json",
                "vocab.txt",
                "model.safetensors",
            ),
            "model.safetensors",
        ),
        names=("bge-large-en-v1.5", "bge-large-en-v1.5.safetensors"),
        licence="MIT",
        licence_url="https://huggingface.co/BAAI/bge-large-en-v1.5",
        size_mb=1_341,
        vram_mb=1_800,
        ttl_s=60,
        batch=64,
        marks=(Mark("embeddings.word_embeddings.weight", 1, 1024),),
        is_folder=True,
    ),
    Spec(
        key="clip-l",
        title="CLIP-L text encoder",
        purpose="Reads prompts as the first text encoder of SDXL does.",
        task="text_encoder",
        loader="embeddings.encoders.clip_text:load_l",
        source=HubSource(
            "openai/clip-vit-large-patch14",
            "32bd64288804d66eefd0ccbe215aa642df71cc41",
            ("model.safetensors",),
            "model.safetensors",
        ),
        names=("clip_l.safetensors", "clip-vit-large-patch14.safetensors"),
        licence="MIT",
        licence_url="https://github.com/openai/CLIP/blob/main/LICENSE",
        size_mb=1_711,
        vram_mb=700,
        ttl_s=300,
        batch=128,
        marks=(Mark("token_embedding.weight", 1, 768),),
    ),
    Spec(
        key="clip-g",
        title="CLIP-G text encoder",
        purpose="Reads prompts as the second text encoder of SDXL does.",
        task="text_encoder",
        loader="embeddings.encoders.clip_text:load_g",
        # The tower of laion/CLIP-ViT-bigG-14-laion2B-39B-b160k without its pictures' half: 1.4 GB
        # in place of 10.
        source=HubSource(
            "stabilityai/stable-diffusion-xl-base-1.0",
            "462165984030d82259a11f4367a4eed129e94a7b",
            ("text_encoder_2/model.fp16.safetensors",),
            "text_encoder_2/model.fp16.safetensors",
        ),
        names=("clip_g.safetensors",),
        licence="CreativeML Open RAIL++-M",
        licence_url=(
            "https://huggingface.co/stabilityai/stable-diffusion-xl-base-1.0/blob/main/LICENSE.md"
        ),
        size_mb=1_390,
        vram_mb=2_200,
        ttl_s=300,
        batch=64,
        marks=(Mark("text_projection.weight", 0, 1280), Mark("text_projection", 1, 1280)),
    ),
    Spec(
        key="clip-h",
        title="CLIP ViT-H/14",
        purpose="Looks at pictures, and reads what a picture should look like.",
        task="image_encoder",
        loader="embeddings.encoders.clip_vision:load",
        source=HubSource(
            "laion/CLIP-ViT-H-14-laion2B-s32B-b79K",
            "1c2b8495b28150b8a4922ee1c8edee224c284c0c",
            ("open_clip_model.safetensors",),
            "open_clip_model.safetensors",
        ),
        names=(
            "CLIP-ViT-H-14-laion2B-s32B-b79K.safetensors",
            "clip_vision_h.safetensors",
        ),
        licence="MIT",
        licence_url="https://huggingface.co/laion/CLIP-ViT-H-14-laion2B-s32B-b79K",
        size_mb=3_944,
        vram_mb=3_000,
        ttl_s=60,
        batch=64,
        marks=(Mark("visual_projection.weight", 0, 1024), Mark("visual.proj", 1, 1024)),
    ),
)


def register_all() -> None:
    for spec in SPECS:
        register(spec)
