"""Facts of an image in an order and in groups that a person reads."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# A run of the sampler, or of a model over a part, that came after the first.
_PASS = re.compile(
    r"(Base|Hires|Refiner|Detailer|ADetailer|Upscaler?|Inpaint|Segment|Pass \d+)"
    r"(?: pass)?(?: (\d+))?(?: (.+))?$",
    re.IGNORECASE | re.DOTALL,
)
_ALIKE = {"adetailer": "Detailer", "upscaler": "Upscale"}
_LONG_CHARS = 90


@dataclass(frozen=True, slots=True)
class Fact:
    """`copy` is the text for the clipboard where it differs from what is shown; `url` leads to what
    the value names."""

    label: str
    value: str
    copy: str = ""
    weight: str = ""
    is_code: bool = False
    url: str = ""

    @property
    def is_long(self) -> bool:
        """Shown below its label instead of beside it."""
        return len(self.value) > _LONG_CHARS or "\n" in self.value


@dataclass(slots=True)
class Pass:
    """One run of several that made the picture; a fact without a label is its settings."""

    title: str
    facts: list[Fact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sorted:
    passes: Sequence[Pass]
    others: Sequence[Fact]


def sort(pairs: Iterable[Sequence[str]]) -> Sorted:
    """Recorded facts: those of each pass together, in the order in which passes first appear."""
    passes: dict[str, Pass] = {}
    others: list[Fact] = []
    for label, value in pairs:
        found = _PASS.match(str(label))
        if found is None:
            others.append(Fact(str(label), str(value)))
            continue
        kind, number, rest = found.groups()
        kind = _ALIKE.get(kind.casefold(), kind)
        title = f"{kind} {number}" if number else kind
        # Not `capitalize`: it would make "Cfg" of "CFG".
        rest = rest or ""
        fact = Fact(rest[:1].upper() + rest[1:], str(value))
        passes.setdefault(title, Pass(title)).facts.append(fact)
    return Sorted(list(passes.values()), others)


def grouped(number: int) -> str:
    """Digits in threes, which a person can compare; narrow no-break spaces between."""
    return f"{number:,}".replace(",", "\u202f")


def clock(milliseconds: int) -> str:
    """A duration as players show it: '0:06', '1:02:05'; at least a second."""
    seconds = max(1, round(milliseconds / 1000))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
