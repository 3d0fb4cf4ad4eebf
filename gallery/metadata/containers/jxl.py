"""JPEG XL: a bare codestream, or boxes that hold it and texts.

Source: ISO/IEC 18181-2 for the boxes; the codestream's own header in `jxl_header`.
"""

from gallery.metadata.containers import box_texts, exif, heif_items, jxl_header
from gallery.metadata.containers.boxes import Box, Boxes
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source

_CODESTREAM = b"\xff\x0a"
_SIGNATURE = b"\0\0\0\x0cJXL \r\n\x87\n"
_USUAL_DEPTH = 8
_LABELS = {b"Exif": "EXIF", b"xml ": "XMP", b"jumb": "C2PA"}


def recognises(head: bytes) -> bool:
    return head.startswith((_CODESTREAM, _SIGNATURE))


def read(source: Source, contents: Contents) -> None:
    if source.head.startswith(_CODESTREAM):
        codestream = source.at(0, jxl_header.LENGTH)
    else:
        codestream = _read_boxes(Boxes(source, contents), contents)
    header = jxl_header.read(codestream)
    if header is None:
        contents.complain("The file has no size: its picture header is missing.")
        return
    contents.set_size(header.width, header.height)
    # The EXIF block may say otherwise; decoders go by the codestream alone.
    contents.orientation = header.orientation or 1
    if header.bit_depth not in (None, _USUAL_DEPTH):
        contents.media.append(("Bit depth", str(header.bit_depth)))


def _read_boxes(walk: Boxes, contents: Contents) -> bytes:
    """Takes up the texts; returns the codestream's beginning, which may lie in several boxes."""
    codestream = b""
    for box in walk.top():
        wanted = jxl_header.LENGTH - len(codestream)
        if box.kind == b"jxlc":
            codestream = walk.data(box, limit=jxl_header.LENGTH)
        elif box.kind == b"jxlp" and wanted > 0:
            codestream += walk.data(box, skip=4, limit=wanted)
        elif box.kind == b"Exif":
            _read_exif(walk, box, contents)
        elif box.kind == b"xml ":
            box_texts.read_xmp(walk, box, contents, "jxl:xmp")
        elif box.kind == b"jumb":
            box_texts.read_bare_credentials(walk, box, contents, "jxl:c2pa")
        elif box.kind == b"brob":
            label = _LABELS.get(walk.data(box, limit=4))
            if label:
                contents.complain(
                    f"The file's {label} data are compressed with Brotli, which is not read."
                )
    return codestream


def _read_exif(walk: Boxes, box: Box, contents: Contents) -> None:
    if contents.has_room():
        block = heif_items.exif_block(walk.text_data(box))
        exif.read(block, "jxl:exif", box.position, contents)
