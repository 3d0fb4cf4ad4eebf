"""Names that files are given: legal on every system, numbered where taken, made from a pattern.

Pure; names are in stored form.
"""

import re
from collections.abc import Mapping

from dtoolkit.core import paths

MOST_BYTES = 255
_FORBIDDEN = frozenset('<>:"/\\|?*')
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
)
FIELDS = ("name", "n", "seed", "date")
_FIELD = re.compile(r"\{([^{}]*)\}")


def problem(name: str) -> str:
    """Why no file or folder should be called so, as a sentence; empty where it may be."""
    if not name or name in {".", ".."}:
        return "A name is needed."
    if "/" in name or "\\" in name:
        return "A name holds no slash."
    if any(char in _FORBIDDEN or not char.isprintable() for char in name):
        return 'A name holds none of < > : " | ? * and no invisible characters.'
    if name[-1] in ". " or name[0] == " ":
        return "A name does not begin with a space, nor end with a space or a dot."
    if name.partition(".")[0].rstrip().lower() in _RESERVED:
        return f"{paths.display(name)} means a device on Windows, so no file can be called that."
    if is_too_long(name):
        return "That name is too long."
    return ""


def is_too_long(name: str) -> bool:
    return len(paths.from_text(name).encode("utf-8", "surrogateescape")) > MOST_BYTES


def numbered(name: str, number: int) -> str:
    """`fox.png` as `fox (2).png`."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem} ({number}){dot}{ending}" if stem else f"{name} ({number})"


def with_stem(name: str, stem: str) -> str:
    """Another stem, the same ending."""
    dot = name.rfind(".")
    return stem + name[dot:] if dot > 0 else stem


def stem_of(name: str) -> str:
    return name.rpartition(".")[0] or name


def beside(sidecar: str, image: str, new_image: str) -> str:
    """What a sidecar of `image` is called beside it as `new_image`."""
    if sidecar.startswith(image):
        return new_image + sidecar[len(image) :]
    stem = image.rpartition(".")[0]
    return new_image.rpartition(".")[0] + sidecar[len(stem) :]


def unknown_fields(pattern: str) -> list[str]:
    return [field for field in _FIELD.findall(pattern) if field not in FIELDS]


def expand(pattern: str, values: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda match: values.get(match[1], match[0]), pattern)
