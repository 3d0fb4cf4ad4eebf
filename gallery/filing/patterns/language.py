"""A pattern as parts: text, fields and what stands only where all its fields are known. Pure.

    {name}  {created:%Y-%m}  {checkpoint|no checkpoint}  <rated {rating} - >

Whatever is no field stays as it is. `<`, `>`, `:` and `|` are in no file name, so that none of them
can have meant themselves.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dtoolkit.core.errors import BadInput

MOST_CHARS = 255
_TOKEN = re.compile(r"\{([^{}]*)\}|([<>])")


@dataclass(frozen=True, slots=True)
class Field:
    """`fallback` is None where none was named."""

    name: str
    spec: str = ""
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    parts: tuple["str | Field", ...]


Part = str | Field | Option
Parts = tuple[Part, ...]
# The text of a field, or None where the image has none.
Value = Callable[[Field], str | None]


def parse(pattern: str) -> Parts:
    """Raises `BadInput`; which fields there are is not known here."""
    if len(pattern) > MOST_CHARS:
        raise BadInput(f"A pattern has at most {MOST_CHARS} characters.")
    parts: list[Part] = []
    inner: list[str | Field] | None = None
    place = 0
    for found in _TOKEN.finditer(pattern):
        into: list[Part] | list[str | Field] = parts if inner is None else inner
        if text := pattern[place : found.start()]:
            into.append(text)
        place = found.end()
        if found[2] == "<":
            if inner is not None:
                raise BadInput("One < stands in another: close the first with > before.")
            inner = []
        elif found[2] == ">":
            if inner is None:
                raise BadInput("There is a > without a < before it.")
            if not any(isinstance(part, Field) for part in inner):
                raise BadInput("Between < and > there is no field that could be missing.")
            parts.append(Option(tuple(inner)))
            inner = None
        else:
            into.append(_field(found[1]))
    if inner is not None:
        raise BadInput("A < is not closed: what is left out together ends with >.")
    if text := pattern[place:]:
        parts.append(text)
    return tuple(parts)


def fields(parts: Sequence[Part]) -> Iterator[Field]:
    for part in parts:
        if isinstance(part, Field):
            yield part
        elif isinstance(part, Option):
            yield from fields(part.parts)


def texts(parts: Sequence[Part]) -> Iterator[str]:
    """What stands between the fields."""
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Option):
            yield from texts(part.parts)


def render(parts: Sequence[Part], value: Value, instead: Callable[[Field], str]) -> str:
    """`instead` is told the fields without a value that stand outside of options."""
    return "".join(_rendered(part, value, instead) for part in parts)


def _rendered(part: Part, value: Value, instead: Callable[[Field], str]) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Field):
        text = value(part)
        if text:
            return text
        told = instead(part)
        return told if part.fallback is None else part.fallback
    known = [each if isinstance(each, str) else value(each) for each in part.parts]
    return "".join(text for text in known if text) if all(known) else ""


def _field(inside: str) -> Field:
    head, bar, fallback = inside.partition("|")
    name, _, spec = head.partition(":")
    return Field(name.strip().lower(), spec.strip(), fallback if bar else None)
