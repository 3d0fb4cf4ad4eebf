"""What is to stand in the file: the library's words; until both met once, also those of the file
that the library is silent about."""

from dataclasses import fields
from typing import Any

from gallery.metadata import RawRecord, writing
from gallery.metadata.writing import FileWords
from gallery.models import FormerContent, Image, ImageMetadata
from gallery.written import said

_NOTHING = FileWords()


def have_met(image: Image) -> bool:
    return FormerContent.objects.filter(image=image, is_met=True).exists()


def words_for(image: Image) -> FileWords:
    words = said.of([image.pk]).get(image.pk, _NOTHING)
    if have_met(image):
        return words
    metadata = ImageMetadata.objects.filter(image=image).first()
    if metadata is None:
        return words
    records = [RawRecord(**each) for each in metadata.records]
    if not writing.has_ours(records) or (found := writing.said(records)) is None:
        return words
    return joined(words, found.words)


def joined(words: FileWords, file: FileWords) -> FileWords:
    """Each of the first where it says anything; tags of both, but for those taken away."""
    values: dict[str, Any] = {}
    for field in fields(FileWords):
        own, other = getattr(words, field.name), getattr(file, field.name)
        values[field.name] = other if own == getattr(_NOTHING, field.name) else own
    tags = dict.fromkeys((*words.tags, *file.tags))
    values["tags"] = tuple(tag for tag in tags if tag not in words.denied)
    denied = dict.fromkeys((*words.denied, *file.denied))
    values["denied"] = tuple(tag for tag in denied if tag not in words.tags)
    return FileWords(**values)
