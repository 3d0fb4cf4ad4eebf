import io
import os

import pytest
import xxhash

from gallery.media import fingerprint

BLOCK = 64 * 1024


def test_a_small_file_counts_whole():
    data = os.urandom(3 * BLOCK)
    expected = xxhash.xxh3_128_hexdigest(len(data).to_bytes(8, "little") + data)
    assert fingerprint.of(io.BytesIO(data), len(data)).hex == expected


def test_a_large_file_counts_by_its_first_middle_and_last_block():
    data = os.urandom(10 * BLOCK + 7)
    middle = (len(data) - BLOCK) // 2
    parts = data[:BLOCK] + data[middle : middle + BLOCK] + data[-BLOCK:]
    expected = xxhash.xxh3_128_hexdigest(len(data).to_bytes(8, "little") + parts)
    assert fingerprint.of(io.BytesIO(data), len(data)).hex == expected


@pytest.mark.parametrize("size", [0, 1, BLOCK, 3 * BLOCK, 3 * BLOCK + 1, 9 * BLOCK])
def test_a_head_already_read_gives_the_same(size):
    data = os.urandom(size)
    whole = fingerprint.of(io.BytesIO(data), size)
    assert fingerprint.of(io.BytesIO(data), size, head=data[:BLOCK]) == whole


def test_the_same_content_with_another_size_is_another_file():
    data = bytes(9 * BLOCK)
    longer = bytes(9 * BLOCK + 1)
    assert fingerprint.of(io.BytesIO(data), len(data)) != fingerprint.of(
        io.BytesIO(longer), len(longer)
    )


def test_short_reads_are_completed():
    class Dribbling(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 1000))

    data = os.urandom(5 * BLOCK)
    assert fingerprint.of(Dribbling(data), len(data)) == fingerprint.of(io.BytesIO(data), len(data))


def test_a_file_that_shrank_says_so():
    with pytest.raises(EOFError, match="shorter"):
        fingerprint.of(io.BytesIO(b"half"), 1000)
