"""All that a file said about itself, kept whole so that better parsers can re-read it."""

import zlib
from collections.abc import Sequence
from typing import Any

import orjson
from django.db import models

from gallery.metadata import RawRecord

_COMPRESS_ABOVE = 2048


def pack_records(records: Sequence[RawRecord | dict[str, Any]]) -> bytes:
    """Raw records as JSON bytes; zlib above 2 KiB, told apart by the first byte. May hold NULs."""
    plain = orjson.dumps(records)
    return plain if len(plain) < _COMPRESS_ABOVE else zlib.compress(plain, 1)


def unpack_records(packed: bytes) -> list[dict[str, Any]]:
    """Inverse of `pack_records`: the fields of each `RawRecord`."""
    plain = packed if packed[:1] == b"[" else zlib.decompress(packed)
    records: list[dict[str, Any]] = orjson.loads(plain)
    return records


class ImageMetadata(models.Model):
    """1:1 with `Image`, apart from it because it is large and seldom read."""

    image = models.OneToOneField(  # no constraint: see ImageResource
        "gallery.Image",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="metadata",
        db_constraint=False,
    )
    packed_records = models.BinaryField(help_text="See pack_records.")
    facts = models.JSONField(
        default=list,
        help_text="Parameters beyond Image's columns: pairs, since jsonb keeps no order of keys.",
    )
    media = models.JSONField(
        default=list, help_text="Pairs beyond Image's columns: codec, frames a second, bit depth."
    )
    rule = models.TextField(blank=True, default="", help_text="The parser that won.")
    generator_version = models.TextField(blank=True, default="")
    problems = models.JSONField(default=list, help_text="What was wrong with the file, in words.")
    parse_problems = models.JSONField(
        default=list, help_text="What was wrong with the texts it carries, in words."
    )

    def __str__(self) -> str:
        return f"metadata of {self.image_id}"

    @property
    def records(self) -> list[dict[str, Any]]:
        return unpack_records(bytes(self.packed_records))
