"""What a kind of job is, and the register of them; apps register theirs in `AppConfig.ready`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a job that one task does: ids, or nothing where `params` says it all.

    `size` counts towards the job's total; None where it cannot be known beforehand.
    """

    ids: tuple[int, ...] = ()
    size: int | None = None


class Progress(Protocol):
    """Handed to a running chunk."""

    def report(
        self, done: int, failed: int = 0, message: str = "", found: int | None = None
    ) -> None:
        """Set how far this chunk is (absolute, not a delta); writes at most once a second.

        `found` raises the job's total while it is still being discovered.
        Raises `JobCancelled` where the person asked to stop.
        """

    def check(self) -> None:
        """Raises `JobCancelled` where the person asked to stop."""


class JobCancelled(Exception):
    """The person cancelled; what was saved stays."""


class JobKind:
    """One kind of job. Stateless; a chunk may run twice, so running one must be idempotent."""

    name: ClassVar[str]
    title: ClassVar[str]
    unit: ClassVar[str] = "images"
    cluster: ClassVar[str] = "default"

    def describe(self, params: Params) -> str:
        """One line for the person, like 'Scanning Pictures'."""
        return self.title

    def plan(self, params: Params) -> Iterable[Chunk]:
        """The chunks, cheapest to say first; runs inside the cluster."""
        raise NotImplementedError

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        """Do one chunk; commit as it goes, so that a kill loses only the last batch."""
        raise NotImplementedError

    def give_up(self, params: Params, chunk: Chunk, reason: str) -> None:
        """One id killed its worker again and again: record that, so that the rest can go on."""

    def finish(self, params: Params) -> None:
        """All chunks are done; may enqueue what follows."""


_kinds: dict[str, JobKind] = {}


def register(kind: type[JobKind]) -> None:
    _kinds[kind.name] = kind()


def get(name: str) -> JobKind:
    return _kinds[name]


def clusters() -> set[str]:
    """The clusters that some registered kind needs; `start` runs these."""
    return {kind.cluster for kind in _kinds.values()}
