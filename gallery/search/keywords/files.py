"""The file itself: what kind, how large, how long."""

from django.db.models import Q

from gallery.media import formats
from gallery.search.conditions import Condition, Indexed, Plain
from gallery.search.keywords import suggestions
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.keywords.sizes import GROUP
from gallery.search.keywords.texts import between, matching
from gallery.search.language.kinds import Choice, Interval, Name, Number, Pattern
from gallery.search.language.kinds.numbers import Missing

_TYPES = {
    "image": "image", "picture": "image", "still": "image",
    "video": "video", "movie": "video",
    "animation": "animation", "animated": "animation",
}  # fmt: skip
_KB = 1000
_BYTES = {
    "b": 1, "k": _KB, "kb": _KB, "m": _KB**2, "mb": _KB**2, "g": _KB**3, "gb": _KB**3,
    "kib": 1024, "mib": 1024**2, "gib": 1024**3,
}  # fmt: skip
_SECONDS = {"ms": 1, "s": 1000, "sec": 1000, "seconds": 1000, "m": 60_000, "min": 60_000,
            "h": 3_600_000}  # fmt: skip
_ALIASES = {"jpg": "jpeg", "tif": "tiff"}
_VIDEO = Q(format__in=formats.VIDEOS)


def _of_type(value: str, context: Context) -> Condition:
    if value == "video":
        return Plain(_VIDEO)
    moves = Q(duration_ms__isnull=False) & ~_VIDEO
    return Plain(moves if value == "animation" else ~_VIDEO & Q(duration_ms__isnull=True))


def _of_format(value: Pattern, context: Context) -> Condition:
    text = _ALIASES.get(value.text.lower(), value.text).removeprefix(".")
    return Plain(matching("format", Pattern(text, value.how)))


def _lasts(value: Interval | Missing, context: Context) -> Condition:
    return Plain(between("duration_ms", value))


def _of_bytes(value: Interval | Missing, context: Context) -> Condition:
    return Indexed(Q(collection=context.collection) & between("size", value))


KEYWORDS = (
    Keyword(
        "type", Choice(_TYPES), "that are stills, videos or animations",
        ("type:video", "type:image|animation"), GROUP, _of_type, ("kind",),
        choices=("image", "video", "animation"),
    ),
    Keyword(
        "format", Name("a format", is_whole=True), "of this format, whatever the name says",
        ("format:webp", "format:mp4|webm"), GROUP, _of_format, ("ext", "extension"),
        is_there=lambda context: Plain(~Q(format="")),
        suggest=suggestions.of_column("format"),
    ),
    Keyword(
        "duration",
        Number(lowest=0, units=_SECONDS, expected="a time like 10s or 2m"),
        "that play so long", ("duration:>10s", "duration:1m-2m"), GROUP, _lasts, ("length",),
        lambda context: Plain(Q(duration_ms__isnull=False)),
    ),
    Keyword(
        "filesize",
        Number(lowest=0, units=_BYTES, takes_none=False, expected="a size like 5MB"),
        "whose file is so large", ("filesize:>5MB", "filesize:100kB-1MB"), GROUP, _of_bytes,
        ("file size", "bytes"),
    ),
)  # fmt: skip
