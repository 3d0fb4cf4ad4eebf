"""What networks may run on, as a person or the machine says it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_ENTRY = re.compile(r"(cpu|mps|cuda(?::\d+)?)(?:=(\d+(?:\.\d+)?))?(?:@(\d+))?")
CPU_BUDGET_MB = 12_000
_CARD_BUDGET_MB = 24_000


@dataclass(frozen=True, slots=True)
class Device:
    """`name` as torch has it. Of several, one of twice the `weight` is given twice as much;
    `budget_mb` is how much its networks may take together."""

    name: str
    weight: float = 1.0
    budget_mb: int = CPU_BUDGET_MB

    @property
    def is_card(self) -> bool:
        return self.name != "cpu"


def parse(text: str) -> tuple[Device, ...]:
    """`cuda:0=2@20000,cuda:1,cpu`: name, weight, megabytes. Raises `ValueError` with a sentence."""
    devices = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        found = _ENTRY.fullmatch(entry)
        if found is None or (found[2] is not None and float(found[2]) <= 0):
            raise ValueError(
                f"{entry!r} is no device. Say cpu, mps or cuda:0, with =2 for twice the share and "
                "@20000 for at most 20,000 MB, separated by commas."
            )
        name = "cuda:0" if found[1] == "cuda" else found[1]
        budget = CPU_BUDGET_MB if name == "cpu" else _CARD_BUDGET_MB
        weight = float(found[2] or 1)
        devices.append(Device(name, weight, int(found[3]) if found[3] else budget))
    if len({device.name for device in devices}) < len(devices):
        raise ValueError("A device is named twice.")
    return tuple(devices)


def detect(nodes: Iterable[Path] | None = None) -> tuple[Device, ...]:
    """NVIDIA's cards by their device nodes, so that nothing heavy is imported; else the processor.

    Where there are other cards, or the nodes are not to be seen, a person names the devices.
    """
    if nodes is None:
        nodes = Path("/dev").glob("nvidia*")
    numbers = sorted(
        int(number[1]) for node in nodes if (number := re.fullmatch(r"nvidia(\d+)", node.name))
    )
    if not numbers:
        return (Device("cpu"),)
    return tuple(Device(f"cuda:{at}", 1.0, _CARD_BUDGET_MB) for at in range(len(numbers)))
