"""Saves a picture the way a generator does: its container, its keys, its grammar.

The names of checkpoints and LoRAs are the demo's own; the layouts are those of real files.
"""

import json
import struct
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gallery.demo import comfy
from gallery.demo.recipes import Recipe, digest

Writer = Callable[[Path, Image.Image, Recipe], None]
_USER_COMMENT, _MAKE, _MODEL = 0x9286, 0x010F, 0x0110


def infotext(recipe: Recipe, version: str) -> str:
    """A1111's grammar: prompt, negative prompt, one line of parameters."""
    tags = "".join(f" <lora:{lora.name}:{lora.weight:g}>" for lora in recipe.loras)
    width, height = recipe.size
    parameters = {
        "Steps": recipe.steps,
        "Sampler": recipe.sampler,
        "Schedule type": recipe.scheduler,
        "CFG scale": f"{recipe.cfg_scale:g}",
        "Seed": recipe.seed,
        "Size": f"{width}x{height}",
        "Model hash": digest(recipe.checkpoint, 10),
        "Model": recipe.checkpoint,
    }
    if recipe.loras:
        hashes = ", ".join(f"{lora.name}: {digest(lora.name, 12)}" for lora in recipe.loras)
        parameters["Lora hashes"] = f'"{hashes}"'
    parameters["Version"] = version
    line = ", ".join(f"{key}: {value}" for key, value in parameters.items())
    return f"{recipe.prompt}{tags}\nNegative prompt: {recipe.negative_prompt}\n{line}"


def a1111_png(path: Path, image: Image.Image, recipe: Recipe) -> None:
    _png(path, image, {"parameters": infotext(recipe, "v1.10.1")})


def a1111_jpeg(path: Path, image: Image.Image, recipe: Recipe) -> None:
    exif = _user_comment(infotext(recipe, "v1.10.1"))
    image.save(path, "JPEG", quality=92, subsampling=0, exif=exif)


def a1111_webp(path: Path, image: Image.Image, recipe: Recipe) -> None:
    exif = _user_comment(infotext(recipe, "v1.10.1"))
    image.save(path, "WEBP", quality=90, method=2, exif=exif)


def forge_png(path: Path, image: Image.Image, recipe: Recipe) -> None:
    version = "f2.0.1v1.10.1-previous-659-gc055f2d4"
    _png(path, image, {"parameters": infotext(recipe, version)})


def comfy_png(path: Path, image: Image.Image, recipe: Recipe) -> None:
    graph, workflow = comfy.graphs(recipe)
    _png(path, image, {"prompt": json.dumps(graph), "workflow": json.dumps(workflow)})


def comfy_webp(path: Path, image: Image.Image, recipe: Recipe) -> None:
    graph, workflow = comfy.graphs(recipe)
    exif = Image.Exif()
    exif[_MODEL] = f"prompt:{json.dumps(graph)}"
    exif[_MAKE] = f"workflow:{json.dumps(workflow)}"
    image.save(path, "WEBP", quality=90, method=2, exif=exif)


def swarm_png(path: Path, image: Image.Image, recipe: Recipe) -> None:
    width, height = recipe.size
    parameters = {
        "sui_image_params": {
            "prompt": recipe.prompt,
            "negativeprompt": recipe.negative_prompt,
            "model": recipe.checkpoint,
            "images": 1,
            "seed": recipe.seed,
            "steps": recipe.steps,
            "cfgscale": recipe.cfg_scale,
            "aspectratio": "Custom",
            "width": width,
            "height": height,
            "sampler": recipe.comfy_sampler,
            "scheduler": recipe.comfy_scheduler,
            "loras": [lora.name for lora in recipe.loras],
            "loraweights": [f"{lora.weight:g}" for lora in recipe.loras],
            "swarm_version": "0.9.6.2",
        },
        "sui_extra_data": {"prep_time": "0.01 sec", "generation_time": "4.20 sec"},
        "sui_models": [
            {
                "name": f"{recipe.checkpoint}.safetensors",
                "param": "model",
                "hash": f"0x{digest(recipe.checkpoint)}",
            }
        ],
    }
    _png(path, image, {"parameters": json.dumps(parameters, indent=2)})


def fooocus_png(path: Path, image: Image.Image, recipe: Recipe) -> None:
    parameters = {
        "adm_guidance": "(1.5, 0.8, 0.3)",
        "base_model": recipe.checkpoint,
        "base_model_hash": digest(recipe.checkpoint, 10),
        "clip_skip": 2,
        "created_by": "",
        "full_negative_prompt": [recipe.negative_prompt],
        "full_prompt": [recipe.prompt, "cinematic still"],
        "guidance_scale": recipe.cfg_scale,
        "loras": [[lora.name, lora.weight, digest(lora.name, 10)] for lora in recipe.loras],
        "metadata_scheme": "fooocus",
        "negative_prompt": recipe.negative_prompt,
        "performance": "Speed",
        "prompt": recipe.prompt,
        "prompt_expansion": "",
        "refiner_model": "None",
        "refiner_switch": 0.5,
        "resolution": str(recipe.size),
        "sampler": f"{recipe.comfy_sampler}_gpu",
        "scheduler": recipe.comfy_scheduler,
        "seed": str(recipe.seed),
        "sharpness": 2.0,
        "steps": recipe.steps,
        "styles": "['Fooocus V2']",
        "vae": "Default (model)",
        "version": "Fooocus v2.5.5",
    }
    for number, lora in enumerate(recipe.loras, start=1):
        parameters[f"lora_combined_{number}"] = f"{lora.name} : {lora.weight:g}"
    _png(path, image, {"parameters": json.dumps(parameters), "fooocus_scheme": "fooocus"})


def novelai_png(path: Path, image: Image.Image, recipe: Recipe) -> None:
    width, height = recipe.size
    comment = {
        "prompt": recipe.prompt,
        "steps": recipe.steps,
        "height": height,
        "width": width,
        "scale": recipe.cfg_scale,
        "uncond_scale": 1.0,
        "cfg_rescale": 0.0,
        "seed": recipe.seed,
        "n_samples": 1,
        "noise_schedule": recipe.comfy_scheduler,
        "sampler": f"k_{recipe.comfy_sampler}",
        "uc": recipe.negative_prompt,
        "request_type": "PromptGenerateRequest",
    }
    texts = {
        "Title": "AI generated image",
        "Description": recipe.prompt,
        "Software": "NovelAI",
        "Source": "Stable Diffusion XL C1E1DE52",
        "Generation time": "3.141592653589793",
        "Comment": json.dumps(comment),
    }
    _png(path, image, texts)


def invoke_png(path: Path, image: Image.Image, recipe: Recipe) -> None:
    width, height = recipe.size
    metadata = {
        "app_version": "5.6.0",
        "generation_mode": "sdxl_txt2img",
        "positive_prompt": recipe.prompt,
        "negative_prompt": recipe.negative_prompt,
        "width": width,
        "height": height,
        "seed": recipe.seed,
        "rand_device": "cpu",
        "cfg_scale": recipe.cfg_scale,
        "cfg_rescale_multiplier": 0,
        "steps": recipe.steps,
        "scheduler": recipe.comfy_sampler,
        "model": _invoke_model(recipe.checkpoint, "main"),
        "loras": [
            {"model": _invoke_model(lora.name, "lora"), "weight": lora.weight}
            for lora in recipe.loras
        ],
    }
    _png(path, image, {"invokeai_metadata": json.dumps(metadata)})


def _invoke_model(name: str, kind: str) -> dict[str, str]:
    return {
        "key": digest(f"key of {name}", 32),
        "hash": f"blake3:{digest(name)}",
        "name": name,
        "base": "sdxl",
        "type": kind,
    }


def _png(path: Path, image: Image.Image, texts: dict[str, str]) -> None:
    info = PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    image.save(path, "PNG", pnginfo=info, compress_level=4)


def _user_comment(text: str) -> bytes:
    """An EXIF block, big-endian, whose only content is the comment: what piexif writes."""
    comment = b"UNICODE\0" + text.encode("utf-16-be")
    first = struct.pack(">HHHLLL", 1, 0x8769, 4, 1, 26, 0)
    exif = struct.pack(">HHHLLL", 1, _USER_COMMENT, 7, len(comment), 44, 0)
    return b"Exif\0\0MM\0*" + struct.pack(">L", 8) + first + exif + comment
