"""What a person says of images in one column: rating, favourite, NSFW, for deletion."""

from collections.abc import Sequence
from typing import Any, ClassVar

from dtoolkit.core.errors import BadInput
from gallery.actions.base import Action, Params, Part, images
from gallery.models import Collection
from gallery.scanning.saving.copying import int_array

_APPLY = """
WITH old AS (
    SELECT id, {column} AS was FROM gallery_image
    WHERE id = ANY(%(ids)s::bigint[])
        AND ({column} IS DISTINCT FROM %(value)s::{kind} {undecided})),
changed AS (
    UPDATE gallery_image AS image SET {column} = %(value)s::{kind} {besides}
    FROM old WHERE image.id = old.id RETURNING image.id, old.was)
SELECT was, array_agg(id ORDER BY id) FROM changed GROUP BY was
"""
_RESTORE = """
WITH same AS (
    UPDATE gallery_image SET {column} = %(before)s::{kind}
    WHERE id = ANY(%(ids)s::bigint[]) AND {column} IS NOT DISTINCT FROM %(after)s::{kind}
    RETURNING id)
SELECT id FROM unnest(%(ids)s::bigint[]) AS id WHERE id NOT IN (SELECT id FROM same)
"""


class Mark(Action):
    """Sets one column of the image to one value."""

    column: ClassVar[str]
    kind: ClassVar[str]
    besides: ClassVar[str] = ""
    # Images that have the value already, but of which nobody said so.
    undecided: ClassVar[str] = ""

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        value = params["value"]
        cursor.execute(
            _APPLY.format(
                column=self.column,
                kind=self.kind,
                besides=self.besides,
                undecided=self.undecided,
            ),
            {"ids": int_array(ids), "value": value},
        )
        return [Part(changed, was, value) for was, changed in cursor.fetchall()]

    def restore(self, cursor: Any, part: Part) -> list[int]:
        cursor.execute(
            _RESTORE.format(column=self.column, kind=self.kind),
            {"ids": int_array(part.image_ids), "before": part.before, "after": part.after},
        )
        return [pk for (pk,) in cursor.fetchall()]


class Rate(Mark):
    name = "rate"
    title = "Rate"
    icon = "star"
    keys = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0")
    control = "rating"
    is_frequent = True
    column, kind = "rating", "smallint"

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        value = str(values.get("value", ""))
        if not value:
            return {"value": None}
        if not (value.isascii() and value.isdigit() and len(value) <= 2 and 1 <= int(value) <= 10):
            raise BadInput("A rating is a number from 1 to 10, or empty.")
        return {"value": int(value)}

    def sentence(self, count: int, params: Params) -> str:
        if params["value"] is None:
            return f"Rating of {images(count)} cleared"
        return f"{images(count)} rated {params['value']}"

    def doing(self, params: Params) -> str:
        value = params["value"]
        return "Clearing ratings" if value is None else f"Rating images {value}"


class Switch(Mark):
    """On or off; `said` names both in the past tense, `does` while it is done."""

    kind = "boolean"
    control = "switch"
    said: ClassVar[tuple[str, str]]
    does: ClassVar[tuple[str, str]]

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        value = values.get("value", "")
        if value not in {"0", "1"}:
            raise BadInput("`value` must be 1 or 0.")
        return {"value": value == "1"}

    def sentence(self, count: int, params: Params) -> str:
        return f"{images(count)} {self.said[0 if params['value'] else 1]}"

    def doing(self, params: Params) -> str:
        return self.does[0 if params["value"] else 1]


class Favourite(Switch):
    name = "favourite"
    title = "Favourite"
    icon = "heart"
    keys = ("f",)
    is_frequent = True
    column = "is_favourite"
    said = ("added to favourites", "removed from favourites")
    does = ("Adding to favourites", "Removing from favourites")


class Nsfw(Switch):
    name = "nsfw"
    title = "NSFW"
    icon = "eye-off"
    keys = ("n",)
    column = "is_nsfw"
    besides = ", is_nsfw_said = true"
    undecided = "OR NOT is_nsfw_said"
    said = ("marked NSFW", "no longer marked NSFW")
    does = ("Marking NSFW", "Removing NSFW marks")


class ForDeletion(Switch):
    name = "deletion"
    title = "For deletion"
    icon = "trash-2"
    keys = ("x", "Delete")
    is_frequent = True
    column = "is_for_deletion"
    said = ("marked for deletion", "no longer for deletion")
    does = ("Marking for deletion", "Taking deletion marks back")

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        # From now on it is the person's mark, and stays when a vanished file comes back.
        cursor.execute(
            "DELETE FROM gallery_missingmark WHERE image_id = ANY(%s::bigint[])", [int_array(ids)]
        )
        return super().apply(cursor, ids, params)
