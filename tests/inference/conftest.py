"""Networks of numbers instead of weights, and a clock that a test turns."""

from pathlib import Path

import pytest

from dtoolkit.inference import specs
from dtoolkit.inference.devices import Device
from dtoolkit.inference.loading import Located
from dtoolkit.inference.pool import Pool
from dtoolkit.inference.specs import HubSource, Spec

ONE_CARD = (Device("cuda:0", 1, 2500),)


def spec(key: str, vram_mb: int = 1000, ttl_s: float = 60) -> Spec:
    source = HubSource("somebody/something", "main", ("model.safetensors",), "model.safetensors")
    return Spec(
        key, key.title(), "tests", "text_encoder", "nowhere:load", source, (), "MIT", "", 1,
        vram_mb, ttl_s, 8,
    )  # fmt: skip


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Loader:
    """Remembers what it was asked for; `located` are the weights that lie there now."""

    def __init__(self) -> None:
        self.loads: list[tuple[str, str]] = []
        self.keys: dict[str, str] = {}
        self.failure: Exception | None = None
        self.before = lambda: None

    def locate(self, spec: Spec) -> Located:
        return Located(Path("weights"), self.keys.get(spec.key, f"{spec.key}@1"))

    def load(self, spec: Spec, located: Located, device: str) -> str:
        self.before()
        if self.failure:
            raise self.failure
        self.loads.append((spec.key, device))
        return f"{located.model_key} on {device}"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def loader():
    return Loader()


@pytest.fixture
def make_pool(monkeypatch, clock, loader):
    def make(*networks: Spec, devices=ONE_CARD, room_wait_s=0.05) -> Pool:
        monkeypatch.setattr(specs, "_specs", {network.key: network for network in networks})
        return Pool(devices, loader.locate, loader.load, clock, room_wait_s)

    return make
