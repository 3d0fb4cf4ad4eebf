"""Colour spaces that files name by code points instead of carrying a profile, as profiles.

Code points: ITU-T H.273. Profiles: ICC.1:2022, a matrix and one curve for all three channels. What
is brighter than a page's white (PQ, HLG) is rolled off in that curve, each channel by itself.
"""

import functools
import math
import struct
from collections.abc import Callable

_D65 = (0.3127, 0.3290)
# Primaries: x and y of red, green, blue and white.
_PRIMARIES = {
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
}
_SRGB_PRIMARIES = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), _D65)
# BT.709, unspecified, and the old television ones, which differ less than screens do.
_LIKE_SRGB = frozenset((0, 1, 2, 5, 6, 7))
# Television's curves and unspecified: shown with sRGB's, as browsers do.
_LIKE_SRGB_CURVE = frozenset((0, 1, 2, 6, 7, 13, 14, 15))
_GAMMAS = {4: 2.2, 5: 2.8}
PQ, HLG = 16, 18
_LINEAR = 8

_D50 = (0.9642, 1.0, 0.8249)
_BRADFORD = (
    (0.8951, 0.2664, -0.1614),
    (-0.7502, 1.7135, 0.0367),
    (0.0389, -0.0685, 1.0296),
)
_ENTRIES = 1024
# Nits of a page's white, and of the brightest that HLG is made for (ITU-R BT.2408).
_WHITE, _PEAK = 203, 1000
_KNEE = 0.6

_Matrix = tuple[tuple[float, ...], ...]


@functools.cache
def profile(primaries: int, transfer: int) -> bytes:
    """An ICC profile; empty where the colours are sRGB's, or nobody said what they are."""
    if primaries in _PRIMARIES:
        corners = _PRIMARIES[primaries]
    elif primaries in _LIKE_SRGB:
        corners = _SRGB_PRIMARIES
    else:
        return b""
    curve = _curve(transfer)
    if curve is None or (corners is _SRGB_PRIMARIES and transfer in _LIKE_SRGB_CURVE):
        return b""
    red, green, blue = _transposed(_to_d50(corners))
    return _packed(
        {
            b"desc": _text("By code points"),
            b"cprt": _text("None"),
            b"wtpt": _xyz(_D50),
            b"rXYZ": _xyz(red),
            b"gXYZ": _xyz(green),
            b"bXYZ": _xyz(blue),
            b"rTRC": curve,
            b"gTRC": curve,
            b"bTRC": curve,
        }
    )


def is_hdr(transfer: int) -> bool:
    return transfer in (PQ, HLG)


def _curve(transfer: int) -> bytes | None:
    """From stored values to light, as an ICC curve; None where the code point is not known."""
    if transfer in _LIKE_SRGB_CURVE:
        numbers = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
        return struct.pack(">4s4xHxx5l", b"para", 3, *(round(n * 65536) for n in numbers))
    if transfer in _GAMMAS:
        return struct.pack(">4s4xLH", b"curv", 1, round(_GAMMAS[transfer] * 256))
    if transfer == _LINEAR:
        return struct.pack(">4s4xL", b"curv", 0)
    if transfer == PQ:
        return _table(lambda value: _rolled_off(_pq_nits(value) / _WHITE))
    if transfer == HLG:
        return _table(lambda value: _rolled_off(_PEAK * _hlg_light(value) ** 1.2 / _WHITE))
    return None


def _table(light: Callable[[float], float]) -> bytes:
    values = (round(65535 * light(n / (_ENTRIES - 1))) for n in range(_ENTRIES))
    return struct.pack(f">4s4xL{_ENTRIES}H", b"curv", _ENTRIES, *values)


def _pq_nits(value: float) -> float:
    """SMPTE ST 2084."""
    root = value ** (32 / 2523)
    return float(
        10_000 * (max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (8192 / 1305)
    )


def _hlg_light(value: float) -> float:
    """ITU-R BT.2100, scene light from 0 to 1."""
    if value <= 0.5:
        return value * value / 3
    return (math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12


def _rolled_off(light: float) -> float:
    if light <= _KNEE:
        return light
    return 1 - (1 - _KNEE) * math.exp(-(light - _KNEE) / (1 - _KNEE))


def _to_d50(corners: tuple[tuple[float, float], ...]) -> _Matrix:
    """From linear RGB to XYZ, adapted to the profile's white by Bradford's matrix."""
    *primaries, white = (_from_xy(*corner) for corner in corners)
    columns = _transposed(tuple(primaries))
    shares = _times(_inverse(columns), white)
    to_xyz = tuple(
        tuple(value * share for value, share in zip(row, shares, strict=True)) for row in columns
    )
    ratios = zip(_times(_BRADFORD, _D50), _times(_BRADFORD, white), strict=True)
    scales = [there / here for there, here in ratios]
    scaled = tuple(
        tuple(scale * value for value in row) for scale, row in zip(scales, _BRADFORD, strict=True)
    )
    adapted = _product(_inverse(_BRADFORD), scaled)
    return _product(adapted, to_xyz)


def _from_xy(x: float, y: float) -> tuple[float, ...]:
    return x / y, 1.0, (1 - x - y) / y


def _transposed(matrix: _Matrix) -> _Matrix:
    return tuple(zip(*matrix, strict=True))


def _times(matrix: _Matrix, vector: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def _product(left: _Matrix, right: _Matrix) -> _Matrix:
    return _transposed(tuple(_times(left, column) for column in _transposed(right)))


def _inverse(matrix: _Matrix) -> _Matrix:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    rows = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    determinant = a * rows[0][0] + b * rows[1][0] + c * rows[2][0]
    return tuple(tuple(value / determinant for value in row) for row in rows)


def _xyz(values: tuple[float, ...]) -> bytes:
    return struct.pack(">4s4x3l", b"XYZ ", *(round(value * 65536) for value in values))


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return struct.pack(">4s4xLL2s2sLL", b"mluc", 1, 12, b"en", b"US", len(encoded), 28) + encoded


def _packed(tags: dict[bytes, bytes]) -> bytes:
    table, body = [struct.pack(">L", len(tags))], b""
    start = 128 + 4 + 12 * len(tags)
    for signature, data in tags.items():
        table.append(struct.pack(">4sLL", signature, start + len(body), len(data)))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(
        ">L4sL4s4s4s12x4s28x3l48x",
        start + len(body),
        b"\0" * 4,
        0x04300000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        b"acsp",
        *(round(value * 65536) for value in _D50),
    )
    return b"".join((header, *table, body))
