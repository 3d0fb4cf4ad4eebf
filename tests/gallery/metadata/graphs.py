"""Nodes for graphs in tests: short words for what ComfyUI spells out."""

from typing import Any

Graph = dict[str, dict[str, Any]]


def node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


def link(key: str, slot: int = 0) -> list[Any]:
    return [key, slot]


def encode(text: Any, **more: Any) -> dict[str, Any]:
    return node("CLIPTextEncode", text=text, clip=link("loader", 1), **more)


def sampler(**changes: Any) -> dict[str, Any]:
    inputs = {
        "seed": 5,
        "steps": 20,
        "cfg": 7.5,
        "sampler_name": "euler",
        "scheduler": "normal",
        "denoise": 1.0,
        "model": link("loader"),
        "positive": link("yes"),
        "negative": link("no"),
        "latent_image": link("empty"),
    }
    return node("KSampler", **(inputs | changes))


def basic(**nodes: dict[str, Any]) -> Graph:
    """A plain text-to-picture graph; `nodes` replaces or adds some."""
    graph = {
        "save": node("SaveImage", filename_prefix="x", images=link("decode")),
        "decode": node("VAEDecode", samples=link("sample"), vae=link("loader", 2)),
        "sample": sampler(),
        "yes": encode("a cat"),
        "no": encode("dog"),
        "empty": node("EmptyLatentImage", width=640, height=896, batch_size=1),
        "loader": node("CheckpointLoaderSimple", ckpt_name="sub\\model.v1.safetensors"),
    }
    return graph | nodes
