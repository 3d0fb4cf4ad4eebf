"""ComfyUI's two graphs for one picture, from one table of nodes: what ran, and what was drawn."""

from dataclasses import dataclass, field
from typing import Any

from gallery.demo.recipes import Recipe

Link = tuple[int, int, str]


@dataclass(frozen=True)
class _Node:
    """`widgets` by name in the order that the node shows them; `links` by input name."""

    kind: str
    outputs: tuple[str, ...] = ()
    widgets: dict[str, Any] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    unsent: tuple[str, ...] = ()
    title: str = ""


def graphs(recipe: Recipe) -> tuple[dict[str, Any], dict[str, Any]]:
    """API graph (`prompt`) and UI graph (`workflow`)."""
    nodes = _guided(recipe) if recipe.cfg_scale < 4 else _classic(recipe)
    return _api(nodes), _ui(nodes)


def _classic(recipe: Recipe) -> dict[int, _Node]:
    checkpoint = {"ckpt_name": f"{recipe.checkpoint}.safetensors"}
    nodes = {4: _Node("CheckpointLoaderSimple", ("MODEL", "CLIP", "VAE"), checkpoint)}
    model: Link = (4, 0, "MODEL")
    clip: Link = (4, 1, "CLIP")
    for number, lora in enumerate(recipe.loras, start=10):
        widgets = {
            "lora_name": f"{lora.name}.safetensors",
            "strength_model": lora.weight,
            "strength_clip": lora.weight,
        }
        nodes[number] = _Node(
            "LoraLoader", ("MODEL", "CLIP"), widgets, {"model": model, "clip": clip}
        )
        model, clip = (number, 0, "MODEL"), (number, 1, "CLIP")
    nodes[6] = _text(recipe.prompt, clip, "CLIP Text Encode (Prompt)")
    nodes[7] = _text(recipe.negative_prompt, clip, "CLIP Text Encode (Negative)")
    nodes[5] = _latent("EmptyLatentImage", recipe)
    nodes[3] = _Node(
        "KSampler",
        ("LATENT",),
        {
            "seed": recipe.seed,
            "control_after_generate": "randomize",
            "steps": recipe.steps,
            "cfg": recipe.cfg_scale,
            "sampler_name": recipe.comfy_sampler,
            "scheduler": recipe.comfy_scheduler,
            "denoise": 1.0,
        },
        {
            "model": model,
            "positive": (6, 0, "CONDITIONING"),
            "negative": (7, 0, "CONDITIONING"),
            "latent_image": (5, 0, "LATENT"),
        },
        unsent=("control_after_generate",),
    )
    return {**nodes, **_ending((3, 0, "LATENT"), (4, 2, "VAE"))}


def _guided(recipe: Recipe) -> dict[int, _Node]:
    """The Flux manner: guidance on the conditioning, noise, sigmas and sampler apart."""
    unet = {"unet_name": f"{recipe.checkpoint}_guided.safetensors", "weight_dtype": "fp8_e4m3fn"}
    clips = {
        "clip_name1": "t5xxl_fp8_e4m3fn.safetensors",
        "clip_name2": "clip_l.safetensors",
        "type": "flux",
    }
    schedule = {"scheduler": recipe.comfy_scheduler, "steps": recipe.steps, "denoise": 1.0}
    noise = {"noise_seed": recipe.seed, "control_after_generate": "randomize"}
    sampler = {"sampler_name": recipe.comfy_sampler}
    return {
        12: _Node("UNETLoader", ("MODEL",), unet),
        11: _Node("DualCLIPLoader", ("CLIP",), clips),
        10: _Node("VAELoader", ("VAE",), {"vae_name": "ae.safetensors"}),
        6: _text(recipe.prompt, (11, 0, "CLIP"), "CLIP Text Encode (Prompt)"),
        26: _Node(
            "FluxGuidance",
            ("CONDITIONING",),
            {"guidance": recipe.cfg_scale},
            {"conditioning": (6, 0, "CONDITIONING")},
        ),
        22: _Node(
            "BasicGuider",
            ("GUIDER",),
            links={"model": (12, 0, "MODEL"), "conditioning": (26, 0, "CONDITIONING")},
        ),
        25: _Node("RandomNoise", ("NOISE",), noise, unsent=("control_after_generate",)),
        16: _Node("KSamplerSelect", ("SAMPLER",), sampler),
        17: _Node("BasicScheduler", ("SIGMAS",), schedule, {"model": (12, 0, "MODEL")}),
        27: _latent("EmptySD3LatentImage", recipe),
        13: _Node(
            "SamplerCustomAdvanced",
            ("LATENT", "LATENT"),
            links={
                "noise": (25, 0, "NOISE"),
                "guider": (22, 0, "GUIDER"),
                "sampler": (16, 0, "SAMPLER"),
                "sigmas": (17, 0, "SIGMAS"),
                "latent_image": (27, 0, "LATENT"),
            },
        ),
        **_ending((13, 0, "LATENT"), (10, 0, "VAE")),
    }


def _text(text: str, clip: Link, title: str) -> _Node:
    return _Node("CLIPTextEncode", ("CONDITIONING",), {"text": text}, {"clip": clip}, title=title)


def _latent(kind: str, recipe: Recipe) -> _Node:
    width, height = recipe.size
    return _Node(kind, ("LATENT",), {"width": width, "height": height, "batch_size": 1})


def _ending(samples: Link, vae: Link) -> dict[int, _Node]:
    return {
        8: _Node("VAEDecode", ("IMAGE",), links={"samples": samples, "vae": vae}),
        9: _Node("SaveImage", (), {"filename_prefix": "ComfyUI"}, {"images": (8, 0, "IMAGE")}),
    }


def _api(nodes: dict[int, _Node]) -> dict[str, Any]:
    return {
        str(number): {
            "inputs": {
                **{name: value for name, value in node.widgets.items() if name not in node.unsent},
                **{name: [str(link[0]), link[1]] for name, link in node.links.items()},
            },
            "class_type": node.kind,
            "_meta": {"title": node.title or node.kind},
        }
        for number, node in nodes.items()
    }


def _ui(nodes: dict[int, _Node]) -> dict[str, Any]:
    links: list[list[Any]] = []
    drawn: dict[int, dict[str, Any]] = {}
    for order, (number, node) in enumerate(nodes.items()):
        drawn[number] = {
            "id": number,
            "type": node.kind,
            "pos": [60 + 380 * (order // 3), 80 + 260 * (order % 3)],
            "size": [320, 180],
            "flags": {},
            "order": order,
            "mode": 0,
            "inputs": [],
            "outputs": [
                {"name": kind, "type": kind, "links": [], "slot_index": slot}
                for slot, kind in enumerate(node.outputs)
            ],
            "properties": {"Node name for S&R": node.kind},
            "widgets_values": list(node.widgets.values()),
            **({"title": node.title} if node.title else {}),
        }
    for number, node in nodes.items():
        for slot, (name, (source, output, kind)) in enumerate(node.links.items()):
            link = len(links) + 1
            links.append([link, source, output, number, slot, kind])
            drawn[number]["inputs"].append({"name": name, "type": kind, "link": link})
            drawn[source]["outputs"][output]["links"].append(link)
    return {
        "last_node_id": max(nodes),
        "last_link_id": len(links),
        "nodes": list(drawn.values()),
        "links": links,
        "groups": [],
        "config": {},
        "extra": {"ds": {"scale": 1.0, "offset": [0, 0]}},
        "version": 0.4,
    }
