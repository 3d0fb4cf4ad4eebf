"""As much CBOR as C2PA needs: one value out of bytes, bounded in depth and number.

Source: RFC 8949.
"""

import struct
from typing import Any

_DEPTH_LIMIT = 16
_ITEM_LIMIT = 20_000
_BREAK = object()
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)
_ENDLESS = 31
_FLOATS = {25: ">e", 26: ">f", 27: ">d"}
_SIMPLE = {20: False, 21: True}


class UnreadableCbor(ValueError):
    """The bytes are no CBOR, are cut, or go beyond the bounds."""


def loads(data: bytes) -> Any:
    """The first value in `data`; tags are left out. Raises `UnreadableCbor`."""
    return _Reader(data).value(0)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self._items = 0

    def value(self, depth: int) -> Any:
        self._items += 1
        if depth > _DEPTH_LIMIT or self._items > _ITEM_LIMIT:
            raise UnreadableCbor
        first = self._take(1)[0]
        major, detail = first >> 5, first & 31
        if major == 7:
            return self._simple(detail)
        if detail == _ENDLESS:
            return self._endless(major, depth)
        amount = self._amount(detail)
        if major == _UNSIGNED:
            return amount
        if major == _NEGATIVE:
            return -1 - amount
        if major == _BYTES:
            return self._take(amount)
        if major == _TEXT:
            return self._take(amount).decode("utf-8", "replace")
        if major == _TAG:
            return self.value(depth + 1)
        if major == _ARRAY:
            return [self.value(depth + 1) for _ in range(amount)]
        return self._map([self.value(depth + 1) for _ in range(2 * amount)])

    def _take(self, length: int) -> bytes:
        data = self._data[self._position : self._position + length]
        if len(data) < length:
            raise UnreadableCbor
        self._position += length
        return data

    def _amount(self, detail: int) -> int:
        if detail < 24:
            return detail
        if detail > 27:
            raise UnreadableCbor
        return int.from_bytes(self._take(1 << detail - 24), "big")

    def _simple(self, detail: int) -> Any:
        if detail in _FLOATS:
            return struct.unpack(_FLOATS[detail], self._take(1 << detail - 24))[0]
        if detail == 24:
            self._take(1)
        return _BREAK if detail == _ENDLESS else _SIMPLE.get(detail)

    def _endless(self, major: int, depth: int) -> Any:
        parts: list[Any] = []
        while (part := self.value(depth + 1)) is not _BREAK:
            parts.append(part)
        if major == _ARRAY:
            return parts
        if major == _MAP:
            return self._map(parts)
        if major == _BYTES:
            return b"".join(part for part in parts if isinstance(part, bytes))
        if major == _TEXT:
            return "".join(part for part in parts if isinstance(part, str))
        raise UnreadableCbor

    def _map(self, parts: list[Any]) -> dict[Any, Any]:
        pairs = zip(parts[::2], parts[1::2], strict=False)
        return {key: value for key, value in pairs if isinstance(key, str | int)}
