"""What a person wants made of pictures, as it came from outside and as it is kept."""

from dataclasses import asdict, dataclass
from typing import Any

from dtoolkit.core.errors import BadInput

FORMATS = {"webp": "WebP", "avif": "AVIF"}
QUALITIES = range(50, 101)
# What becomes of the file that was converted.
TRASH, KEEP, DELETE = "trash", "keep", "delete"
WORD = "delete"
_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Order:
    """`quality` is the library's own scale; `takes_bigger`: also what comes out no smaller."""

    format: str = "webp"
    quality: int = _QUALITY
    is_lossless: bool = False
    originals: str = TRASH
    takes_bigger: bool = False

    @property
    def keeps(self) -> bool:
        return self.originals == KEEP

    @property
    def title(self) -> str:
        return FORMATS[self.format]

    @property
    def ending(self) -> str:
        return f".{self.format}"

    def stored(self) -> dict[str, Any]:
        return asdict(self)


def read(values: dict[str, Any]) -> Order:
    """Of a form or a command. Raises `BadInput` that says what to do."""
    wanted = str(values.get("format") or "webp")
    if wanted not in FORMATS:
        raise BadInput("Choose WebP or AVIF.")
    typed = str(values.get("quality") or _QUALITY).strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) < 4 and int(typed) in QUALITIES):
        raise BadInput(f"Quality is a whole number from {QUALITIES[0]} to {QUALITIES[-1]}.")
    is_lossless = str(values.get("lossless") or "") == "1"
    if is_lossless and wanted == "avif":
        raise BadInput(
            "AVIF, as it can be written here, changes colours by up to 3 of 255 even at its best. "
            "For pictures without any loss choose WebP."
        )
    originals = str(values.get("originals") or TRASH)
    if originals not in {TRASH, KEEP, DELETE}:
        raise BadInput("Originals go to the trash, are kept, or are deleted: choose one.")
    if originals == DELETE and str(values.get("word") or "").strip().lower() != WORD:
        raise BadInput(f"Deleted originals do not come back. If you mean it, type {WORD}.")
    takes_bigger = str(values.get("bigger") or "") == "1"
    return Order(wanted, int(typed), is_lossless, originals, takes_bigger)


def restored(params: dict[str, Any]) -> Order:
    """Of what `stored` gave."""
    return Order(**params)
