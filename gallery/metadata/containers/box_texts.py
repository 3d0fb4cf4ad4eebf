"""XMP and content credentials in boxes of their own, which videos and pictures of boxes share.

Source: Adobe XMP part 3, "MPEG-4"; C2PA 2.2, A.5 (embedding into BMFF files).
"""

from gallery.metadata.containers import c2pa, xmp
from gallery.metadata.containers.boxes import Box, Boxes
from gallery.metadata.containers.contents import Contents

XMP_UUID = b"uuid" + bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
C2PA_UUID = b"uuid" + bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
# What the box is for; it is followed by the place of further boxes.
_MANIFEST, _PLACE_LENGTH = b"manifest", 8


def read_xmp(walk: Boxes, box: Box, contents: Contents, container: str) -> None:
    if contents.has_room():
        xmp.read(walk.text_data(box), container, box.position, contents, box.is_cut)


def read_credentials(walk: Boxes, box: Box, contents: Contents, container: str) -> None:
    """Of a uuid box: version and flags, its purpose, and what belongs to that."""
    if not contents.has_room():
        return
    purpose, _, rest = walk.text_data(box, limit=c2pa.LIMIT)[4:].partition(b"\0")
    if purpose == _MANIFEST:
        store = rest[_PLACE_LENGTH:]
        c2pa.read(store, container, box.position, contents, box.is_cut)


def read_bare_credentials(walk: Boxes, box: Box, contents: Contents, container: str) -> None:
    """Of a box that is the store's own, as JPEG XL has it."""
    if contents.has_room():
        store = walk.text_data(box._replace(start=box.position), limit=c2pa.LIMIT)
        c2pa.read(store, container, box.position, contents, box.is_cut)
