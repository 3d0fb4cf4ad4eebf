"""Where a folder of another machine lies on this one: `D:\\images=/mnt/images`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dtoolkit.core.errors import BadInput

_WINDOWS = re.compile(r"[a-zA-Z]:|//")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Both without a slash at the end."""

    there: str
    here: str


def parse(given: Iterable[str]) -> list[Mapping]:
    """The longest first, so that the closest counts. Raises `BadInput`."""
    found = []
    for text in given:
        there, sign, here = text.partition("=")
        if not sign or not there.strip() or not here.strip():
            raise BadInput(
                f"'{text}' is no mapping. Write THERE=HERE, as in D:\\images=/mnt/images."
            )
        found.append(Mapping(_plain(there.strip()), _plain(here.strip())))
    return sorted(found, key=lambda each: len(each.there), reverse=True)


def here(path: str, mappings: Sequence[Mapping]) -> str:
    """`path` with slashes, at the place on this machine; as it is where no mapping tells. Paths of
    Windows are the same however their letters are written."""
    plain = _plain(path)
    for each in mappings:
        start, rest = plain[: len(each.there)], plain[len(each.there) :]
        is_same = start == each.there or (
            _WINDOWS.match(each.there) and start.casefold() == each.there.casefold()
        )
        if is_same and (not rest or rest[0] == "/"):
            return each.here + rest
    return plain


def _plain(path: str) -> str:
    return path.replace("\\", "/").rstrip("/")
