"""A file as its pieces, and a change of it as splices: every byte outside of them stays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gallery.metadata.containers.source import Source
from gallery.metadata.writing.refusals import Unwritable


@dataclass(frozen=True, slots=True)
class Piece:
    """From `start` to `end`. `is_xmp`: it holds the packet; `is_frame`: lengths and flags that
    change with it. All others have to be the same afterwards."""

    name: str
    start: int
    end: int
    is_xmp: bool = False
    is_frame: bool = False


@dataclass(frozen=True, slots=True)
class Splice:
    """`data` in place of what lies from `start` to `end`."""

    start: int
    end: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Writer:
    """Of one kind of file. All raise `Unwritable`, or `Beside` where it is to be a sidecar.

    `pieces` takes the whole file apart; `packet` is the XMP in it; `plan` puts another in its
    place, or none where it is None.
    """

    pieces: Callable[[Source], Sequence[Piece]]
    packet: Callable[[Source, Sequence[Piece]], bytes | None]
    plan: Callable[[Source, Sequence[Piece], bytes | None], Sequence[Splice]]


def at(source: Source, piece: Piece) -> bytes:
    return source.at(piece.start, piece.end - piece.start)


def xmp_of(pieces: Sequence[Piece]) -> Piece | None:
    """The one that holds the packet. Raises `Unwritable` where several do."""
    found = [piece for piece in pieces if piece.is_xmp]
    if len(found) > 1:
        raise Unwritable("it holds several XMP packets, and none is touched")
    return found[0] if found else None
