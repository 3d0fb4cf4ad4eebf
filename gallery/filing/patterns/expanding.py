"""A checked pattern, and what it makes of one image: a way of folders and a stem."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from gallery.filing import names
from gallery.filing.patterns import fields, language
from gallery.filing.patterns.language import Field, Parts
from gallery.models import Image

_EXAMPLE_DAY = datetime(2026, 1, 31, 14, 25, 1, tzinfo=UTC)
_ENDING = ".{ext}"


@dataclass(frozen=True)
class Made:
    """`folder` is relative; `missing` are the names of fields that the image has nothing for."""

    folder: str
    stem: str
    missing: frozenset[str]


@dataclass(frozen=True)
class Pattern:
    text: str
    parts: Parts

    @cached_property
    def used(self) -> set[str]:
        return {field.name for field in language.fields(self.parts)}

    @cached_property
    def counts(self) -> bool:
        return "n" in self.used

    def made(self, image: Image, number: int, width: int) -> Made:
        """`number` is the image's own, `width` how many digits it has unless the pattern says."""
        missing: set[str] = set()
        text = self._text(image, number, width, missing)
        *folders, stem = text.split("/")
        ending = image.name[len(names.stem_of(image.name)) :]
        own = names.stem_of(image.name)
        there = set(image.folder.path.split("/"))
        way = [part if part in there else names.fitted(part) for part in folders]
        if stem != own:
            stem = names.fitted(stem, ending)
        return Made("/".join(part for part in way if part), stem or own, frozenset(missing))

    def name(self, image: Image, number: int, width: int) -> str:
        """As a name alone: what would be folders is part of it."""
        text = self._text(image, number, width, set()).replace("/", "-")
        own = names.stem_of(image.name)
        ending = image.name[len(own) :]
        return names.with_stem(image.name, text if text == own else names.fitted(text, ending))

    def _text(self, image: Image, number: int, width: int, missing: set[str]) -> str:
        def value(field: Field) -> str | None:
            if field.name == "n":
                shape = fields.BY_NAME["n"].shape
                return shape(number, field.spec or str(width))
            known = fields.BY_NAME[field.name]
            read = known.read(image)
            if read is None or read == "" or read is False:
                missing.add(field.name)
                return None
            return known.shape(read, field.spec)

        return language.render(self.parts, value, _instead)


def checked(text: str, *, has_folders: bool) -> Pattern:
    """Raises `BadInput` that says what is wrong in it, before anything is done."""
    text = paths.to_text(text.strip()).removesuffix(_ENDING)
    if has_folders:
        text = "/".join(part.strip() for part in text.replace("\\", "/").split("/"))
        text = text.removeprefix("/")
    if not text:
        raise BadInput("Type a pattern.")
    if has_folders and text.endswith("/"):
        text += "{name}"
    pattern = Pattern(text, language.parse(text))
    for field in language.fields(pattern.parts):
        _check(field)
    sample = _sample(pattern, lambda field: "x")
    for part in sample.split("/") if has_folders else [sample]:
        if part and (problem := names.problem(part)):
            raise BadInput(problem)
    if has_folders:
        _check_counter(pattern)
    return pattern


def _check(field: Field) -> None:
    if field.name not in fields.BY_NAME:
        known = ", ".join(f"{{{name}}}" for name in fields.BY_NAME)
        raise BadInput(f"{{{paths.display(field.name)}}} means nothing here. There are {known}.")
    _example(field)
    if field.fallback and (problem := names.problem(f"x{field.fallback}x")):
        raise BadInput(problem)


def _check_counter(pattern: Pattern) -> None:
    """Its numbers begin anew in each folder, so no folder can be called by one."""
    marked = _sample(pattern, lambda field: "\0" if field.name == "n" else "x")
    if "\0" in marked.rpartition("/")[0]:
        raise BadInput("{n} counts the images of a folder, so that no folder can be called by it.")


def _example(field: Field) -> str:
    known = fields.BY_NAME[field.name]
    return known.shape(_EXAMPLE_DAY if known.sample is None else known.sample, field.spec)


def _sample(pattern: Pattern, value: Callable[[Field], str]) -> str:
    return language.render(pattern.parts, value, _instead)


def _instead(field: Field) -> str:
    return fields.BY_NAME[field.name].instead
