"""Numbers put into bins that the query language can say: `steps:20-29`, `cfg:5-6.99999`.

The language's ranges have both ends, and take a real number for equal that is as near as 1e-6; the
same bounds are counted here, so that a bar has as many images as its link finds.
"""

from dataclasses import dataclass

_SLACK = 1e-6
_JUST_BELOW = 1e-5


@dataclass(frozen=True, slots=True)
class Bin:
    """`low` and `high` as the language is told them; None has no end."""

    low: float | None
    high: float | None
    label: str
    is_real: bool

    @property
    def value(self) -> str:
        if self.low is None:
            return f"<={_plain(self.high or 0)}"
        if self.high is None:
            return f">={_plain(self.low)}"
        return f"{_plain(self.low)}-{_plain(self.high)}"

    def clause(self, column: str) -> str:
        slack = _SLACK if self.is_real else 0
        low = "" if self.low is None else f"{column} >= {self.low - slack!r}"
        high = "" if self.high is None else f"{column} <= {self.high + slack!r}"
        return " AND ".join(part for part in (low, high) if part)


def _plain(number: float) -> str:
    """Without an exponent, which the language does not read."""
    return f"{number:.5f}".rstrip("0").rstrip(".")


def _whole(*edges: int) -> tuple[Bin, ...]:
    ends = [*(edge - 1 for edge in edges[1:]), None]
    return tuple(
        Bin(low, high, f"{low}\u2013{high}" if high is not None else f"{low} or more", False)
        for low, high in zip(edges, ends, strict=True)
    )


def _real(*edges: float, has_less: bool = False) -> tuple[Bin, ...]:
    bins = []
    if has_less:
        bins.append(Bin(None, edges[0] - _JUST_BELOW, f"below {edges[0]:g}", True))
    for low, high in zip(edges, [*edges[1:], None], strict=True):
        if high is None:
            bins.append(Bin(low, None, f"{low:g} or more", True))
        else:
            label = f"{low:g} to below {high:g}"
            bins.append(Bin(low, round(high - _JUST_BELOW, 6), label, True))
    return tuple(bins)


STEPS = _whole(0, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100)
CFG = _real(0, 1.5, 3, 4, 5, 6, 7, 8, 10, 15)
WEIGHTS = _real(0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, has_less=True)


def case(bins: tuple[Bin, ...], column: str) -> str:
    """An expression that is the number of the bin; NULL is in none."""
    whens = " ".join(f"WHEN {each.clause(column)} THEN {at}" for at, each in enumerate(bins))
    return f"CASE {whens} END"
