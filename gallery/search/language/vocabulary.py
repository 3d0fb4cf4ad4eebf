"""The keywords that a text may use, found by any of their names; and near misses of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gallery.search.language.kinds import Kind

_SHORT = 4  # letters: a single other letter makes another word of so short a name


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    names: tuple[str, ...]
    kind: Kind


class Vocabulary:
    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, Entry] = {}
        for entry in entries:
            for name in entry.names:
                self._entries[_key(name)] = entry
        self._misspelt: dict[str, set[str]] = {}
        for name in self._entries:
            for shorter in {name, *_shortened(name)}:
                self._misspelt.setdefault(shorter, set()).add(name)
        longest_first = sorted(self._entries, key=len, reverse=True)
        names = "|".join(name.replace("_", "[_ -]") for name in longest_first) or r"(?!)"
        self._start = re.compile(rf"({names}):", re.IGNORECASE)

    def at(self, text: str, position: int) -> tuple[Entry, int] | None:
        """The keyword that starts at `position`, and where its colon ends."""
        found = self._start.match(text, position)
        return (self._entries[_key(found[1])], found.end()) if found else None

    def near(self, word: str) -> str | None:
        """The name that `word` most likely misspells by one slip."""
        word = _key(word)
        candidates: set[str] = set()
        for shorter in {word, *_shortened(word)}:
            candidates |= self._misspelt.get(shorter, set())
        near = sorted(name for name in candidates if _is_slip(word, name))
        return near[0] if near else None

    def named(self, name: str) -> Entry | None:
        return self._entries.get(_key(name))


def _key(name: str) -> str:
    return name.lower().replace(" ", "_").replace("-", "_")


def _shortened(word: str) -> Iterable[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def _is_slip(word: str, name: str) -> bool:
    """A letter too many, too few, swapped with its neighbour or, in longer names, another one."""
    if len(word) != len(name):
        return abs(len(word) - len(name)) == 1 and min(len(word), len(name)) >= _SHORT - 1
    differ = [i for i in range(len(word)) if word[i] != name[i]]
    if len(differ) == 1:
        return len(name) > _SHORT
    return (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and word[differ[0]] == name[differ[1]]
        and word[differ[1]] == name[differ[0]]
    )
