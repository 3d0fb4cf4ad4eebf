"""Axes that begin at zero and have round numbers, in thousands or in kilobytes."""

import math
from dataclasses import dataclass

_THOUSANDS = ("", "k", "M", "G")
_BYTES = ("B", "KB", "MB", "GB", "TB", "PB")
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Axis:
    """From zero to `top`, which is at least one step; `ticks` has both ends."""

    top: float
    ticks: tuple[float, ...]


def axis(highest: float, wanted: int = 4, *, is_whole: bool = True, base: int = 1000) -> Axis:
    """Round steps, about `wanted` of them. `base` 1024 makes numbers of bytes round."""
    if not highest > 0 or math.isinf(highest):
        return Axis(1, (0, 1))
    unit = 1.0
    while base == 1024 and highest / unit >= base:
        unit *= base
    rough = highest / unit / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in _STEPS if power * each >= rough * (1 - 1e-9)) * unit
    if is_whole:
        step = math.ceil(step)
    count = max(1, math.ceil(highest / step - 1e-9))
    return Axis(step * count, tuple(step * number for number in range(count + 1)))


def short(number: float) -> str:
    """`1,234` as `1.2k`: at most three digits that count."""
    return _with_unit(number, 1000, _THOUSANDS, "")


def size(number: float) -> str:
    """Bytes as `1.2 GB`, by 1024 as all pages have it."""
    return _with_unit(number, 1024, _BYTES, "\u00a0")


def _with_unit(number: float, base: int, units: tuple[str, ...], between: str) -> str:
    at = 0
    while abs(number) >= base * 0.9995 and at < len(units) - 1:
        number /= base
        at += 1
    digits = 0 if abs(number) >= 100 or number == int(number) else 1
    text = f"{number:,.{digits}f}".removesuffix(".0")
    return f"{text}{between}{units[at]}"
