"""Graphs of the size that people draw: 40 nodes that ran, a workflow of 100 with its reroutes.

The demo's graphs are as small as tutorials'; of 400 real files the median is 38 and 96 nodes, 6 and
40 KB of JSON.
"""

import json
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gallery.demo import comfy
from gallery.demo.recipes import Recipe

_BRANCHES, _REROUTES = 9, 60
_DECODER = "8"


def png(path: Path, image: Image.Image, recipe: Recipe) -> None:
    """As `demo.writers.comfy_png`, but for the size."""
    graph, workflow = comfy.graphs(recipe)
    nodes = workflow["nodes"]
    for number in range(_BRANCHES):
        first, second, third = (f"{100 + 10 * number + part}" for part in range(3))
        graph[first] = _node("ImageScaleBy", [_DECODER, 0], upscale_method="area", scale_by=0.5)
        graph[second] = _node("ImageSharpen", [first, 0], sharpen_radius=1, sigma=0.5, alpha=0.3)
        graph[third] = {"class_type": "PreviewImage", "inputs": {"images": [second, 0]}}
        nodes += (_drawn(key, graph[key]) for key in (first, second, third))
    reroute = {"class_type": "Reroute", "inputs": {"": [_DECODER, 0]}}
    nodes += (_drawn(str(1000 + number), reroute) for number in range(_REROUTES))
    info = PngInfo()
    info.add_text("prompt", json.dumps(graph))
    info.add_text("workflow", json.dumps(workflow))
    image.save(path, "PNG", pnginfo=info, compress_level=4)


def _node(kind: str, image: list[Any], **widgets: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": {**widgets, "image": image}, "_meta": {"title": kind}}


def _drawn(key: str, node: dict[str, Any]) -> dict[str, Any]:
    """A node as the editor saves it."""
    kind = node["class_type"]
    links = {name: link for name, link in node["inputs"].items() if isinstance(link, list)}
    return {
        "id": int(key),
        "type": kind,
        "pos": [1200.5 + int(key), 340.25],
        "size": {"0": 315, "1": 106},
        "flags": {},
        "order": int(key),
        "mode": 0,
        "inputs": [{"name": name, "type": "IMAGE", "link": 1} for name in links],
        "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [2], "shape": 3, "slot_index": 0}],
        "properties": {"Node name for S&R": kind},
        "widgets_values": [value for name, value in node["inputs"].items() if name not in links],
    }
