"""A database of DiffusionToolkit 1.x, as its code makes it, into a scanned library."""

import hashlib
import json
import sqlite3
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gallery.models import Album, HistoryEntry, Image, ImageTag, Viewing
from gallery.predecessor import mapping, queries
from gallery.search.query import ResultQuery
from gallery.services import history
from tests import pictures
from tests.gallery.backup import said
from tests.gallery.backup.conftest import data_folder  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
TICKS = int((datetime(2024, 2, 3, 12, tzinfo=UTC) - datetime(1, 1, 1, tzinfo=UTC)).total_seconds())

SCHEMA = """
CREATE TABLE Image (Id INTEGER PRIMARY KEY, RootFolderId INTEGER, Path TEXT, FileName TEXT,
    Prompt TEXT, CustomTags TEXT, Rating INTEGER, Favorite INTEGER, ForDeletion INTEGER,
    NSFW INTEGER, FileSize INTEGER, ViewedDate BIGINT, Hash TEXT);
CREATE TABLE Album (Id INTEGER PRIMARY KEY, Name TEXT, "Order" INTEGER);
CREATE TABLE AlbumImage (AlbumId INTEGER, ImageId INTEGER);
CREATE TABLE Query (Id INTEGER PRIMARY KEY, Name TEXT, QueryJson TEXT);
CREATE TABLE Tag (Id INTEGER PRIMARY KEY, Name TEXT);
CREATE TABLE ImageTag (ImageId INTEGER, TagId INTEGER);
"""


@pytest.fixture
def library(library_folder) -> Path:
    for number in range(4):
        name = f"deep/{number}.png" if number % 2 else f"{number}.png"
        pictures.png(library_folder / name, colour=(number * 60, 1, 1))
    said.scan(library_folder)
    return library_folder


@pytest.fixture
def database(library, tmp_path) -> Path:
    path = tmp_path / "diffusion-toolkit.db"
    with sqlite3.connect(path) as made:
        made.executescript(SCHEMA)
        size = (library / "2.png").stat().st_size
        rows = [
            (1, r"D:\Images\0.png", 8, 1, 0, 0, None, "red, blue", TICKS * 10_000_000),
            (2, r"d:\images\deep\1.png", 11, 0, 1, 1, None, None, None),
            (3, r"E:\moved\somewhere\2.png", 3, 0, 0, 0, size, "", "2024-02-03T12:00:00Z"),
            (4, r"D:\Images\gone.png", 5, 0, 0, 0, 77, None, None),
            (5, r"D:\Images\deep\3.png", None, 0, 0, 0, None, None, None),
            (6, None, 5, 0, 0, 0, None, None, None),
        ]
        made.executemany(
            "INSERT INTO Image (Id, Path, Rating, Favorite, ForDeletion, NSFW, FileSize,"
            " CustomTags, ViewedDate) VALUES (?,?,?,?,?,?,?,?,?)",
            rows,
        )
        made.executemany("INSERT INTO Album VALUES (?,?,?)", [(1, "B", 2), (2, "A", 1)])
        made.executemany("INSERT INTO AlbumImage VALUES (?,?)", [(1, 3), (1, 1), (2, 2)])
        made.executemany(
            "INSERT INTO Query VALUES (?,?,?)",
            [
                (1, "Good", json.dumps({"Query": "fox, rating: >= 8", "AlbumIds": [1]})),
                (2, "Odd", json.dumps({"Query": "aesthetic_score: > 6"})),
                (3, "Filtered", json.dumps({"Query": "", "Filter": {"UseSteps": True}})),
            ],
        )
        made.execute("INSERT INTO Tag VALUES (1, 'keeper')")
        made.execute("INSERT INTO ImageTag VALUES (2, 1)")
    return path


def command(database: Path, library: Path, *args: str) -> str:
    out = StringIO()
    maps = ("--map", rf"D:\Images={library}")
    call_command("import_predecessor", str(database), *maps, *args, stdout=out, stderr=out)
    return out.getvalue()


def test_everything_that_was_said_comes(database, library):
    before = database.read_bytes()
    nothing = said.told()
    told = command(database, library, "--dry-run")
    assert said.told() == nothing
    told = command(database, library)
    assert "Saved query Odd is left out: 'aesthetic_score:' means nothing here." in told
    assert "Saved query Filtered is left out: it has more than words: Filter." in told
    assert "1 ratings that are not from 1 to 10 are left out." in told
    assert "1 images without a path are left out." in told
    assert "3 find their images, 3 of them by path or name only; 1 do not (yet)." in told
    zero, one, two, _ = said.by_path().values()
    assert (zero.rating, zero.is_favourite, two.rating) == (8, True, 3)
    assert (one.rating, one.is_nsfw, one.is_nsfw_said, one.is_for_deletion) == (None,) + (True,) * 3
    uses = ImageTag.objects.filter(source="person").values_list("image__name", "tag__name")
    assert sorted(uses) == [("0.png", "blue"), ("0.png", "red"), ("1.png", "keeper")]
    moment = datetime(2024, 2, 3, 12, tzinfo=UTC)
    assert [each.viewed_at for each in Viewing.objects.all()] == [moment] * 2
    assert list(Album.objects.order_by("position").values_list("name", flat=True)) == [
        *("A", "B", "Good")
    ]
    held = Album.objects.get(name="B").entries.order_by("position")
    assert [entry.image.name for entry in held] == ["2.png", "0.png"]
    smart = Album.objects.get(name="Good")
    assert ResultQuery(smart.collection, album=smart.pk).images().count() == 0
    assert database.read_bytes() == before
    history.undo(HistoryEntry.objects.latest("pk"))
    assert not Image.objects.filter(rating__isnull=False).exists()
    assert not Album.objects.exists()


def test_a_renamed_file_is_found_by_its_hash_and_another_of_its_size_is_not(database, library):
    with sqlite3.connect(database) as made:
        made.execute("DELETE FROM Image")
        for number, (name, rating) in enumerate({"deep/3.png": 7, "2.png": 2}.items()):
            content = (library / name).read_bytes()
            digest = hashlib.sha256(content if rating == 7 else b"another").hexdigest().upper()
            made.execute(
                "INSERT INTO Image (Id, Path, Rating, FileSize, Hash) VALUES (?,?,?,?,?)",
                (number, rf"E:\old\name {number}.png", rating, len(content), digest),
            )
    told = command(database, library)
    assert "1 find their images; 1 do not (yet)." in told
    ratings = {name: words.rating for name, words in said.by_path().items()}
    assert {name for name, rating in ratings.items() if rating} == {"deep/3.png"}
    assert ratings["deep/3.png"] == 7


def test_half_migrated_it_gives_what_it_has_and_tells_the_rest(database, library):
    with sqlite3.connect(database) as half:
        half.executescript(
            "DROP TABLE ImageTag; DROP TABLE Query; DROP TABLE AlbumImage;"
            "ALTER TABLE Image DROP COLUMN NSFW; ALTER TABLE Image DROP COLUMN FileSize;"
        )
    told = command(database, library)
    for lack in ("no albums", "no saved queries", "no tags", "no column NSFW", "column FileSize"):
        assert lack in told
    assert said.by_path()["0.png"].rating == 8


def test_it_is_read_while_its_log_lies_beside_and_told_where_it_is_locked(database, library):
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("UPDATE Image SET Rating = 9 WHERE Id = 1")
    command(database, library)
    assert said.by_path()["0.png"].rating == 9
    other.execute("PRAGMA journal_mode=DELETE")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CommandError, match="Close the other program first"):
        command(database, library)
    other.close()


@pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_such_database_is_told(library, tmp_path, content):
    path = tmp_path / "other.db"
    path.write_bytes(content)
    with pytest.raises(CommandError):
        command(path, library)
    with pytest.raises(CommandError, match="cannot be read"):
        command(tmp_path / "nowhere.db", library)
    with sqlite3.connect(tmp_path / "foreign.db") as foreign:
        foreign.execute("CREATE TABLE Song (Id INTEGER)")
    with pytest.raises(CommandError, match="none of ours"):
        command(tmp_path / "foreign.db", library)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"D:\Images\a\B.png", "/mnt/images/a/B.png"),
        (r"d:\IMAGES\x.png", "/mnt/images/x.png"),
        (r"D:\Images\best\x.png", "/best/x.png"),
        (r"D:\ImagesOld\x.png", "D:/ImagesOld/x.png"),
        ("/home/me/x.png", "/srv/x.png"),
        ("/HOME/me/x.png", "/HOME/me/x.png"),
    ],
)
def test_paths_lie_where_a_mapping_says(path, expected):
    given = [r"D:\images=/mnt/images", r"D:\Images\Best=/best", "/home/me=/srv/"]
    assert mapping.here(path, mapping.parse(given)) == expected


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ({"Query": "a fox, steps: 20|30"}, "a fox, steps: 20|30"),
        ({"Query": "fox", "HideNSFW": True, "Filter": {"UsePrompt": False, "Steps": "3"}}, "fox"),
        ({"AlbumIds": [3]}, 'album:="Best of"'),
    ],
)
def test_queries_whose_words_are_known_are_ours(stored, expected):
    assert queries.translate(json.dumps(stored), {3: "Best of"}) == expected


@pytest.mark.parametrize(
    "stored", ["[1]", "", json.dumps({"Query": "rating: x"}), json.dumps({"AlbumIds": [4]})]
)
def test_others_are_told(stored):
    with pytest.raises(queries.Untranslated):
        queries.translate(stored, {3: "Best of"})
