"""Other readers of the same files: sd-parsers, and nothing but records with their JSON parsed."""

import contextlib
import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from gallery.metadata import HEAD_SIZE, GenerationParameters, ResourceUse, containers
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source
from gallery.metadata.parsers.values import MAX_SEED, number, whole

Reader = Callable[[Path], GenerationParameters | None]
_SIZE = re.compile(r"(\d{1,6})\D{1,4}(\d{1,6})")


def read_raw(path: Path) -> None:
    """What any reader must do at least: take the file apart and parse the JSON in it."""
    with path.open("rb", buffering=0) as file:
        head = file.read(HEAD_SIZE)
        container = containers.for_head(head)
        if container is None:
            return
        contents = Contents()
        container.read(Source(file, os.fstat(file.fileno()).st_size, head), contents)
    for record in contents.records:
        text = record.text.strip("\0 \r\n\t")
        if text.startswith(("{", "[")):
            with contextlib.suppress(ValueError):
                orjson.loads(text)


def sd_parsers() -> Reader | None:
    """sd-parsers as it comes, one manager for all files; None where it is not installed."""
    try:
        from sd_parsers import ParserManager
    except ImportError:
        return None
    logging.getLogger("sd_parsers").setLevel(logging.CRITICAL)
    manager = ParserManager()

    def read(path: Path) -> GenerationParameters | None:
        try:
            found = manager.parse(path)
        except Exception:  # whatever another program raises: it has no answer
            return None
        return None if found is None else _parameters(found)

    return read


def _parameters(found: Any) -> GenerationParameters:
    """The first sampler counts, with all prompts joined, as sd-parsers itself joins them."""
    sampler = found.samplers[0] if found.samplers else None
    said = sampler.parameters if sampler else {}
    model = sampler.model if sampler else None
    size = _SIZE.match(str(found.metadata.get("Size") or found.metadata.get("size") or ""))
    width = said.get("width") or found.metadata.get("width") or (size and size[1])
    height = said.get("height") or found.metadata.get("height") or (size and size[2])
    return GenerationParameters(
        generator=str(found.generator),
        rule="sd-parsers",
        prompt=_text(found.full_prompt, found.prompts),
        negative_prompt=_text(found.full_negative_prompt, found.negative_prompts),
        seed=whole(said.get("seed"), MAX_SEED),
        steps=whole(said.get("steps")),
        cfg_scale=number(said.get("cfg_scale")),
        sampler=str(sampler.name) if sampler else "",
        scheduler=str(said.get("scheduler") or ""),
        width=whole(width),
        height=whole(height),
        resources=(ResourceUse("checkpoint", str(model.name)),) if model and model.name else (),
    )


def _text(whole: Any, parts: Any) -> str:
    """A list of what Fooocus made of the prompt is not what was typed."""
    return whole if isinstance(whole, str) else ", ".join(map(str, parts))
