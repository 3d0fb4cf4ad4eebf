"""How large and of what shape a picture is."""

from django.db.models import F, Q
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)

from gallery.search.conditions import Condition, Plain
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.language.kinds import Exactly, Interval, Number, Ratio, Shape, Size
from gallery.search.language.kinds.numbers import Missing

GROUP = "The file"
_READ = Q(width__isnull=False, height__isnull=False)
_PIXELS = 1_000_000


def _of_size(value: Exactly | Ratio | Shape, context: Context) -> Condition:
    width, height = F("width"), F("height")
    if isinstance(value, Exactly):
        clause = _READ
        if value.width is not None:
            clause &= Q(width=value.width)
        if value.height is not None:
            clause &= Q(height=value.height)
        return Plain(clause)
    if isinstance(value, Ratio):
        return Plain(_READ & Q(Exact(width * value.height, height * value.width)))
    shape = {"portrait": LessThan, "landscape": GreaterThan, "square": Exact}[value.name]
    return Plain(_READ & Q(shape(width, height)))


def _of_pixels(value: Interval | Missing, context: Context) -> Condition:
    """A picture of 1024 x 1024 is of 1.05 megapixels: what rounds to the number is equal to it."""
    if isinstance(value, Missing):
        return Plain(~_READ)
    pixels = F("width") * F("height")
    low, high = value.low, value.high
    inside = Q()
    if low is not None:
        slack = 0.05 if low == high else 0
        compare = GreaterThanOrEqual if value.is_low_closed else GreaterThan
        inside &= Q(compare(pixels, int((low - slack) * _PIXELS)))
    if high is not None:
        slack = 0.06 if low == high else 0
        lower = LessThanOrEqual if value.is_high_closed else LessThan
        inside &= Q(lower(pixels, int((high + slack) * _PIXELS)))
    return Plain(_READ & (~inside if value.is_outside else inside))


KEYWORDS = (
    Keyword(
        "size",
        Size(),
        "of this size, shape or ratio; ? is any",
        ("size:512x768", "size:1024x?", "size:16:9", "size:portrait|square"),
        GROUP,
        _of_size,
        ("dimensions", "resolution"),
        lambda context: Plain(_READ),
        choices=("portrait", "landscape", "square"),
    ),
    Keyword(
        "mp",
        Number(lowest=0, highest=100_000),
        "of so many megapixels",
        ("mp:>=2", "mp:1-1.5"),
        GROUP,
        _of_pixels,
        ("megapixels",),
    ),
)
