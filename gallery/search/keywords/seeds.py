"""Seeds: numbers of up to 20 digits, found by the index on them, wildcards too where they can."""

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from gallery.search.conditions import Condition, Indexed, Plain
from gallery.search.keywords.made import GROUP
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.keywords.texts import ILike, like
from gallery.search.language.kinds import Digits, Seed
from gallery.search.language.kinds.numbers import Missing


def _compile(value: tuple[Digits, ...] | Missing, context: Context) -> Condition:
    if isinstance(value, Missing):
        return Plain(Q(seed__isnull=True))
    ranges = Q()
    for digits in value:
        one = Q(seed=digits.low) if digits.low == digits.high else Q(
            seed__gte=digits.low, seed__lte=digits.high
        )  # fmt: skip
        ranges |= one
    clause = Q(seed__isnull=False) & ranges
    patterns = {digits.pattern for digits in value if digits.pattern}
    for pattern in patterns:
        clause &= Q(ILike(Cast("seed", TextField()), like(pattern)))
    is_anything = any(digits.low == 0 and digits.pattern for digits in value)
    return Plain(clause) if is_anything else Indexed(clause)


KEYWORDS = (
    Keyword(
        "seed",
        Seed(),
        "of this seed; a range, or * and ? for digits, find several",
        ("seed:1234", "seed:100-200", "seed:12*", "seed:1?3"),
        GROUP,
        _compile,
        is_there=lambda context: Plain(Q(seed__isnull=False)),
    ),
)
