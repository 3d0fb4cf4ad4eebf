"""What is said of images, each its own value: how it stands, how it is written, how it comes back.

Each value is JSON, so that history keeps it and undo compares it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from gallery.actions import kept
from gallery.actions.base import Part
from gallery.actions.kept import Kept
from gallery.scanning.saving.copying import int_array

Values = dict[int, Any]

_NOTES = "SELECT image_id, note FROM gallery_imageedit WHERE image_id = ANY(%s::bigint[])"
_SET_NOTES = """
INSERT INTO gallery_imageedit (image_id, note)
SELECT id, note FROM unnest(%s::bigint[], %s::text[]) AS given (id, note)
JOIN gallery_image USING (id)
ON CONFLICT (image_id) DO UPDATE SET note = EXCLUDED.note, edited_at = now()
"""


class Said:
    """`name` is kept in history."""

    name: ClassVar[str]
    # What stands where nobody said anything.
    nothing: ClassVar[Any] = None

    def now(self, cursor: Any, ids: Sequence[int]) -> Values:
        """Images that are left out are at `nothing`."""
        raise NotImplementedError

    def write(self, cursor: Any, values: Mapping[int, Any]) -> None:
        raise NotImplementedError

    def restore(self, cursor: Any, part: Part) -> list[int]:
        """As `Action.restore`, of parts that `part` made."""
        now = self.now(cursor, part.image_ids)
        given = zip(part.image_ids, part.before["values"], part.after["values"], strict=True)
        back = {pk: was for pk, was, is_ in given if now.get(pk, self.nothing) == is_}
        self.write(cursor, back)
        return [pk for pk in part.image_ids if pk not in back]

    def part(self, now: Values, after: Values) -> Part:
        ids = sorted(after)
        return Part(
            ids,
            {"what": self.name, "values": [now.get(pk, self.nothing) for pk in ids]},
            {"what": self.name, "values": [after[pk] for pk in ids]},
        )


class Note(Said):
    name, nothing = "note", ""

    def now(self, cursor: Any, ids: Sequence[int]) -> Values:
        cursor.execute(_NOTES, [int_array(ids)])
        return dict(cursor.fetchall())

    def write(self, cursor: Any, values: Mapping[int, Any]) -> None:
        cursor.execute(_SET_NOTES, [int_array(values), list(values.values())])


class _Kept(Said):
    """None is the file's own."""

    kept: ClassVar[Kept]

    def now(self, cursor: Any, ids: Sequence[int]) -> Values:
        return {pk: self.told(value) for pk, value in self.kept.said(cursor, ids).items()}

    def write(self, cursor: Any, values: Mapping[int, Any]) -> None:
        written = {pk: value for pk, value in values.items() if value is not None}
        self.kept.write(cursor, {pk: self.stored(value) for pk, value in written.items()})
        self.kept.give_back(cursor, self._silent(values))

    def told(self, value: Any) -> Any:
        """As JSON."""
        raise NotImplementedError

    def stored(self, value: Any) -> Any:
        raise NotImplementedError

    def _silent(self, values: Mapping[int, Any]) -> Iterable[int]:
        return [pk for pk, value in values.items() if value is None]


class PromptId(_Kept):
    """The id of a person's text, 0 an empty one."""

    name, kept = "prompt-id", kept.PROMPT

    def told(self, value: Any) -> Any:
        return value or 0

    def stored(self, value: Any) -> Any:
        return value or None


class NegativePromptId(PromptId):
    name, kept = "negative-prompt-id", kept.NEGATIVE_PROMPT


class Date(_Kept):
    """A moment in ISO's spelling."""

    name, kept = "date", kept.DATE

    def told(self, value: Any) -> Any:
        return spelled(value)

    def stored(self, value: Any) -> Any:
        return value


def spelled(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
