"""What a kind of job is, and the register of them; apps register theirs in `AppConfig.ready`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from dtoolkit.core.errors import NotFound, Unavailable

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a job that one task does: ids, or nothing where `params` says it all.

    `size` counts towards the job's total; None where it cannot be known beforehand, or where it is
    the number of ids.
    """

    ids: tuple[int, ...] = ()
    size: int | None = None


class Progress(Protocol):
    """Handed to a running chunk."""

    def report(
        self, done: int, failed: int = 0, message: str = "", found: int | None = None
    ) -> None:
        """Set how far this chunk is (absolute, not a delta); writes at most once a second.

        `done` counts what needs no more work, the `failed` ones among it.
        `found` raises the job's total while it is still being discovered.
        Raises `JobCancelled` where the person asked to stop.
        """

    def check(self) -> None:
        """Raises `JobCancelled` where the person asked to stop; cheap enough for every image."""


class Unwatched:
    """Progress that nobody follows, of work that nobody stops."""

    def report(
        self, done: int, failed: int = 0, message: str = "", found: int | None = None
    ) -> None:
        pass

    def check(self) -> None:
        pass


class JobCancelled(Exception):
    """The chunk is to end now; what was saved stays."""


class JobHalted(Unavailable):
    """The whole job cannot go on now, and its message says why: no chunk of it would fare better.
    It ends as failed; what was saved stays, and starting it again goes on from there."""


class WorkerSpent(JobHalted):
    """Nor will anything fare better in this process, whose card is lost to it: a worker of a
    cluster ends then, and a fresh one takes its place."""


class UnknownKind(NotFound):
    """A job of a kind that this version does not have."""


class JobKind:
    """One kind of job. Stateless; a chunk may run twice, so running one must be idempotent."""

    name: ClassVar[str]
    title: ClassVar[str]
    unit: ClassVar[str] = "images"
    cluster: ClassVar[str] = "default"

    def describe(self, params: Params) -> str:
        """One line for the person, like 'Scanning Pictures'."""
        return self.title

    def due(self, now: datetime) -> Iterable[Params]:
        """With which params it is to start by itself now; asked every minute, so keep it cheap."""
        return ()

    def plan(self, params: Params) -> Iterable[Chunk]:
        """The chunks, cheapest to say first; runs inside the cluster, in one transaction."""
        raise NotImplementedError

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        """Do one chunk; commit as it goes, so that a kill loses only the last batch.

        `JobHalted` ends the job, another `AppError` the chunk, with its message; any other
        exception has it tried again.
        """
        raise NotImplementedError

    def give_up(self, params: Params, chunk: Chunk, reason: str) -> None:
        """One id killed its worker again and again: record that, so that the rest can go on."""

    def finish(self, params: Params) -> None:
        """All chunks are done; may enqueue what follows. Runs in the transaction that ends the job,
        so keep it short."""

    def ended(self, params: Params) -> None:
        """However it ended: done, failed or stopped; as `finish`, and after it."""


_kinds: dict[str, JobKind] = {}


def register(kind: type[JobKind]) -> None:
    _kinds[kind.name] = kind()


def get(name: str) -> JobKind:
    """Raises `UnknownKind`."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"This version does not know the job '{name}'.") from None


def due(now: datetime) -> list[tuple[str, Params]]:
    """What is to start by itself: names and params."""
    return [(kind.name, params) for kind in _kinds.values() for params in kind.due(now)]


def clusters() -> set[str]:
    """The clusters that some registered kind needs; `start` runs these."""
    return {kind.cluster for kind in _kinds.values()}


def of_cluster(cluster: str) -> list[str]:
    """Names of the kinds that run in this cluster."""
    return [kind.name for kind in _kinds.values() if kind.cluster == cluster]
