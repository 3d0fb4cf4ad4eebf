"""A file's records as the parsers ask for them: by key, and as JSON that is parsed once."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from gallery.metadata.parsers import tolerant_json
from gallery.metadata.parsers.tolerant_json import UnreadableJson
from gallery.metadata.records import RawRecord

T = TypeVar("T")

_PADDING = "\0 \r\n\t\ufeff"


class Evidence:
    """All records of one file, in the order found, and the problems that parsers tell of them."""

    def __init__(self, records: Sequence[RawRecord]) -> None:
        self.records = records
        self.problems: list[str] = []
        self._by_key: dict[str, list[RawRecord]] = {}
        for record in records:
            self._by_key.setdefault(record.key, []).append(record)
        self._json: dict[str, Any] = {}
        self._made: dict[object, Any] = {}

    def __iter__(self) -> Iterator[RawRecord]:
        return iter(self.records)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._by_key)

    def complain(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)

    def first(self, *keys: str) -> RawRecord | None:
        """The first record of the first of `keys` that there is."""
        for key in keys:
            if found := self._by_key.get(key):
                return found[0]
        return None

    def all(self, *keys: str) -> list[RawRecord]:
        """The records of these keys, key after key."""
        return [record for key in keys for record in self._by_key.get(key, ())]

    def once(self, make: Callable[["Evidence"], T]) -> T:
        """What `make` makes of this evidence, made once and shared by all who ask for it."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]  # type: ignore[no-any-return]

    def json(self, text: str) -> Any:
        """The value of a JSON text (of a record or within one), or None where it is none.

        Each text is parsed once, whoever asks: it is not to be changed. Where a text that starts
        as JSON turns out to be none, ask `why_no_json`.
        """
        if text not in self._json:
            start = text[:32].lstrip(_PADDING)[:1]
            value: Any = None
            if start and start in '{["':
                try:
                    value = tolerant_json.loads(text.strip(_PADDING))
                except UnreadableJson as error:
                    value = error
            self._json[text] = value
        value = self._json[text]
        return None if isinstance(value, UnreadableJson) else value

    def why_no_json(self, text: str) -> str:
        """The reason, for a person; empty where `text` is JSON or does not start like it."""
        self.json(text)
        value = self._json[text]
        return str(value) if isinstance(value, UnreadableJson) else ""
