"""Images move: whoever lets people say more of them, or reads more of their files, is reminded."""

import re
from inspect import getsource

from django.db import models

from gallery.models import Image
from gallery.scanning.moves import uniting, words

# Theirs is the history of the row itself, or they end with the decision, or are found anew.
_KEPT_WITH_THE_ROW = {"gallery_imageversion", "gallery_arrival", "gallery_kin"}
_STAYS = {"id", "collection_id", "first_seen_at"}
_MADE_OF_THE_CONTENT = {"thumbnail_version", "phash", "strip_of"}


def tables_with_images() -> set[str]:
    """The gallery's own. What higher apps derive from an image follows its content by itself."""
    return {
        relation.related_model._meta.db_table
        for relation in Image._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
        and relation.related_model._meta.app_label == "gallery"
    }


def test_every_table_that_hangs_on_images_is_thought_of():
    moved = {table for table, _ in uniting._READ}
    joined = set(re.findall(r"(?:INTO|UPDATE|DELETE FROM) (gallery_\w+)", getsource(words)))
    thought_of = moved | joined | _KEPT_WITH_THE_ROW
    assert tables_with_images() == thought_of - {"gallery_image"}


def test_every_column_of_images_is_thought_of():
    columns = {field.column for field in Image._meta.concrete_fields}
    said = set(re.findall(r"(?m)^(?:SET| {3}) (\w+) = ", words._COLUMNS))
    taken = set(uniting._TAKEN_COLUMNS)
    assert columns == said | taken | _MADE_OF_THE_CONTENT | _STAYS
    assert not said & taken
