"""What a pipeline stage is: it knows which images miss its output, and makes it in batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from gallery.media.files import Content
from gallery.media.pictures import Picture
from gallery.models import Image
from gallery.querysets import ImageQuerySet

Cluster = Literal["default", "gpu"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one batch, by image id: what to save, and in words why the others failed."""

    results: Mapping[int, Any]
    failures: Mapping[int, str] = field(default_factory=dict)


class Stage(Protocol):
    """Stateless. Work on a single picture belongs into `prepare`, which runs ahead in threads;
    work that gains from a batch (a network, a matrix) into `run`."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int:
        """Raise it when the output changes; rows of an older version then count as missing."""

    @property
    def cluster(self) -> Cluster:
        """Where it runs: "gpu" for those that need a network, "default" for all others."""

    @property
    def label(self) -> str:
        """What it makes, in the plural, for the person who waits for it."""

    @property
    def pixels(self) -> int:
        """The longest side, in pixels, that `prepare` needs."""

    def is_ready(self) -> bool:
        """False where it cannot run now, like for want of weights: no image then waits for it."""

    def missing(self, images: ImageQuerySet) -> ImageQuerySet:
        """Those that lack its output. A finished row is the only done mark there is."""

    def begin(self, count: int) -> None:
        """A job over `count` images, which miss this stage's output or another's, is about to
        begin; not inside a transaction."""

    def end(self) -> None:
        """A job of its cluster has ended, however it did; in the transaction that ends it, so keep
        it short."""

    def adopt(self, image_ids: Sequence[int]) -> None:
        """Set-based, before anything is decoded: gives images of the same content what one of them
        has, where that is worth it."""

    def prepare(self, content: Content, picture: Picture) -> Any:
        """What `run` needs of one picture, small: pictures are not kept. In a thread, without the
        database. Raises `UndecodableImage` to fail this image alone."""

    def run(self, batch: Sequence[tuple[Image, Any]]) -> Outcome:
        """Results for a batch of prepared images. May run twice for the same image."""

    def save(self, results: Mapping[int, Any]) -> None:
        """Set-based, inside a transaction that holds the rows of `results`."""
