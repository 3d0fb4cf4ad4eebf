"""Means of ratings with what is known of them: intervals of 95 %, from counts and sums alone.

A rating is a whole number that stands for half a step around it, so that a variance of 1/12 is
added: three eights are no proof of an eight. Student's t holds for means, Welch's for differences.
"""

import math
from dataclasses import dataclass

LOWEST, HIGHEST = 1.0, 10.0
_ROUNDING = 1 / 12
_Z = 1.959963984540054
_T = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281)


@dataclass(frozen=True, slots=True)
class Sample:
    """How many ratings, their sum and the sum of their squares."""

    n: int
    total: int
    squares: int

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def variance(self) -> float:
        """Of the ratings, by n - 1; needs two."""
        spread = (self.squares - self.total * self.total / self.n) / (self.n - 1)
        return max(0.0, spread) + _ROUNDING

    def without(self, part: "Sample") -> "Sample":
        return Sample(self.n - part.n, self.total - part.total, self.squares - part.squares)


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float
    low: float
    high: float


def t(freedom: float) -> float:
    """The 97.5 % point of Student's t: from the table, or by Cornish and Fisher's expansion
    (Abramowitz and Stegun 26.7.5), good to four digits beyond ten."""
    whole = math.floor(freedom)
    if whole < 1:
        return math.inf
    if whole <= len(_T):
        return _T[whole - 1]
    z, n = _Z, float(whole)
    first = (z**3 + z) / (4 * n)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    return z + first + second + third


def mean(sample: Sample) -> Estimate:
    """Of one rating nothing is known but itself: its interval is the whole scale."""
    if sample.n < 2:
        return Estimate(sample.mean, LOWEST, HIGHEST)
    half = t(sample.n - 1) * math.sqrt(sample.variance / sample.n)
    return Estimate(sample.mean, max(LOWEST, sample.mean - half), min(HIGHEST, sample.mean + half))


def difference(part: Sample, rest: Sample) -> Estimate | None:
    """How much higher `part` is rated than `rest`; None where either has less than two ratings."""
    if part.n < 2 or rest.n < 2:
        return None
    ours, theirs = part.variance / part.n, rest.variance / rest.n
    freedom = (ours + theirs) ** 2 / (ours**2 / (part.n - 1) + theirs**2 / (rest.n - 1))
    half = t(freedom) * math.sqrt(ours + theirs)
    apart = part.mean - rest.mean
    return Estimate(apart, apart - half, apart + half)
