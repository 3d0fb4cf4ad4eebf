"""Sidecars of XMP, as darktable and digiKam write them: keywords of others as tags, the rest as the
same properties in a file would be read."""

from gallery.metadata.containers import xmp
from gallery.metadata.containers.contents import Contents
from gallery.metadata.parsers import written_words
from gallery.metadata.parsers.sidecars.told import Told, tags_of
from gallery.metadata.records import RawRecord
from gallery.metadata.writing import said

_WITHOUT = frozenset(("xmp", "dc:subject", "xmp:Rating"))


def read(record: RawRecord) -> Told:
    contents = Contents()
    xmp.read(record.text.encode("utf-8", "replace"), record.container, 0, contents)
    found = written_words.left_out(contents.records)
    records = tuple(each for each in found if each.key not in _WITHOUT)
    known = said([record])
    tags = () if known is None else tags_of((tag, "", None) for tag in known.tags)
    return Told(records=records, tags=tags, problems=tuple(contents.problems))
