"""Workflows as ComfyUI's editor saves them, for tests: short words for what it spells out."""

from typing import Any

Workflow = dict[str, Any]


def slot(name: str, link: int | None = None, kind: str = "*", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "link": link} | more


def widget(name: str, link: int | None = None) -> dict[str, Any]:
    """An input that stands for a value."""
    return slot(name, link, widget={"name": name})


def ui_node(key: int | str, kind: str, values: Any = None, *inputs: Any, **more: Any) -> Any:
    node = {"id": key, "type": kind, "mode": 0, "inputs": list(inputs), "widgets_values": values}
    return node | more


def workflow(*nodes: Any, links: list[Any], **more: Any) -> Workflow:
    return {"last_node_id": 99, "nodes": list(nodes), "links": links, "version": 0.4} | more


def basic_workflow(**nodes: Any) -> Workflow:
    """The plain text-to-picture workflow of 2023, values by position; `nodes` replaces some."""
    known = {
        "loader": ui_node(4, "CheckpointLoaderSimple", ["sub\\model.v1.safetensors"]),
        "empty": ui_node(5, "EmptyLatentImage", [640, 896, 1]),
        "yes": ui_node(6, "CLIPTextEncode", ["a cat"], slot("clip", 3, "CLIP")),
        "no": ui_node(7, "CLIPTextEncode", ["dog"], slot("clip", 5, "CLIP")),
        "sample": ui_node(
            3,
            "KSampler",
            [5, "randomize", 20, 7.5, "euler", "normal", 1],
            slot("model", 1, "MODEL"),
            slot("positive", 4, "CONDITIONING"),
            slot("negative", 6, "CONDITIONING"),
            slot("latent_image", 2, "LATENT"),
        ),
        "decode": ui_node(
            8, "VAEDecode", None, slot("samples", 7, "LATENT"), slot("vae", 8, "VAE")
        ),
        "save": ui_node(9, "SaveImage", ["x"], slot("images", 9, "IMAGE")),
    }
    links = [
        [1, 4, 0, 3, 0, "MODEL"],
        [2, 5, 0, 3, 3, "LATENT"],
        [3, 4, 1, 6, 0, "CLIP"],
        [4, 6, 0, 3, 1, "CONDITIONING"],
        [5, 4, 1, 7, 0, "CLIP"],
        [6, 7, 0, 3, 2, "CONDITIONING"],
        [7, 3, 0, 8, 0, "LATENT"],
        [8, 4, 2, 8, 1, "VAE"],
        [9, 8, 0, 9, 0, "IMAGE"],
    ]
    return workflow(*(known | nodes).values(), links=links)


def with_links(workflow: Workflow, *links: list[Any]) -> Workflow:
    return workflow | {"links": [*workflow["links"], *links]}
