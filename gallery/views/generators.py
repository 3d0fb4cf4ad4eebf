"""Names of generators and of what told them, as a person knows them."""

_NAMES = {
    "adobe": "Adobe Firefly",
    "ai": "an AI model",
    "amazon": "Amazon",
    "automatic1111": "AUTOMATIC1111",
    "black_forest_labs": "Black Forest Labs",
    "bytedance": "ByteDance",
    "canva": "Canva",
    "civitai": "Civitai",
    "comfyui": "ComfyUI",
    "draw_things": "Draw Things",
    "easydiffusion": "Easy Diffusion",
    "easyreforge": "EasyReforge",
    "fooocus": "Fooocus",
    "fooocus_mre": "Fooocus-MRE",
    "forge": "Forge",
    "forge_classic": "Forge Classic",
    "forge_neo": "Forge Neo",
    "getty": "Getty Images",
    "google": "Google",
    "huggingface": "Hugging Face",
    "ideogram": "Ideogram",
    "invokeai": "InvokeAI",
    "kuaishou": "Kuaishou Kling",
    "leonardo": "Leonardo.Ai",
    "meta": "Meta AI",
    "microsoft": "Microsoft",
    "midjourney": "Midjourney",
    "novelai": "NovelAI",
    "openai": "OpenAI",
    "recraft": "Recraft",
    "reforge": "reForge",
    "ruinedfooocus": "RuinedFooocus",
    "runway": "Runway",
    "sdnext": "SD.Next",
    "shutterstock": "Shutterstock",
    "stability": "Stability AI",
    "stability_matrix": "Stability Matrix",
    "swarmui": "SwarmUI",
    "tensorart": "Tensor.Art",
    "xai": "xAI Grok",
}
_BESIDE = "sidecar:"
_SIGNED = "provenance"


def name_of(generator: str) -> str:
    return _NAMES.get(generator, generator)


def source_of(rule: str) -> str:
    """What the parser `rule` went by, in a few words; empty where there is nothing to add."""
    if rule.startswith(_BESIDE):
        return "a file beside it"
    return "its content credentials" if is_signed(rule) else ""


def is_signed(rule: str) -> bool:
    """Whether it only says that a model made the picture, and whose."""
    return rule.removeprefix(_BESIDE) == _SIGNED
