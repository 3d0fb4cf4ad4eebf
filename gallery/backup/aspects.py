"""What is said of one image as one value: how it stands, whose word counts, how it is written."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from gallery.actions.texts import EditNegativePrompt, EditPrompt
from gallery.actions.values import Date as DateSaid
from gallery.actions.values import Note as NoteSaid
from gallery.actions.values import Said, Values, spelled
from gallery.backup.records import ImageWords
from gallery.families import words as stack_words
from gallery.models.families import NO_TOKEN
from gallery.scanning.moves.words import PERSON
from gallery.scanning.saving import prompts
from gallery.scanning.saving.copying import int_array

_MARKED = "(is_for_deletion AND NOT EXISTS (SELECT FROM gallery_missingmark WHERE image_id = id))"
_COLUMN = "SELECT id, {column} FROM gallery_image WHERE id = ANY(%s::bigint[])"
_SET_COLUMN = """
UPDATE gallery_image SET {column} = given.value
FROM unnest(%s::bigint[], %s::{kind}[]) AS given (id, value) WHERE gallery_image.id = given.id
"""
_NSFW = "SELECT id, is_nsfw, is_nsfw_said FROM gallery_image WHERE id = ANY(%s::bigint[])"
_SET_NSFW = """
UPDATE gallery_image SET is_nsfw = given.value, is_nsfw_said = given.said
FROM unnest(%s::bigint[], %s::boolean[], %s::boolean[]) AS given (id, value, said)
WHERE gallery_image.id = given.id
"""
_UNMARK = "DELETE FROM gallery_missingmark WHERE image_id = ANY(%s::bigint[])"
_PROMPTS = """
SELECT edit.image_id, coalesce(prompt.text, '') FROM gallery_imageedit AS edit
JOIN gallery_image AS image ON image.id = edit.image_id
LEFT JOIN gallery_prompt AS prompt ON prompt.id = image.{own}_id
WHERE edit.image_id = ANY(%s::bigint[]) AND edit.has_{own}
"""
_CAPTIONS = """
SELECT image_id, text FROM gallery_caption WHERE image_id = ANY(%s::bigint[]) AND source = %s
"""
_DROP_CAPTIONS = "DELETE FROM gallery_caption WHERE image_id = ANY(%s::bigint[]) AND source = %s"
_ADD_CAPTIONS = """
INSERT INTO gallery_caption (image_id, source, text)
SELECT id, %s, text FROM unnest(%s::bigint[], %s::text[]) AS given (id, text) WHERE text <> ''
"""
_VIEWINGS = "SELECT image_id, viewed_at FROM gallery_viewing WHERE image_id = ANY(%s::bigint[])"
_DROP_VIEWINGS = "DELETE FROM gallery_viewing WHERE image_id = ANY(%s::bigint[])"
_ADD_VIEWINGS = """
INSERT INTO gallery_viewing (image_id, viewed_at)
SELECT id, at FROM unnest(%s::bigint[], %s::timestamptz[]) AS given (id, at) WHERE at IS NOT NULL
"""


class Aspect(Said):
    """`label` is for people, after a number."""

    label: ClassVar[str]
    # `ImageEdit.edited_at` tells when it was said.
    is_dated: ClassVar[bool] = False

    def said(self, words: ImageWords) -> Any:
        """What the backup says; None where it is silent."""
        raise NotImplementedError

    def is_said(self, now: Any) -> bool:
        return bool(now != self.nothing)


class _Column(Aspect):
    column: ClassVar[str]
    kind: ClassVar[str]
    field: ClassVar[str]
    read: ClassVar[str] = ""

    def now(self, cursor: Any, ids: Sequence[int]) -> Values:
        cursor.execute(_COLUMN.format(column=self.read or self.column), [int_array(ids)])
        return dict(cursor.fetchall())

    def said(self, words: ImageWords) -> Any:
        return getattr(words, self.field) or None

    def write(self, cursor: Any, values: Mapping[int, Any]) -> None:
        statement = _SET_COLUMN.format(column=self.column, kind=self.kind)
        cursor.execute(statement, [int_array(values), list(values.values())])


class Rating(_Column):
    name, label = "rating", "ratings"
    column, kind, field = "rating", "smallint", "rating"


class Favourite(_Column):
    name, label, nothing = "favourite", "favourites", False
    column, kind, field = "is_favourite", "boolean", "favourite"


class ForDeletion(_Column):
    """From now on a person's mark, as `actions.marks.ForDeletion` has it."""

    name, label, nothing = "deletion", "marks for deletion", False
    column, kind, field, read = "is_for_deletion", "boolean", "for_deletion", _MARKED

    def write(self, cursor: Any, values: Mapping[int, Any]) -> None:
        cursor.execute(_UNMARK, [int_array(values)])
        super().write(cursor, values)


class Nsfw(Aspect):
    """The mark, and that a person decided it; a word's mark is nobody's decision."""

    name, label = "nsfw", "NSFW decisions"

    def now(self, cursor: Any, ids: Sequence[int]) -> Values:
        cursor.execute(_NSFW, [int_array(ids)])
        return {pk: [is_nsfw, is_said] for pk, is_nsfw, is_said in cursor.fetchall()}

    def said(self, words: ImageWords) -> Any:
        return None if words.nsfw is None else [words.nsfw, True]

    def is_said(self, now: Any) -> bool:
        return now is not None and bool(now[1])

    def write(self, cursor: Any, values: Mapping[int, Any]) -> None:
        marks, said = [v[0] for v in values.values()], [v[1] for v in values.values()]
        cursor.execute(_SET_NSFW, [int_array(values), marks, said])


class Note(NoteSaid, Aspect):
    label, is_dated = "notes", True

    def said(self, words: ImageWords) -> Any:
        return words.note or None


class Date(DateSaid, Aspect):
    label, is_dated = "dates", True

    def said(self, words: ImageWords) -> Any:
        return spelled(words.created_at) if words.created_at else None


class _Prompt(Aspect):
    """A person's text, which may be empty; None where the file's own stands."""

    is_dated = True
    act: ClassVar[EditPrompt | EditNegativePrompt]

    def now(self, cursor: Any, ids: Sequence[int]) -> Values:
        cursor.execute(_PROMPTS.format(own=self.act.own), [int_array(ids)])
        return dict(cursor.fetchall())

    def said(self, words: ImageWords) -> Any:
        text: str | None = getattr(words, self.act.own)
        return None if text is None else text.strip()

    def write(self, cursor: Any, values: Mapping[int, Any]) -> None:
        texts = {text for text in values.values() if text is not None}
        known = prompts.ids_of(cursor, texts) if texts else {}
        self.act.said.write(
            cursor,
            {pk: None if text is None else known[text] or 0 for pk, text in values.items()},
        )


class Prompt(_Prompt):
    name, label, act = "prompt", "prompts", EditPrompt()


class NegativePrompt(_Prompt):
    name, label, act = "negative_prompt", "negative prompts", EditNegativePrompt()


class Caption(Aspect):
    name, label, nothing = "caption", "captions", ""

    def now(self, cursor: Any, ids: Sequence[int]) -> Values:
        cursor.execute(_CAPTIONS, [int_array(ids), PERSON])
        return dict(cursor.fetchall())

    def said(self, words: ImageWords) -> Any:
        return words.caption or None

    def write(self, cursor: Any, values: Mapping[int, Any]) -> None:
        cursor.execute(_DROP_CAPTIONS, [int_array(values), PERSON])
        cursor.execute(_ADD_CAPTIONS, [PERSON, int_array(values), list(values.values())])


class Viewed(Aspect):
    """The later look counts, whoever says so."""

    name, label = "viewed", "times of looking"

    def now(self, cursor: Any, ids: Sequence[int]) -> Values:
        cursor.execute(_VIEWINGS, [int_array(ids)])
        return {pk: at.isoformat() for pk, at in cursor.fetchall()}

    def said(self, words: ImageWords) -> Any:
        return words.viewed_at.astimezone(UTC).isoformat() if words.viewed_at else None

    def write(self, cursor: Any, values: Mapping[int, Any]) -> None:
        cursor.execute(_DROP_VIEWINGS, [int_array(values)])
        cursor.execute(_ADD_VIEWINGS, [int_array(values), list(values.values())])


class _StackWord(Aspect):
    word: ClassVar[str]

    def now(self, cursor: Any, ids: Sequence[int]) -> Values:
        rows = stack_words.read(cursor, ids, self.word)
        return {row[0]: self._value(row[3]) for row in rows}

    def write(self, cursor: Any, values: Mapping[int, Any]) -> None:
        stack_words.drop(cursor, stack_words.read(cursor, list(values), self.word))
        stack_words.put(cursor, [self._row(*pair) for pair in values.items() if pair[1]])
        stack_words.follow(cursor, list(values))

    def _value(self, said_at: str) -> Any:
        raise NotImplementedError

    def _row(self, pk: int, value: Any) -> stack_words.Row:
        return pk, self.word, str(NO_TOKEN), None


class Apart(_StackWord):
    name, label, nothing, word = "apart", "images that stand apart", False, "apart"

    def said(self, words: ImageWords) -> Any:
        return words.stands_apart or None

    def _value(self, said_at: str) -> Any:
        return True


class Best(_StackWord):
    """The later choice counts, whoever says so."""

    name, label, word = "best", "bests of stacks", "cover"

    def said(self, words: ImageWords) -> Any:
        return words.best_since.astimezone(UTC).isoformat() if words.best_since else None

    def _value(self, said_at: str) -> Any:
        return datetime.fromisoformat(said_at).isoformat()

    def _row(self, pk: int, value: Any) -> stack_words.Row:
        return pk, self.word, str(NO_TOKEN), value


ASPECTS: dict[str, Aspect] = {
    aspect.name: aspect
    for aspect in (
        *(Rating(), Favourite(), Nsfw(), ForDeletion(), Note(), Prompt(), NegativePrompt()),
        *(Date(), Caption(), Viewed(), Apart(), Best()),
    )
}
