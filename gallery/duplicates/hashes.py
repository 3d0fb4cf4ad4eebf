"""Pairs of 64-bit hashes that differ in few bits, without comparing each with each.

The bits are cut into bands. Of two hashes that differ in at most d bits at least `bands - d` bands
are equal, so each choice of so many bands is a table in which such a pair meets: multi-index
hashing with combined keys (after Norouzi, Punjani, Fleet, "Fast Exact Search in Hamming Space with
Multi-Index Hashing", 2012). More bands make more tables of fewer chance meetings: `scheme` weighs
that.
"""

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Keys = npt.NDArray[np.uint64]

BITS = 64
MOST_DISTANCE = 12
# Of hashes that share a key each meets so many of the next ones only; reached where thousands of
# different hashes are nearly alike.
MOST_MET = 2048
# Links of one hash that are kept, the best first: what bounds memory.
MOST_LINKS = 32
_MOST_WAITING = 4_000_000
_MOST_TABLES = 10_000
# Relative costs of handling a hash once a table, and of comparing two.
_HANDLING, _COMPARING = 1.6, 1.0
_HALF = np.uint64(32)


def scheme(count: int, distance: int) -> tuple[int, int]:
    """How many bands, and how many of them make a key; `distance` is 1 or more."""
    index_bits = max(1, (count - 1).bit_length())

    def cost(bands: int) -> float:
        equal = bands - distance
        tables = math.comb(bands, equal)
        key_bits = sum(_widths(bands)[:equal])
        if tables > _MOST_TABLES or key_bits + index_bits > BITS:
            return math.inf
        meetings: float = count / 2 / 2 ** (BITS // bands * equal)
        return tables * (_HANDLING + meetings * _COMPARING)

    bands = min(range(distance + 1, BITS // 2 + 1), key=cost)
    return bands, bands - distance


def pairs(
    hashes: Hashes, distance: int, tell: Callable[[float], None]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Places of the later and the earlier one, and in how many bits they differ. `tell` hears what
    part is done and may raise."""
    keys = np.zeros(0, np.uint64)
    if len(hashes) > 1:
        keys = _meet(hashes, distance, tell)
    later, earlier = (keys >> _HALF).astype(np.int64), (keys & (2**32 - 1)).astype(np.int64)
    return later, earlier, np.bitwise_count(hashes[later] ^ hashes[earlier])


def _meet(hashes: Hashes, distance: int, tell: Callable[[float], None]) -> Keys:
    bands, equal = scheme(len(hashes), max(1, distance))
    widths = _widths(bands)
    # A key with its place in half a word sorts in half the time.
    place_bits = max(1, (len(hashes) - 1).bit_length())
    is_short = sum(widths[:equal]) + place_bits < 32
    kind: type[np.unsignedinteger[Any]] = np.uint32 if is_short else np.uint64
    parts = [
        (hashes >> np.uint64(start) & np.uint64((1 << width) - 1)).astype(kind)
        for start, width in zip(itertools.accumulate(widths, initial=0), widths, strict=False)
    ]
    places = np.arange(len(hashes), dtype=kind)
    kept, waiting, count = np.zeros(0, np.uint64), [], 0
    tables = math.comb(bands, equal)
    for number, chosen in enumerate(itertools.combinations(range(bands), equal)):
        tell(number / tables)
        key = parts[chosen[0]]
        for band in chosen[1:]:
            key = key << widths[band] | parts[band]
        for found in _table(hashes, key << place_bits | places, place_bits, distance):
            waiting.append(found)
            count += len(found)
        if count > _MOST_WAITING:
            kept, waiting, count = _best([kept, *waiting]), [], 0
    return _best([kept, *waiting])


def _table(hashes: Hashes, packed: npt.NDArray[Any], place_bits: int, distance: int) -> list[Keys]:
    """One sort brings equal keys together, in order of place; then each is compared with the next
    one, with the one after that, and so on as long as keys are equal."""
    packed.sort()
    place = (packed & ((1 << place_bits) - 1)).astype(np.int64)
    key = np.append(packed >> place_bits, np.iinfo(packed.dtype).max)  # which is no key
    here = hashes[place]
    found = []
    at = np.flatnonzero(key[1:] == key[:-1])
    for step in range(1, MOST_MET + 1):
        if not at.size:
            break
        near = at[np.bitwise_count(here[at] ^ here[at + step]) <= distance]
        if near.size:
            found.append((place[near + step] << 32 | place[near]).astype(np.uint64))
        at = at[key[at] == key[at + step + 1]]
    return found


def _best(keys: list[Keys]) -> Keys:
    """Each pair once, of each hash only its first links."""
    every = np.unique(np.concatenate(keys))
    if not every.size:
        return every
    later = every >> _HALF
    starts = np.flatnonzero(np.r_[True, later[1:] != later[:-1]])
    number = np.arange(len(every)) - np.repeat(starts, np.diff(np.r_[starts, len(every)]))
    return np.asarray(every[number < MOST_LINKS])


def _widths(bands: int) -> list[int]:
    """The wider ones first."""
    width, more = divmod(BITS, bands)
    return [width + 1] * more + [width] * (bands - more)
