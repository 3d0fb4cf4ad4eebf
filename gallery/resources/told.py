"""What somebody says of a model file, in one shape whoever said it."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_MOST_CHARS = 2000
_MOST_WORDS = 100
_TAG = re.compile(r"<[^<>]{0,2000}>")
_HEX = re.compile(r"(?:0x|sha256:)?([0-9a-f]{8,64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """`hashes` lower-case hex of any form, `aliases` other names by which images may call it."""

    title: str = ""
    base: str = ""
    type: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    hashes: Sequence[str] = ()
    aliases: Sequence[str] = ()


def united(tellings: Sequence[Told]) -> Told:
    """The first that says a thing is believed."""
    facts: dict[str, str] = {}
    for told in tellings:
        facts = {**told.facts, **facts}
    return Told(
        next((told.title for told in tellings if told.title), ""),
        next((told.base for told in tellings if told.base), ""),
        next((told.type for told in tellings if told.type), ""),
        facts,
        list(dict.fromkeys(each for told in tellings for each in told.hashes)),
        list(dict.fromkeys(each for told in tellings for each in told.aliases)),
    )


def text(value: Any) -> str:
    """For a person, of whatever JSON holds there: no markup, no NULs, not too long."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}"
    if not isinstance(value, str):
        return ""
    plain = html.unescape(_TAG.sub(" ", value[: 4 * _MOST_CHARS])).replace("\0", "")
    return " ".join(plain.encode("utf-8", "replace").decode().split())[:_MOST_CHARS]


def words(value: Any) -> str:
    """'a, b' of a list of texts, or of one."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(text, value[:_MOST_WORDS])))[:_MOST_CHARS]
    return text(value)


def hash_of(value: Any) -> str:
    """Lower-case hex, without what says its form; empty where it is none that is understood."""
    found = _HEX.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    return found[1] if found else ""


_LABELS = {
    "trigger": "Trigger words",
    "weight": "Preferred weight",
    "negative": "Negative words",
    "notes": "Notes",
    "version": "Version",
    "description": "Description",
    "page": "Civitai",
    "nsfw": "NSFW",
    "author": "Author",
    "license": "License",
    "date": "Date",
    "resolution": "Resolution",
    "network": "Network",
    "trained_on": "Trained on",
    "tags": "Tags",
}
PAGE = _LABELS["page"]


def facts(**values: Any) -> dict[str, str]:
    """By label; what says nothing is left out."""
    values["nsfw"] = "yes" if values.get("nsfw") is True else ""
    said = {name: words(value) for name, value in values.items()}
    return {_LABELS[name]: said[name] for name in _LABELS if said.get(name)}


def page(model: Any, version: Any) -> str:
    if not _is_id(model):
        return ""
    own = f"?modelVersionId={version}" if _is_id(version) else ""
    return f"https://civitai.com/models/{model}{own}"


def aliases(version: Any) -> Sequence[str]:
    """As `Civitai resources` of an infotext name it where they know nothing but its id."""
    return [f"civitai@{version}"] if _is_id(version) else ()


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 < value < 2**53


def hashes(stated: Any) -> list[str]:
    """CRC32 and BLAKE3 are left out: no image is recognised by them."""
    known = {str(form).casefold(): value for form, value in a_dict(stated).items()}
    forms = ("sha256", "autov1", "autov2", "autov3", "modelspec")
    return list(filter(None, (hash_of(known.get(form)) for form in forms)))


def a_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def a_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
