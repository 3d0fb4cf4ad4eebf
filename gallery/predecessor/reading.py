"""The database of DiffusionToolkit 1.x (SQLite), only ever read: what it lacks is told, the rest is
taken."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dtoolkit.core.errors import BadInput
from gallery.backup.records import Album, Head, ImageWords, Membership
from gallery.predecessor import mapping, queries
from gallery.predecessor.mapping import Mapping
from gallery.predecessor.queries import Untranslated
from gallery.scanning import cleaning

_WAIT_S = 5
_MAGIC = b"SQLite format 3\0"
# sqlite-net's ticks are tenths of microseconds from the year 1.
_YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SAID = ("Rating", "Favorite", "NSFW", "ForDeletion", "CustomTags", "ViewedDate")

_MEMBERSHIPS = """
(SELECT json_group_array(json_array(AlbumId, {order})) FROM AlbumImage
    WHERE ImageId = Image.Id) AS Albums
"""
_TAGS = """
(SELECT json_group_array(Tag.Name) FROM ImageTag JOIN Tag ON Tag.Id = ImageTag.TagId
    WHERE ImageId = Image.Id) AS Tags
"""


class Predecessor:
    """`news` says what could not be taken, as it is noticed while it is read."""

    def __init__(self, path: Path, mappings: Sequence[Mapping]) -> None:
        self._path, self._mappings = path, mappings
        self._news: dict[str, None] = {}
        self._left: Counter[str] = Counter()
        with self._open() as database:
            self._columns = {
                name.casefold(): {
                    row[1].casefold()
                    for row in database.execute(f"PRAGMA table_info({_quoted(name)})")
                }
                for (name,) in database.execute("SELECT name FROM sqlite_master")
            }
            if "path" not in self._columns.get("image", set()):
                raise BadInput("This database has no table Image with paths: it is none of ours.")
            self._albums = self._read_albums(database)

    @property
    def news(self) -> list[str]:
        return [*self._news, *(f"{many:,} {what}" for what, many in self._left.items())]

    def heads(self) -> Iterator[Head]:
        for position, name in enumerate(self._albums.values(), 1):
            yield Album(name=name, is_smart=False, position=float(position))
        yield from self._queries(len(self._albums))

    def images(self) -> Iterator[ImageWords]:
        self._left.clear()
        with self._open() as database:
            rows = database.execute(self._statement())
            names = [column[0] for column in rows.description]
            for row in rows:
                words = self._words(dict(zip(names, row, strict=True)))
                if words is not None:
                    yield words

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Raises `BadInput` where it is locked, broken or none."""
        try:
            with self._path.open("rb") as file:
                if file.read(len(_MAGIC)) != _MAGIC:
                    raise BadInput("This is no SQLite database.")
            with closing(self._connected()) as database:
                yield database
        except OSError as error:
            raise BadInput(f"{self._path} cannot be read: {error.strerror}.") from error
        except sqlite3.Error as error:
            hint = " Close the other program first." if "locked" in str(error) else ""
            raise BadInput(f"The database cannot be read: {error}.{hint}") from error

    def _connected(self) -> sqlite3.Connection:
        address = f"file:{quote(str(self._path.absolute()))}?mode=ro"
        database = _connect(address)
        try:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            database.close()
            if "unable to open" not in str(error):
                raise
            # A write-ahead log beside it that may not be opened from a place that is read-only.
            self._tell("What was written last may be missing: the log beside it cannot be opened.")
            database = _connect(f"{address}&immutable=1")
        return database

    def _tell(self, news: str) -> None:
        self._news[news] = None

    def _has(self, table: str, *columns: str) -> bool:
        known = self._columns.get(table.casefold())
        return known is not None and known >= {column.casefold() for column in columns}

    def _read_albums(self, database: sqlite3.Connection) -> dict[int, str]:
        if not (self._has("Album", "Id", "Name") and self._has("AlbumImage", "AlbumId", "ImageId")):
            self._tell("It has no albums (tables Album and AlbumImage), so none are taken.")
            return {}
        order = '"Order", ' if self._has("Album", "Order") else ""
        rows = database.execute(f"SELECT Id, Name FROM Album ORDER BY {order}Id")  # noqa: S608
        return {pk: name for pk, given in rows if (name := _name(given))}

    def _queries(self, position: int) -> Iterator[Head]:
        if not self._has("Query", "Name", "QueryJson"):
            self._tell("It has no saved queries (table Query), so none are taken.")
            return
        with self._open() as database:
            stored = database.execute("SELECT Name, QueryJson FROM Query ORDER BY rowid").fetchall()
        for number, (given, query) in enumerate(stored, 1):
            name = _name(given)
            if not name:
                continue
            try:
                q = queries.translate(str(query or ""), self._albums)
            except Untranslated as error:
                self._tell(f"Saved query {name} is left out: {error}.")
                continue
            at = float(position + number)
            yield Album(name=name, is_smart=True, params={"q": q}, position=at)

    def _statement(self) -> str:
        columns = ["Path"]
        for column in (*_SAID, "FileSize", "Hash"):
            if self._has("Image", column):
                columns.append(column)
            else:
                self._tell(f"It has no column {column} (table Image), so that is left out.")
        said = [f"coalesce({each}, 0) NOT IN (0, '')" for each in columns if each in _SAID]
        if self._albums:
            order = '"Order"' if self._has("AlbumImage", "Order") else "rowid"
            columns.append(_MEMBERSHIPS.format(order=order))
            said.append("Id IN (SELECT ImageId FROM AlbumImage)")
        if self._has("Tag", "Id", "Name") and self._has("ImageTag", "ImageId", "TagId"):
            columns.append(_TAGS)
            said.append("Id IN (SELECT ImageId FROM ImageTag)")
        else:
            self._tell("It has no tags (tables Tag and ImageTag), so none are taken.")
        listed, asked = ", ".join(columns), " OR ".join(said) or "false"
        return f"SELECT {listed} FROM Image WHERE {asked} ORDER BY Id"  # noqa: S608

    def _words(self, row: dict[str, Any]) -> ImageWords | None:
        path = cleaning.text(str(row["Path"] or ""))
        if not path or len(path) > 8000:
            self._left["images without a path are left out."] += 1
            return None
        rating = row.get("Rating")
        if rating is not None and not (isinstance(rating, int) and 1 <= rating <= 10):
            self._left["ratings that are not from 1 to 10 are left out."] += rating != 0
            rating = None
        size = row.get("FileSize")
        digest = str(row.get("Hash") or "").lower()
        tags = [*json.loads(row.get("Tags") or "[]"), *str(row.get("CustomTags") or "").split(",")]
        entries = json.loads(row.get("Albums") or "[]")
        return ImageWords(
            sha256=digest if _SHA256.fullmatch(digest) else "",
            size=size if isinstance(size, int) and 0 < size < 2**63 else -1,
            root="",
            path=mapping.here(path, self._mappings),
            rating=rating,
            favourite=bool(row.get("Favorite")),
            nsfw=True if row.get("NSFW") else None,
            for_deletion=bool(row.get("ForDeletion")),
            viewed_at=_moment(row.get("ViewedDate")),
            tags=list(dict.fromkeys(name for tag in tags if (name := _name(tag)))),
            albums=[
                Membership(album=self._albums[album], position=float(position or 0))
                for album, position in dict(entries).items()
                if album in self._albums and isinstance(position or 0, int | float)
            ],
        )


def _connect(address: str) -> sqlite3.Connection:
    database = sqlite3.connect(address, uri=True, timeout=_WAIT_S)
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return database


def _name(given: Any) -> str:
    return cleaning.name(" ".join(str(given or "").split())).strip()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _moment(value: Any) -> datetime | None:
    """Ticks, or ISO text; both without a zone are the clock of that machine, taken for ours."""
    try:
        if isinstance(value, int) and value > 0:
            found = _YEAR_ONE.replace(tzinfo=None) + timedelta(microseconds=value // 10)
        elif isinstance(value, str) and value:
            found = datetime.fromisoformat(value)
        else:
            return None
        return found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
