"""What each of the asked changes comes to for a batch of images: set-based, nothing written yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import orjson

from dtoolkit.core.errors import BadInput
from gallery.actions import values
from gallery.actions.values import Said, Values
from gallery.editing import dating
from gallery.editing.rewriting import LIMIT_MS, TextChange, rewritten
from gallery.models.metadata import unpack_records
from gallery.scanning.saving import prompts
from gallery.scanning.saving.copying import int_array

_PROMPTS = "SELECT id, coalesce({own}_id, 0) FROM gallery_image WHERE id = ANY(%s::bigint[])"
_TEXTS = "SELECT id, text FROM gallery_prompt WHERE id = ANY(%s::bigint[])"
_RECORDED = """
SELECT image.id, CASE WHEN edit.has_{own} THEN edit.recorded_{own}_id ELSE image.{own}_id END
FROM gallery_image AS image LEFT JOIN gallery_imageedit AS edit ON edit.image_id = image.id
WHERE image.id = ANY(%s::bigint[])
"""
_DATES = "SELECT id, created_at FROM gallery_image WHERE id = ANY(%s::bigint[])"
_RECORDED_DATES = """
SELECT image_id, recorded_created_at FROM gallery_imageedit
WHERE image_id = ANY(%s::bigint[]) AND has_date
"""
_PATHS = """
SELECT image.id, concat_ws('/', folder.path, image.name) FROM gallery_image AS image
JOIN gallery_folder AS folder ON folder.id = image.folder_id WHERE image.id = ANY(%s::bigint[])
"""
_FACTS = "SELECT image_id, facts FROM gallery_imagemetadata WHERE image_id = ANY(%s::bigint[])"
_RECORDS = """
SELECT image_id, packed_records FROM gallery_imagemetadata WHERE image_id = ANY(%s::bigint[])
"""
_RECORDS_AT_ONCE = 100  # some carry megabytes


@dataclass(slots=True)
class Planned:
    """`was` and `will` are as a person reads them, of images that change; `left` are those that
    cannot: too long a text, no date told."""

    was: dict[int, Any] = field(default_factory=dict)
    will: dict[int, Any] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)


class TextStep:
    """Of prompts, which are held once each."""

    label: ClassVar[str]
    said: ClassVar[Said]
    own: ClassVar[str]

    def planned(
        self, cursor: Any, ids: Sequence[int], change: TextChange, limit_ms: int = LIMIT_MS
    ) -> Planned:
        if change.how == "own":
            return self._given_back(cursor, ids)
        cursor.execute(_PROMPTS.format(own=self.own), [int_array(ids)])
        held = dict(cursor.fetchall())
        return _compared(held, _told(cursor, held.values()), change, limit_ms)

    def write(self, cursor: Any, ids: Sequence[int], change: TextChange) -> tuple[Values, Values]:
        """How they stood and how they stand."""
        planned = self.planned(cursor, ids, change)
        now = self.said.now(cursor, list(planned.will))
        after = self._stored(cursor, planned, change)
        self.said.write(cursor, after)
        return now, after

    def _stored(self, cursor: Any, planned: Planned, change: TextChange) -> Values:
        if change.how == "own":
            return dict.fromkeys(planned.will)
        known = prompts.ids_of(cursor, set(planned.will.values()))
        return {pk: known[text] or 0 for pk, text in planned.will.items()}

    def _given_back(self, cursor: Any, ids: Sequence[int]) -> Planned:
        said = self.said.now(cursor, ids)
        cursor.execute(_RECORDED.format(own=self.own), [int_array(said)])
        recorded = {pk: prompt or 0 for pk, prompt in cursor.fetchall()}
        told = _told(cursor, [*said.values(), *recorded.values()])
        return Planned(
            {pk: told[prompt] for pk, prompt in said.items()},
            {pk: told[recorded.get(pk, 0)] for pk in said},
        )


class PromptStep(TextStep):
    label, said, own = "Prompt", values.PromptId(), "prompt"


class NegativePromptStep(TextStep):
    label, said, own = "Negative prompt", values.NegativePromptId(), "negative_prompt"


class NoteStep(TextStep):
    label, said = "Note", values.Note()

    def planned(
        self, cursor: Any, ids: Sequence[int], change: TextChange, limit_ms: int = LIMIT_MS
    ) -> Planned:
        held = {**dict.fromkeys(ids, ""), **self.said.now(cursor, ids)}
        return _compared(held, {text: text for text in held.values()}, change, limit_ms)

    def _stored(self, cursor: Any, planned: Planned, change: TextChange) -> Values:
        return planned.will


TEXTS: dict[str, TextStep] = {
    "prompt": PromptStep(),
    "negative_prompt": NegativePromptStep(),
    "note": NoteStep(),
}


class DateStep:
    """`change` is JSON: `how`, and `at`, `hours` or `zone`. Its values are texts in ISO's way."""

    said: ClassVar[Said] = values.Date()

    def planned(self, cursor: Any, ids: Sequence[int], change: Mapping[str, Any]) -> Planned:
        cursor.execute(_DATES, [int_array(ids)])
        now: dict[int, datetime] = dict(cursor.fetchall())
        told = self._moments(cursor, now, change)
        will = {pk: at for pk, at in told.items() if at != now[pk] or change["how"] == "own"}
        left = set(now).difference(told) if change["how"] in {"name", "metadata"} else set()
        return Planned(
            {pk: values.spelled(now[pk]) for pk in will},
            {pk: values.spelled(at) for pk, at in will.items()},
            left,
        )

    def write(
        self, cursor: Any, ids: Sequence[int], change: Mapping[str, Any]
    ) -> tuple[Values, Values]:
        planned = self.planned(cursor, ids, change)
        now = self.said.now(cursor, list(planned.will))
        after = dict.fromkeys(planned.will) if change["how"] == "own" else planned.will
        self.said.write(cursor, after)
        return now, after

    def _moments(
        self, cursor: Any, now: Mapping[int, datetime], change: Mapping[str, Any]
    ) -> dict[int, datetime]:
        how = change["how"]
        if how == "set":
            return dict.fromkeys(now, datetime.fromisoformat(change["at"]))
        if how == "shift":
            return _shifted(now, change["hours"])
        if how == "own":
            cursor.execute(_RECORDED_DATES, [int_array(now)])
            return {pk: at or now[pk] for pk, at in cursor.fetchall()}
        zone = ZoneInfo(change["zone"])
        if how == "name":
            cursor.execute(_PATHS, [int_array(now)])
            told = {pk: dating.of_path(path, zone) for pk, path in cursor.fetchall()}
        else:
            told = _recorded(cursor, list(now), zone)
        return {pk: at for pk, at in told.items() if at is not None}


DATE = DateStep()


def _shifted(now: Mapping[int, datetime], hours: float) -> dict[int, datetime]:
    try:
        return {pk: at + timedelta(hours=hours) for pk, at in now.items()}
    except OverflowError as error:
        raise BadInput("That is too far for a date of these images.") from error


def _recorded(cursor: Any, ids: Sequence[int], zone: tzinfo) -> dict[int, datetime | None]:
    cursor.execute(_FACTS, [int_array(ids)])
    rows = cursor.fetchall()
    told = {pk: dating.of_facts(orjson.loads(facts), zone) for pk, facts in rows}
    left = [pk for pk, at in told.items() if at is None]
    for first in range(0, len(left), _RECORDS_AT_ONCE):
        cursor.execute(_RECORDS, [int_array(left[first : first + _RECORDS_AT_ONCE])])
        for pk, packed in cursor.fetchall():
            told[pk] = dating.of_records(unpack_records(bytes(packed)), zone)
    return told


def _told(cursor: Any, ids: Iterable[int]) -> dict[int, str]:
    """Texts of prompts by id; of 0 an empty one."""
    cursor.execute(_TEXTS, [int_array(set(ids))])
    return {0: "", **dict(cursor.fetchall())}


def _compared(
    held: Mapping[int, Any], told: Mapping[Any, str], change: TextChange, limit_ms: int
) -> Planned:
    """Each unique text is rewritten once."""
    unique = sorted(set(held.values()), key=str)
    texts = [told[key] for key in unique]
    new = dict(zip(unique, rewritten(change, texts, limit_ms), strict=True))
    planned = Planned()
    for pk, key in held.items():
        text = new[key]
        if text is None:
            planned.left.add(pk)
        elif text != told[key]:
            planned.was[pk], planned.will[pk] = told[key], text
    return planned
