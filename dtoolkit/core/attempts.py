"""Counts wrong passwords by address, so that guessing gets slow; told to all web processes."""

import hashlib
import time

from django.core.cache import caches

FREE = 5
LONGEST_S = 300
_FORGOTTEN_AFTER_S = 3600


def wait_s(address: str) -> int:
    """Seconds until this address may try again."""
    _, again_at = _get(address)
    return max(0, int(again_at - time.time() + 0.999))


def record(address: str) -> None:
    count, _ = _get(address)
    count += 1
    pause = min(LONGEST_S, 4 * 2 ** (count - FREE)) if count >= FREE else 0
    caches["attempts"].set(_key(address), (count, time.time() + pause), _FORGOTTEN_AFTER_S)


def forget(address: str) -> None:
    caches["attempts"].delete(_key(address))


def _get(address: str) -> tuple[int, float]:
    found: tuple[int, float] = caches["attempts"].get(_key(address), (0, 0.0))
    return found


def _key(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()
