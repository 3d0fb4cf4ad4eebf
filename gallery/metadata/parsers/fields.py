"""A generator's JSON object, taken out field by field; what is left becomes facts.

Any value may have any type. One that cannot be what was asked for stays, and is shown as it is.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from gallery.metadata.parsers.values import MAX_SEED, MAX_WHOLE, clean, number, plain, whole

T = TypeVar("T")

# What an entry of a list, and a list of entries, may have at most.
ENTRY_LIMIT = 200
FACT_LIMIT = 150
_TEXT_LIMIT = 20_000
# A text this long without a space is packed data, as pictures are.
_PACKED_LIMIT = 1000
_NOTHING: Collection[Any] = ("", "None", "none", "null", "[]", "{}")
# The items of a list as Python writes it, or of one with commas: quoted, or bare.
_ITEM = re.compile(
    r"""'((?:[^'\\]++|\\.)*+)'|"((?:[^"\\]++|\\.)*+)"|([^\s,'"\[\]()][^,'"\[\]()]*+)""", re.S
)
_ESCAPED = re.compile(r"\\(.)", re.S)
_SIZE = re.compile(r"\D{0,8}(\d{1,10})\s{0,4}[x\u00d7*,/]\s{0,4}(\d{1,10})\D{0,8}\Z", re.I)
_WORDS = {
    "adm": "ADM",
    "cfg": "CFG",
    "clip": "CLIP",
    "controlnet": "ControlNet",
    "fps": "FPS",
    "freeu": "FreeU",
    "id": "ID",
    "ip": "IP",
    "lora": "LoRA",
    "loras": "LoRAs",
    "uc": "UC",
    "vae": "VAE",
}


class Fields:
    """Each asking takes the first of its keys whose value serves; `left` is what nobody took."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.left = dict(values)

    def _take(self, keys: tuple[str, ...], read: Callable[[Any], T | None]) -> T | None:
        for key in keys:
            if key in self.left and (result := read(self.left[key])) is not None:
                del self.left[key]
                return result
        return None

    def text(self, *keys: str) -> str:
        return self._take(keys, lambda value: _text(value) or None) or ""

    def texts(self, *keys: str) -> list[str]:
        """A list of texts, also as Python writes it or with commas."""
        return self._take(keys, lambda value: listed(value) or None) or []

    def whole(self, *keys: str, maximum: int = MAX_WHOLE) -> int | None:
        return self._take(keys, lambda value: whole(value, maximum))

    def seed(self, *keys: str) -> int | None:
        return self.whole(*keys, maximum=MAX_SEED)

    def number(self, *keys: str) -> float | None:
        return self._take(keys, number)

    def object(self, *keys: str) -> "Fields":
        """The fields of an object within; without any, where there is none."""
        found = self._take(keys, lambda value: value if isinstance(value, dict) else None)
        return Fields(found or {})

    def objects(self, *keys: str) -> list["Fields"]:
        """The objects of a list, or the one object that stands in its place."""
        found = self._take(keys, _objects) or []
        return [Fields(values) for values in found]

    def side(self, *keys: str) -> int | None:
        return self._take(keys, lambda value: whole(value) or None)

    def size(self, *keys: str) -> tuple[int | None, int | None]:
        """Width and height of one text or pair: `512x768`, `(512, 768)`, `[512, 768]`."""
        return self._take(keys, size_of) or (None, None)

    def sides(self) -> tuple[int | None, int | None]:
        return self.side("width", "Width"), self.side("height", "Height")

    def drop(self, *keys: str) -> None:
        for key in keys:
            self.left.pop(key, None)

    def facts(self, names: Mapping[str, str] | None = None) -> dict[str, str]:
        """All that is left and says something, by `names` or by a name made of the key."""
        facts: dict[str, str] = {}
        for key, value in self.left.items():
            text = "" if value is False else readable(value)
            if text and text not in _NOTHING:
                facts.setdefault((names or {}).get(key) or label(key), text)
            if len(facts) >= FACT_LIMIT:
                break
        return facts


def _text(value: Any) -> str:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return plain(value) if isinstance(value, float) else str(value)
    return ""


def _objects(value: Any) -> list[dict[str, Any]] | None:
    if isinstance(value, dict):
        return [value] if value else None
    if not isinstance(value, list):
        return None
    return [entry for entry in value[:ENTRY_LIMIT] if isinstance(entry, dict)] or None


def listed(value: Any) -> list[str]:
    """The texts of a list, whoever wrote it: JSON, Python (`['a', 'b']`) or commas."""
    if isinstance(value, list):
        return [text for entry in value[:ENTRY_LIMIT] if (text := _text(entry))]
    if not isinstance(value, str) or len(value) > _TEXT_LIMIT or value.startswith("data:"):
        return []
    if value.lstrip()[:1] not in ("[", "("):
        return [text for entry in value.split(",")[:ENTRY_LIMIT] if (text := clean(entry))]
    texts = []
    for single, double, bare in _ITEM.findall(value)[:ENTRY_LIMIT]:
        quoted = single or double
        text = clean(_ESCAPED.sub(r"\1", quoted) if quoted else bare)
        if text and text != "None":
            texts.append(text)
    return texts


def size_of(value: Any) -> tuple[int, int] | None:
    if isinstance(value, list | tuple) and len(value) == 2:
        width, height = whole(value[0]), whole(value[1])
    elif isinstance(value, str) and len(value) < 64 and (match := _SIZE.match(value)):
        width, height = whole(match[1]), whole(match[2])
    else:
        return None
    return (width, height) if width and height else None


def readable(value: Any) -> str:
    """A value as a person reads it; pictures within a text are left out."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        texts = [_text(entry) for entry in value[:ENTRY_LIMIT]]
        if all(texts):
            return _shown(", ".join(texts))
    if isinstance(value, dict):
        for key in ("name", "model_name"):
            if isinstance(value.get(key), str):
                return _shown(value[key])
    if isinstance(value, dict | list):
        if not value:
            return ""
        try:
            return _shown(json.dumps(value, ensure_ascii=False))
        except RecursionError:
            return ""
    return _shown(_text(value))


def _shown(text: str) -> str:
    if text.startswith("data:") or "base64," in text:
        return ""
    if len(text) > _PACKED_LIMIT and " " not in text[:_PACKED_LIMIT]:
        return ""
    return clean(text[:_TEXT_LIMIT])


def is_name(text: str) -> bool:
    """Whether this may name a file: no data URI, no picture packed into text."""
    return bool(text) and len(text) < _PACKED_LIMIT and not text.startswith("data:")


def label(key: str) -> str:
    """`refiner_cfg_scale` as a person writes it: Refiner CFG scale."""
    words = [_WORDS.get(word, word) for word in clean(key[:100]).replace("_", " ").split()]
    text = " ".join(words)
    return text[:1].upper() + text[1:]
