"""Which card is whose: each process of the gpu cluster takes one that no other has."""

from collections.abc import Sequence
from pathlib import Path

import portalocker

from dtoolkit.inference.devices import Device

_held: list[portalocker.Lock] = []


def claim(devices: Sequence[Device], folder: Path) -> tuple[Device, ...]:
    """One card of `devices`, this process's until it ends (a killed one's lock goes with it); all
    of them where there is no choice or every card is taken."""
    cards = [device for device in devices if device.is_card]
    if len(cards) < 2:
        return tuple(devices)
    folder.mkdir(parents=True, exist_ok=True)
    for card in sorted(cards, key=lambda card: -card.weight):
        lock = portalocker.Lock(
            folder / f"{card.name.replace(':', '-')}.lock",
            flags=portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING,
            timeout=0,
        )
        try:
            lock.acquire()
        except portalocker.LockException:
            continue
        _held.append(lock)
        return (card,)
    return tuple(devices)
