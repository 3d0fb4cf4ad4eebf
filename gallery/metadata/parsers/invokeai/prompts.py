"""InvokeAI's prompts: a negative one in brackets within, files named within, weights of a blend.

Source: `ldm/invoke/conditioning.py` (brackets), compel's syntax (`withLora`, `<embedding>`).
"""

import re
from typing import Any

from gallery.metadata.parsers.fields import ENTRY_LIMIT
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.parsers.values import clean, number, plain

_NEGATIVE = re.compile(r"[ \t]*+(?<!\\)\[([^\[\]]*+)\]")
_LORA = re.compile(r"withLora\(\s*+([^(),]++)(?:,\s*+([-\d.]++)\s*+)?(?:,[^()]*+)?\)")
_EMBEDDING = re.compile(r"<([\w.-]{1,100})>")


def divided(text: str) -> tuple[str, str]:
    """Prompt and negative prompt of a text that holds both."""
    if "[" not in text:
        return clean(text), ""
    negatives = [clean(found) for found in _NEGATIVE.findall(text)]
    return clean(_NEGATIVE.sub("", text)), " ".join(filter(None, negatives))


def blended(value: Any) -> tuple[str, str]:
    """One text of a list of {prompt, weight}, and the weights for a person where they matter."""
    if isinstance(value, str):
        return value, ""
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return "", ""
    parts: list[tuple[str, float]] = []
    for entry in value[:ENTRY_LIMIT]:
        if isinstance(entry, str):
            parts.append((entry, 1.0))
        elif isinstance(entry, dict) and isinstance(entry.get("prompt"), str):
            weight = number(entry.get("weight"))
            parts.append((entry["prompt"], 1.0 if weight is None else weight))
    weights = ""
    if any(weight != 1 for _, weight in parts):
        weights = ", ".join(f"{clean(text)}:{plain(weight)}" for text, weight in parts)
    return ", ".join(text for text, _ in parts), weights


def add_named(uses: Uses, prompt: str) -> None:
    """LoRAs and embeddings that a prompt calls by name."""
    if "withLora(" in prompt:
        for name, weight in _LORA.findall(prompt)[:ENTRY_LIMIT]:
            uses.add("lora", name.strip(), number(weight) if weight else 1.0)
    if "<" in prompt:
        for name in _EMBEDDING.findall(prompt)[:ENTRY_LIMIT]:
            uses.add("embedding", name)
