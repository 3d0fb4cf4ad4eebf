"""Names that files are given: legal on every system, numbered where taken.

Pure; names are in stored form.
"""

import re
import unicodedata

from dtoolkit.core import paths

MOST_BYTES = 255
_FORBIDDEN = frozenset('<>:"/\\|?*')
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
)
_NUMBERED = re.compile(r"(.+) \(\d{1,5}\)", re.DOTALL)
# What is left free at the end of a name that had to be cut, for a number.
_ROOM = 8


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
    return _bytes(name) > MOST_BYTES


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


def safe(value: str) -> str:
    """A value that came from anywhere, as a piece of a name: no slashes, nothing invisible."""
    kept = "".join(_kept(char) for char in unicodedata.normalize("NFC", value))
    return " ".join(kept.split()).strip(" .")


def fitted(name: str, ending: str = "") -> str:
    """A whole name that was put together, as every system takes it; it may come out empty."""
    name = name.strip(" ").rstrip(" .")
    if name.partition(".")[0].rstrip().lower() in _RESERVED:
        name = f"_{name}"
    most = MOST_BYTES - len(ending.encode("utf-8", "surrogateescape")) - _ROOM
    if _bytes(name) > most:
        while _bytes(name) > most:
            name = name[: max(1, len(name) - max(1, (_bytes(name) - most) // 4))]
        name = name.rstrip(" .")
    return name


def is_numbered(name: str, wanted: str) -> bool:
    """Whether `name` is what `wanted` becomes where it is taken."""
    if name == wanted:
        return True
    found = _NUMBERED.fullmatch(stem_of(name))
    return found is not None and with_stem(name, found[1]) == wanted


def folded(path: str) -> str:
    """The same for names that some systems do not tell apart."""
    return unicodedata.normalize("NFC", path).casefold()


def _kept(char: str) -> str:
    if char in _FORBIDDEN:
        return "_"
    return char if char.isprintable() else " "


def _bytes(name: str) -> int:
    return len(paths.from_text(name).encode("utf-8", "surrogateescape"))
