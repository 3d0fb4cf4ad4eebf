"""What a comparison of database and disk found, counted by kind, with the first examples."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dtoolkit.core import paths

EXAMPLES = 10


class Kind(StrEnum):
    """The words are for people."""

    OFFLINE = "root is not as it is flagged"
    NEW = "on disk, not in the library"
    GONE = "in the library, gone from disk"
    CHANGED = "another size or time on disk"
    SIDECARS = "other sidecars on disk"
    HIDDEN = "flagged as gone, but there"
    EXCLUDED = "in an excluded folder, but shown"
    UNREADABLE = "folder that cannot be read"
    FOLDER = "folder flagged wrongly"
    COUNT = "folder with a wrong count"
    DIGEST = "folder with a stale digest"
    ORPHAN = "image of no folder"
    LEFTOVER = "row of no image"
    COLLECTION = "image in the wrong collection"
    MOVE = "moved file that is not united with its past"
    THUMBNAIL = "thumbnail marked as made, but missing"
    CONTENT = "another content than was read"
    # Told, but no difference: database and disk agree on it.
    FAILED = "could not be read or worked on"
    UNREAD = "waiting to be read"


NOTES = frozenset((Kind.FAILED, Kind.UNREAD))


@dataclass(slots=True)
class Found:
    """Of one kind. `examples` are places as shown to people; `ids` what a repair needs to know."""

    count: int = 0
    examples: list[str] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """Of one root; `note` says why it was not compared. Without a root: rows that have none."""

    root: str
    files: int = 0
    folders: int = 0
    note: str = ""
    found: dict[Kind, Found] = field(default_factory=dict)

    def add(self, kind: Kind, place: str, detail: str = "", pk: int | None = None) -> None:
        """`place` is relative to the root, as stored."""
        found = self.found.setdefault(kind, Found())
        found.count += 1
        if len(found.examples) < EXAMPLES:
            shown = paths.display(place) or "the folder itself"
            found.examples.append(f"{shown} ({detail})" if detail else shown)
        if pk is not None:
            found.ids.append(pk)

    def ids(self, kind: Kind) -> list[int]:
        return self.found[kind].ids if kind in self.found else []

    @property
    def differences(self) -> int:
        return sum(found.count for kind, found in self.found.items() if kind not in NOTES)

    def lines(self) -> Iterable[str]:
        if self.root:
            folders = "folder" if self.folders == 1 else "folders"
            yield f"{self.root}: {self.files:,} files in {self.folders:,} {folders} compared."
        else:
            yield "Rows of no library folder:"
        if self.note:
            yield f"  {self.note}"
        for kind in Kind:
            if found := self.found.get(kind):
                yield f"  {kind}: {found.count:,}"
                yield from (f"      {example}" for example in found.examples)
                if found.count > len(found.examples):
                    yield "      …"
        if not self.differences:
            yield "  Database and disk agree."

    def as_json(self) -> dict[str, Any]:
        def listed(notes: bool) -> dict[str, Any]:
            return {
                kind.name.lower(): {"count": found.count, "examples": found.examples}
                for kind, found in self.found.items()
                if (kind in NOTES) is notes
            }

        return {
            "root": self.root,
            "files": self.files,
            "folders": self.folders,
            "note": self.note,
            "differences": listed(notes=False),
            "notes": listed(notes=True),
        }
