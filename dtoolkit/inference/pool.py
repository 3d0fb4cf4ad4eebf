"""Networks in memory: loaded once, leased to who needs them, dropped when nobody did for a while.

A lease is held for one batch, so that a card can be yielded to ComfyUI between two.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from dtoolkit.inference import specs
from dtoolkit.inference.devices import Device
from dtoolkit.inference.errors import DeviceLost, OutOfMemory
from dtoolkit.inference.loading import Located, load, release
from dtoolkit.inference.specs import Spec

ROOM_WAIT_S = 120.0
_SWEEP_S = 5.0


@dataclass
class Loaded:
    """A network on a device. Times are the pool's clock; `waited_s` is the time that leases waited
    for it, `computed_s` the time they were held."""

    spec: Spec
    device: str
    model_key: str
    adapter: Any
    size_mb: int
    loaded_at: float
    used_at: float
    leases: int = 0
    lease_count: int = 0
    waited_s: float = 0.0
    computed_s: float = 0.0


@dataclass
class _Place:
    device: Device
    loaded: dict[str, Loaded] = field(default_factory=dict)
    coming_mb: dict[str, int] = field(default_factory=dict)  # room kept for what is being loaded
    yielded_until: float = 0.0

    @property
    def used_mb(self) -> int:
        return sum(loaded.size_mb for loaded in self.loaded.values()) + sum(self.coming_mb.values())


class Pool:
    """`locate` says where a spec's weights lie now, `load_` makes its adapter, `clock` counts
    seconds; all are handed in. Threads may share a pool."""

    def __init__(
        self,
        devices: Sequence[Device],
        locate: Callable[[Spec], Located],
        load_: Callable[[Spec, Located, str], Any] = load,
        clock: Callable[[], float] = time.monotonic,
        room_wait_s: float = ROOM_WAIT_S,
    ) -> None:
        self._places = {device.name: _Place(device) for device in devices}
        self._locate, self._load, self._clock = locate, load_, clock
        self._room_wait_s = room_wait_s
        self._changed = threading.Condition()
        self._loading: dict[tuple[str, str], threading.Lock] = {}

    @contextlib.contextmanager
    def lease(self, key: str, device: str | None = None) -> Iterator[Any]:
        """The adapter of the network `key`, loaded where it is not yet; on `device`, or on the one
        with most room.

        Raises `InferenceError`s of loading, `OutOfMemory` where the device has no room for it even
        without all idle ones, and `KeyError` for a key that no spec has. A `DeviceLost` that is
        raised within has the device's networks forgotten.
        """
        begun_at = self._clock()
        loaded, adapter = self._hold(specs.get(key), device)
        held_at = self._clock()
        try:
            yield adapter
        except DeviceLost:
            self._forget(loaded.device)
            raise
        finally:
            with self._changed:
                now = self._clock()
                loaded.leases -= 1
                loaded.lease_count += 1
                loaded.waited_s += held_at - begun_at
                loaded.computed_s += now - held_at
                loaded.used_at = now
                place = self._places[loaded.device]
                if now < place.yielded_until and not loaded.leases:
                    self._unload(place, loaded)
                self._changed.notify_all()

    def sweep(self) -> None:
        """Unload what nobody used for its time to live."""
        with self._changed:
            now = self._clock()
            for place in self._places.values():
                for loaded in list(place.loaded.values()):
                    if not loaded.leases and now - loaded.used_at >= loaded.spec.ttl_s:
                        self._unload(place, loaded)

    def yield_device(self, name: str | None = None, for_s: float = 0.0) -> int:
        """Unload all that is idle on the device, or on all; for `for_s` seconds new leases of it
        wait. What is leased now goes when its lease ends. How many MB were freed at once."""
        with self._changed:
            freed = 0
            for place in self._places.values():
                if name not in {None, place.device.name}:
                    continue
                place.yielded_until = max(place.yielded_until, self._clock() + for_s)
                freed += self._unload_idle(place)
            return freed

    def standing(self) -> list[Loaded]:
        """What is loaded now."""
        with self._changed:
            return [loaded for place in self._places.values() for loaded in place.loaded.values()]

    def _hold(self, spec: Spec, device: str | None) -> tuple[Loaded, Any]:
        """The adapter too: other weights may take its place before the caller looks."""
        located = self._locate(spec)
        place = self._place(spec, device)
        with self._changed:
            self._wait_while_yielded(place)
            known = self._current(place, spec, located)
            if known:
                return known, known.adapter
            lock = self._loading.setdefault((spec.key, place.device.name), threading.Lock())
        with lock:  # others of the same network wait for this one load; other networks do not
            with self._changed:
                self._wait_while_yielded(place)
                known = self._current(place, spec, located)
                if known:
                    return known, known.adapter
                self._make_room(place, spec)
                place.coming_mb[spec.key] = spec.vram_mb
            try:
                adapter = self._load_or_make_room(place, spec, located)
            except BaseException:
                with self._changed:
                    del place.coming_mb[spec.key]
                    self._changed.notify_all()
                raise
            with self._changed:
                del place.coming_mb[spec.key]
                now = self._clock()
                size = max(spec.vram_mb, getattr(adapter, "size_mb", 0))
                loaded = Loaded(
                    spec, place.device.name, located.model_key, adapter, size, now, now, leases=1
                )
                place.loaded[spec.key] = loaded
                self._changed.notify_all()
                return loaded, adapter

    def _load_or_make_room(self, place: _Place, spec: Spec, located: Located) -> Any:
        """Others, like ComfyUI, use the card too: it may be full where our budget is not."""
        try:
            return self._load(spec, located, place.device.name)
        except DeviceLost:
            self._forget(place.device.name)
            raise
        except OutOfMemory:
            if not self._unload_idle(place):
                raise
        return self._load(spec, located, place.device.name)

    def _place(self, spec: Spec, device: str | None) -> _Place:
        with self._changed:
            if device is not None:
                return self._places.setdefault(device, _Place(Device(device)))
            now = self._clock()
            free = [place for place in self._places.values() if now >= place.yielded_until]
            there = [place for place in free if spec.key in place.loaded]
            return max(
                there or free or self._places.values(),
                key=lambda p: (p.device.budget_mb - p.used_mb) * p.device.weight,
            )

    def _current(self, place: _Place, spec: Spec, located: Located) -> Loaded | None:
        """The loaded one, held; one of other weights makes way."""
        loaded = place.loaded.get(spec.key)
        if loaded is None:
            return None
        if loaded.model_key != located.model_key:
            self._unload(place, loaded)
            return None
        loaded.leases += 1
        return loaded

    def _make_room(self, place: _Place, spec: Spec) -> None:
        """Idle ones go, the least recently used first. Waits for the others a while."""
        deadline = time.monotonic() + self._room_wait_s
        while place.used_mb + spec.vram_mb > place.device.budget_mb:
            idle = [loaded for loaded in place.loaded.values() if not loaded.leases]
            if idle:
                self._unload(place, min(idle, key=lambda loaded: loaded.used_at))
            elif not place.loaded and not place.coming_mb:
                return  # larger than the budget: the device itself says whether it fits
            elif not self._changed.wait(deadline - time.monotonic()):
                raise OutOfMemory(
                    f"{place.device.name} has no room for {spec.title} ({spec.vram_mb:,} MB) while "
                    "other networks work on it. Try again, or give it a larger budget."
                )

    def _wait_while_yielded(self, place: _Place) -> None:
        while (left := place.yielded_until - self._clock()) > 0:
            self._changed.wait(min(left, 1.0))

    def _forget(self, device: str) -> None:
        with self._changed:
            place = self._places[device]
            for loaded in list(place.loaded.values()):
                self._unload(place, loaded)

    def _unload_idle(self, place: _Place) -> int:
        """How many MB that gave."""
        with self._changed:
            idle = [loaded for loaded in place.loaded.values() if not loaded.leases]
            for loaded in idle:
                self._unload(place, loaded)
            return sum(loaded.size_mb for loaded in idle)

    def _unload(self, place: _Place, loaded: Loaded) -> None:
        """Who still holds a lease keeps the adapter alive until it ends."""
        if place.loaded.get(loaded.spec.key) is loaded:  # others may have taken its place
            del place.loaded[loaded.spec.key]
        loaded.adapter = None
        release(place.device.name)
        self._changed.notify_all()


class _Shared:
    """The pool of this process; made when it is first needed."""

    def __init__(self) -> None:
        self._make: Callable[[], Pool] | None = None
        self._keep: Callable[[Pool], None] = lambda pool: None
        self._pool: Pool | None = None
        self._lock = threading.Lock()

    def configure(
        self, make: Callable[[], Pool], keep: Callable[[Pool], None] | None = None
    ) -> None:
        """`keep` is called with the pool every few seconds, once there is one."""
        with self._lock:
            self._make, self._pool = make, None
            if keep:
                self._keep = keep

    def get(self) -> Pool:
        with self._lock:
            if self._pool is None:
                if self._make is None:
                    raise RuntimeError("No pool was configured in this process.")
                self._pool = self._make()
                threading.Thread(
                    target=_sweep_for_ever,
                    args=(self._pool, self._keep),
                    name="pool-sweep",
                    daemon=True,
                ).start()
            return self._pool


def _sweep_for_ever(pool: Pool, keep: Callable[[Pool], None]) -> None:
    while True:
        time.sleep(_SWEEP_S)
        pool.sweep()
        keep(pool)


_shared = _Shared()
configure = _shared.configure
shared = _shared.get


def lease(key: str, device: str | None = None) -> contextlib.AbstractContextManager[Any]:
    """`Pool.lease` of this process's pool."""
    return shared().lease(key, device)
