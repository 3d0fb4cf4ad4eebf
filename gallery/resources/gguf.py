"""GGUF, as quantised checkpoints come: its texts and tensor names, as far as its head shows them.

https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import struct

MAGIC = b"GGUF"
_MOST_KEYS, _MOST_TENSORS, _MOST_CHARS = 200, 4000, 4000
_STRING, _ARRAY = 8, 9
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}


class _Ended(Exception):
    """The head holds no more of it, or it is damaged from here on."""


class _Head:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = len(MAGIC)

    def number(self, form: str) -> int:
        size = struct.calcsize(form)
        return int(struct.unpack(form, self.take(size))[0])

    def text(self) -> str:
        return self.take(self.number("<Q")).decode("utf-8", "replace")

    def take(self, size: int) -> bytes:
        if not 0 <= size <= len(self._data) - self._at:
            raise _Ended
        start, self._at = self._at, self._at + size
        return self._data[start : self._at]

    def value(self) -> str:
        """Empty for what is no text."""
        kind = self.number("<I")
        if kind == _STRING:
            return self.text()[:_MOST_CHARS]
        if kind == _ARRAY:
            of, count = self.number("<I"), self.number("<Q")
            if of == _STRING:
                while count:  # ends with the head, wherever a liar's count lies
                    self.text()
                    count -= 1
                return ""
            self.take(_SIZES.get(of, -1) * count)
            return ""
        self.take(_SIZES.get(kind, -1))
        return ""


def read(data: bytes) -> tuple[dict[str, str], str]:
    """Texts by key, and the tensors' names a line each, of the file that starts with `data`."""
    head = _Head(data)
    texts: dict[str, str] = {}
    names: list[str] = []
    try:
        head.number("<I")
        tensor_count, key_count = head.number("<Q"), head.number("<Q")
        for _ in range(min(key_count, _MOST_KEYS)):
            key, value = head.text(), head.value()
            if value:
                texts[key] = value
        for _ in range(min(tensor_count, _MOST_TENSORS) if key_count <= _MOST_KEYS else 0):
            names.append(head.text())
            head.take(head.number("<I") * 8 + 4 + 8)
    except _Ended:
        pass
    return texts, "\n" + "\n".join(names)
