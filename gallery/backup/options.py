"""How a backup is to be restored where the library says something already, and what came of it."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

MOST_TOLD = 20


class Prefer(StrEnum):
    """Whose word counts where both say something else; what only one says always counts."""

    LIBRARY = "library"
    BACKUP = "backup"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Options:
    """`by_path`: also images of the same path and size, or name and size, whatever they hold."""

    prefer: Prefer = Prefer.LIBRARY
    by_path: bool = False

    @classmethod
    def of(cls, params: dict[str, Any]) -> Self:
        return cls(Prefer(params["prefer"]), bool(params["by_path"]))

    def as_params(self) -> dict[str, Any]:
        return {"prefer": str(self.prefer), "by_path": self.by_path}


@dataclass(slots=True)
class Tally:
    """`given` and `conflicts` by what it is about; of conflicts and other news some in words."""

    found: int = 0
    guessed: int = 0
    waiting: int = 0
    given: Counter[str] = field(default_factory=Counter)
    conflicts: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    news: list[str] = field(default_factory=list)

    def clash(self, what: str, example: str) -> None:
        self.conflicts[what] += 1
        if len(self.examples) < MOST_TOLD:
            self.examples.append(example)

    def tell(self, news: str) -> None:
        if len(self.news) < MOST_TOLD:
            self.news.append(news)
