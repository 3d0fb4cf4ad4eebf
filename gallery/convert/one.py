"""One file's bytes into verified bytes of another format, or the reason why it stays as it is."""

import io
import uuid
from dataclasses import dataclass

from gallery import metadata
from gallery.convert import carrying, encoding, frames, verifying
from gallery.convert.orders import Order
from gallery.filing.refusals import Refused
from gallery.media import decoding, fingerprint, formats

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Converted:
    """`media` as the file's metadata has them, `was` those of the original; `has_credentials` says
    that C2PA content credentials, which are signed with the bytes they came in, are left behind."""

    data: bytes
    fingerprint: uuid.UUID
    size: tuple[int, int]
    media: Pairs
    was: Pairs
    saved: int
    has_credentials: bool


class Bigger(Refused):
    """It would be no smaller."""


def convert(data: bytes, order: Order) -> Converted:
    """Pure, and safe in any thread. Raises `Refused`."""
    kind, contents = metadata.take_apart(data)
    if not kind:
        raise Refused("it is no picture that can be read")
    if reason := why_not(kind, order):
        raise Refused(reason)
    if contents.problems:
        problem = contents.problems[0].rstrip(".")
        raise Refused(f"{problem[:1].lower()}{problem[1:]}, so something would be lost")
    records = tuple(contents.records)
    hidden = metadata.hidden(data, contents)
    depth = int(dict(contents.media).get("Bit depth", "8"))
    shown = frames.look(data, depth, is_lossless=order.is_lossless)
    told = carrying.carry(records, hidden, shown.exif)
    exif, xmp = (told.exif, told.xmp) if told else (b"", b"")
    with decoding.in_turn(shown.size):
        encoded = encoding.encode(shown, order, exif, xmp)
        saved = len(data) - len(encoded.data)
        if saved <= 0 and not order.takes_bigger:
            raise Bigger(f"it would be no smaller as {order.title}")
        again = verifying.verify(shown, encoded, order, records, hidden)
    identity = fingerprint.of(io.BytesIO(encoded.data), len(encoded.data))
    media = tuple(again.media), tuple(contents.media)
    has_credentials = any(record.key == carrying.CREDENTIALS for record in records)
    return Converted(encoded.data, identity, shown.size, *media, saved, has_credentials)


def why_not(kind: str, order: Order) -> str:
    """Of a file of such a format, as far as that tells; empty where it may be converted."""
    if kind == order.format:
        return f"it is {order.title} already"
    if formats.is_video(kind):
        return "it is a video, which is left as it is"
    return ""
