"""Which networks the processes of this machine have in memory, told in small files: the page that
shows it runs in another process than the networks do."""

import contextlib
import logging
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson
from django.conf import settings

from dtoolkit.inference.pool import Loaded, Pool

logger = logging.getLogger(__name__)
_FRESH_S = 30.0


@dataclass(frozen=True, slots=True)
class InMemory:
    """`idle_s` seconds nobody used it; it goes after `ttl_s`."""

    network: str
    device: str
    size_mb: int
    idle_s: int
    ttl_s: int
    lease_count: int
    waited_s: float
    computed_s: float
    is_busy: bool


def keep_in_touch(pool: Pool) -> None:
    """Drops what is idle where a person asked for that, and tells what is left. A full disk must
    not end the thread that also ends networks' time in memory."""
    try:
        ask = _folder() / f"{os.getpid()}.ask"
        if ask.exists():
            ask.unlink()
            pool.yield_device()
        tell(pool.standing())
    except OSError as error:
        logger.warning("What is in memory cannot be told: %s", error)


def ask_to_release() -> None:
    """Every process of this machine drops what is idle, within seconds."""
    for file in _folder().glob("*.json"):
        file.with_suffix(".ask").touch()


def tell(loaded: Iterable[Loaded]) -> None:
    """What this process has now."""
    now = time.monotonic()
    told = [
        {
            "network": each.spec.key,
            "device": each.device,
            "size_mb": each.size_mb,
            "idle_s": int(now - each.used_at),
            "ttl_s": int(each.spec.ttl_s),
            "lease_count": each.lease_count,
            "waited_s": round(each.waited_s, 3),
            "computed_s": round(each.computed_s, 3),
            "is_busy": each.leases > 0,
        }
        for each in loaded
    ]
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{os.getpid()}.json"
    new = file.with_suffix(".new")
    new.write_bytes(orjson.dumps(told))
    new.replace(file)


def all_processes() -> list[InMemory]:
    """Files of processes that tell no more are removed."""
    found: list[InMemory] = []
    for file in sorted(_folder().glob("*.json")):
        with contextlib.suppress(OSError, ValueError, TypeError):
            if time.time() - file.stat().st_mtime > _FRESH_S:
                file.unlink()
                file.with_suffix(".ask").unlink(missing_ok=True)
                continue
            found += [InMemory(**told) for told in orjson.loads(file.read_bytes())]
    return found


def _folder() -> Path:
    return Path(settings.ENV.data_dir) / "devices"
