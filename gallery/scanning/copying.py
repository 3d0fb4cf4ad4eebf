"""Images of new folders straight into their table, in PostgreSQL's binary COPY format: nothing to
compare them with, so no staging; half the price, and the times need no spelling out.

Source of the format: PostgreSQL's documentation of COPY, "Binary Format".
"""

from collections.abc import Iterable
from struct import Struct
from typing import Any

from gallery.scanning.walking import Listing

_COPY = """
COPY gallery_image
    (collection_id, folder_id, size, mtime_ns, modified_at, created_at, sidecar_stamp, name)
FROM STDIN (FORMAT binary)
"""
_START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
# The number of fields; six of 8 bytes, each after its length; a length of -1, which is NULL, or a
# seventh; the length of the name.
_ROW = Struct(">h" + "iq" * 6 + "ii")
_ROW_WITH_STAMP = Struct(">h" + "iq" * 7 + "i")
# PostgreSQL counts microseconds from the year 2000.
_EPOCH_US = 946_684_800_000_000


def copy_new(cursor: Any, collection_id: int, found: Iterable[tuple[int, Listing]]) -> None:
    """The entries of each listing into the folder of that id."""
    pack, pack_with_stamp = _ROW.pack, _ROW_WITH_STAMP.pack
    with cursor.copy(_COPY) as copy:
        copy.write(_START)
        for folder_id, listing in found:
            rows: list[bytes] = []
            for name, size, mtime_ns, born_ns, stamp in listing.entries:
                encoded = name.encode()
                modified, created = mtime_ns // 1000 - _EPOCH_US, born_ns // 1000 - _EPOCH_US
                # fmt: off
                if stamp is None:
                    row = pack(8, 8, collection_id, 8, folder_id, 8, size, 8, mtime_ns,
                               8, modified, 8, created, -1, len(encoded))
                else:
                    row = pack_with_stamp(8, 8, collection_id, 8, folder_id, 8, size, 8, mtime_ns,
                                          8, modified, 8, created, 8, stamp, len(encoded))
                # fmt: on
                rows += (row, encoded)
            copy.write(b"".join(rows))
        copy.write(_END)
