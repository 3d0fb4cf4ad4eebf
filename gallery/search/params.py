"""The parameters of a result's address, each checked as it is read."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dtoolkit.core.errors import BadInput
from gallery.search import fulltext, language
from gallery.search.keywords import registry

BIGGEST_ID = 2**63 - 1
_NUMBERS = re.compile(r"[a-z_]{1,30}:-?\d?(?:\d|\.\d{1,4})(?:,[a-z_]{1,30}:-?\d?(?:\d|\.\d{1,4}))*")
_MOST_NUMBERS = 300  # characters


def text(params: Mapping[str, str], name: str) -> str:
    """All that the query string gives under `name`, chips and what is being typed, as one text."""
    several = getattr(params, "getlist", None)
    if several is None:
        return fulltext.clean(params.get(name, ""))
    texts = [fulltext.clean(text) for text in several(name)]
    return language.joined(texts, registry.vocabulary())[: fulltext.MAX_CHARS]


def number(params: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    value = params.get(name, "")
    if not value:
        return None
    if value.isascii() and value.isdigit() and len(value) < 20 and low <= int(value) <= high:
        return int(value)
    raise BadInput(f"{name} must be a whole number from {low} to {high}.")


def token(params: Mapping[str, str], name: str) -> str:
    try:
        return str(UUID(params[name])) if params.get(name) else ""
    except ValueError:
        raise BadInput(f"{name} must be the token of a selection.") from None


def switch(params: Mapping[str, str], name: str) -> bool:
    value = params.get(name, "")
    if value in {"", "0", "1"}:
        return value == "1"
    raise BadInput(f"{name} must be 1 or left out.")


def choice(params: Mapping[str, str], name: str, *choices: str) -> Any:
    value = params.get(name, "")
    if value in {"", *choices}:
        return value
    raise BadInput(f"{name} must be {' or '.join(choices)}, or left out.")


def numbers(params: Mapping[str, str], name: str) -> str:
    """As it came; `named_numbers` reads it."""
    value = params.get(name, "")
    named_numbers(value, name)
    return value


def named_numbers(value: str, name: str) -> dict[str, float]:
    """`clip_h:1,prompt:-0.5`: numbers from -1 to 1 by name. Raises `BadInput`."""
    if not value:
        return {}
    if len(value) <= _MOST_NUMBERS and _NUMBERS.fullmatch(value):
        pairs = (one.split(":") for one in value.split(","))
        found = {key: float(number) for key, number in pairs}
        if all(-1 <= number <= 1 for number in found.values()):
            return found
    raise BadInput(f"{name} are numbers from -1 to 1 by name, like clip_h:1,prompt:0.5.")
