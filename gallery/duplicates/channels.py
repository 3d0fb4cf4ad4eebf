"""What a channel is, and the register of them in the order that pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Protocol

import numpy as np

from dtoolkit.core.errors import BadInput, NotFound
from dtoolkit.jobs.kinds import Progress
from gallery.duplicates.linkage import Ids, Links, Ranks
from gallery.models import Collection


@dataclass(frozen=True, slots=True)
class Limit:
    """What a person sets: how near is near enough; `said` completes "Images …". `price` is said
    beforehand where the far end takes long."""

    said: str
    default: float
    least: float
    most: float
    step: float
    price: str = ""

    def clean(self, value: str) -> float:
        """Raises `BadInput`."""
        try:
            number = float(value or self.default)
        except ValueError:
            number = float("nan")
        if not self.least <= number <= self.most:
            raise BadInput(f"Give a number from {self.least:g} to {self.most:g}.")
        return number


@dataclass(frozen=True)
class Search:
    """`ranked` are the ids to look among, whoever is to be kept first; a place there is a rank.
    `said` has of a rank the groups that a person said are no duplicates: such an image is linked to
    all that are near it, not to the best of its like alone."""

    collection: Collection
    ranked: Ids
    limit: float
    is_confirmed: bool
    progress: Progress
    said: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def ranks(self, ids: Ids) -> Ranks:
        """Of ids; -1 where it is not to be looked at."""
        if not len(self.ranked):
            return np.full(len(ids), -1)
        at = np.searchsorted(self.ranked, ids, sorter=self._by_id).clip(max=len(self.ranked) - 1)
        ranks = self._by_id[at]
        return np.where(self.ranked[ranks] == ids, ranks, -1)

    @cached_property
    def _by_id(self) -> Ranks:
        return np.argsort(self.ranked)


class Channel(Protocol):
    """`are_copies` says that copies of one file are what it is about; others are shown only the
    best of them."""

    name: ClassVar[str]
    title: ClassVar[str]
    explains: ClassVar[str]
    limit: ClassVar[Limit | None]
    are_copies: ClassVar[bool]

    def missing(self, collection: Collection) -> str:
        """Why it cannot look now, as a sentence that says what to do; empty where it can."""

    def links(self, search: Search) -> Links:
        """Reports how many of the images it is done with. Raises `JobCancelled`."""

    def describe(self, distance: float) -> str:
        """Of a group: how far its images are from the one to be kept, at most."""


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """A second channel of the same name is a mistake."""
    if _channels.setdefault(channel.name, channel) is not channel:
        raise ValueError(f"There is a channel named {channel.name} already.")


def get(name: str) -> Channel:
    """Raises `NotFound`."""
    try:
        return _channels[name]
    except KeyError:
        raise NotFound(f"Nothing finds duplicates by '{name}'.") from None


def every() -> tuple[Channel, ...]:
    return tuple(_channels.values())
