"""Folders that ComfyUI's `extra_model_paths.yaml` adds to its own.

Source of the format: ComfyUI, `utils/extra_config.py` (load_extra_path_config). The file is a
person's, but such files are handed around: its size, depth, aliases and folders are bounded.
"""

import functools
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from dtoolkit.core import paths

FOLDERS = ("text_encoders", "clip", "clip_vision", "checkpoints")
FILE = "extra_model_paths.yaml"
_MOST_BYTES = 64 * 1024
_MOST_DEPTH = 10  # each level makes every further one slower to read
_MOST_ALIASES = 20  # a few, merged into each other again and again, would fill any memory
_MOST_FOLDERS = 64

# What yaml's own constructors let through, for a tag that its text does not fit.
_BROKEN: Final = (
    OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError,
    yaml.YAMLError,
)  # fmt: skip

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Extra:
    """`problem` says in words why not all of it could be used."""

    file: Path
    folders: tuple[Path, ...] = ()
    problem: str = ""


def beside(models: Path) -> Extra:
    """What the file beside a `models` folder says of weights; nothing where there is none."""
    file = models.absolute().parent / FILE
    try:
        found = file.stat()
    except OSError:
        return Extra(file)
    return _read(file, found.st_mtime_ns, found.st_size)


@functools.lru_cache(8)
def _read(file: Path, mtime_ns: int, size: int) -> Extra:
    """Once for each state of the file, so that what is wrong is logged once too."""
    try:
        sections = _parsed(file, size)
    except _BROKEN as error:
        extra = Extra(file, (), f"cannot be read: {_first_line(error)}")
    else:
        folders: list[Path] = []
        wrong: list[str] = []
        for name, section in sections.items():
            try:
                folders += _folders(section, file.parent)
            except ValueError as error:
                wrong.append(f"{paths.display(str(name))[:50]} {error}")
        unique = tuple(dict.fromkeys(folders))
        if len(unique) > _MOST_FOLDERS:
            wrong.append(f"only the first {_MOST_FOLDERS} folders count")
        extra = Extra(file, unique[:_MOST_FOLDERS], ", ".join(wrong[:5]))
    if extra.problem:
        _log.warning("%s: %s", file, extra.problem)
    return extra


def _parsed(file: Path, size: int) -> dict[Any, Any]:
    """Raises `ValueError` and what yaml raises."""
    if size > _MOST_BYTES:
        raise ValueError(f"it is larger than {_MOST_BYTES // 1024} KB")
    text = file.read_bytes()[:_MOST_BYTES]
    depth = aliases = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > _MOST_DEPTH or aliases > _MOST_ALIASES:
            raise ValueError("it is nested more than ComfyUI's are")
    sections = yaml.safe_load(text)
    if sections is None:
        return {}
    if not isinstance(sections, dict):
        raise ValueError("it holds no sections")
    return sections


def _folders(section: object, home: Path) -> Iterator[Path]:
    """Raises `ValueError` with what is wrong, after the section's name."""
    if section is None:
        return
    if not isinstance(section, dict):
        raise ValueError("is no section")
    base = home
    if (given := section.get("base_path")) is not None:
        base = _joined(home, given, "base_path")
    for name in FOLDERS:
        listed = section.get(name)
        if listed is None:
            continue
        if not isinstance(listed, str):
            raise ValueError(f"has a {name} that is no text")
        for line in filter(None, map(str.strip, listed.split("\n"))):
            yield _joined(base, line, name)


def _joined(base: Path, text: object, what: str) -> Path:
    """With ~ and the environment's variables, relative to `base`."""
    if not isinstance(text, str) or not text.isprintable():
        raise ValueError(f"has a {what} that is no path")
    return Path(os.path.normpath(base / os.path.expandvars(_at_home(text.strip()))))


def _at_home(text: str) -> str:
    return os.path.expanduser(text)  # noqa: PTH111 - which leaves a name that nobody has


def _first_line(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{error.problem} in line {error.problem_mark.line + 1}"
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0]
