"""How a place in a list travels in a URL: a sort value and an id, checked on the way back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from dtoolkit.core import pagination

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BIGGEST = 2**63 - 1


class Place(NamedTuple):
    """Where a row stands. `value` is None in orders by id alone, and where the row has none."""

    value: Any
    pk: int


class Kind(Protocol):
    """How one type of sort value becomes JSON and back."""

    def dump(self, value: Any) -> Any: ...

    def load(self, raw: Any) -> Any:
        """Raises `ValueError` or `OverflowError` where `raw` is not what `dump` gives."""


class Integer:
    def dump(self, value: int) -> int:
        return value

    def load(self, raw: Any) -> int:
        if type(raw) is not int or not -_BIGGEST - 1 <= raw <= _BIGGEST:
            raise ValueError(raw)
        return raw


class Text:
    def dump(self, value: str) -> str:
        return value

    def load(self, raw: Any) -> str:
        if not isinstance(raw, str) or "\0" in raw:
            raise ValueError(raw)
        return raw


@dataclass(frozen=True, slots=True)
class Moment:
    """Whole microseconds since 1970, which is all that PostgreSQL keeps."""

    is_optional: bool = False

    def dump(self, value: datetime | None) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def load(self, raw: Any) -> datetime | None:
        if raw is None and self.is_optional:
            return None
        return _EPOCH + timedelta(microseconds=Integer().load(raw))


class Real:
    """Any number, or None."""

    def dump(self, value: float | None) -> float | None:
        return value

    def load(self, raw: Any) -> float | None:
        if raw is not None and type(raw) not in {int, float}:
            raise ValueError(raw)
        return None if raw is None else float(raw)


class Nothing:
    """Of orders by id alone."""

    def dump(self, value: None) -> None:
        return None

    def load(self, raw: Any) -> None:
        if raw is not None:
            raise ValueError(raw)


class Rating:
    """1 to 10, or None."""

    def dump(self, value: int | None) -> int | None:
        return value

    def load(self, raw: Any) -> int | None:
        if raw is not None and (type(raw) is not int or not 1 <= raw <= 10):
            raise ValueError(raw)
        return raw


def encode(place: Place, kind: Kind) -> str:
    return pagination.encode_cursor([kind.dump(place.value), place.pk])


def decode(cursor: str, kind: Kind) -> Place:
    """Raises `BadInput` where `encode` did not write it for this kind."""
    raw, pk = pagination.decode_cursor(cursor, 2)
    try:
        return Place(kind.load(raw), Integer().load(pk))
    except (ValueError, OverflowError) as error:
        raise pagination.unreadable() from error
