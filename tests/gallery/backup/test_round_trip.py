"""Out of one database and into another, with every human word."""

import shutil
from datetime import UTC, datetime

import pytest

from dtoolkit.jobs.services.queue import enqueue
from dtoolkit.jobs.services.runner import run_inline
from gallery.backup import restoring, taking, waiting
from gallery.backup.options import Options, Prefer
from gallery.models import Album, Collection, Folder, HistoryEntry, ImageEdit, LibraryRoot
from gallery.services import history
from tests.gallery.backup import said

pytestmark = pytest.mark.django_db(transaction=True)


def taken(path):
    with path.open("rb") as file:
        return taking.take(file)


def restore(path, prefer=Prefer.LIBRARY, *, by_path=False) -> HistoryEntry:
    return restoring.start(taken(path), Collection.objects.get(), Options(prefer, by_path))


def test_every_human_word_comes_back_to_an_empty_database(backup, library_folder):
    before = said.told()
    said.forget_all()
    said.scan(library_folder)
    assert said.told() != before
    entry = restore(backup)
    assert said.told() == before
    assert entry.sentence.startswith("Backup of ")
    assert entry.image_count == said.MANY + 1


def test_twice_changes_nothing_and_is_no_act(backup):
    before = said.told()
    entry = restore(backup)
    assert entry.pk is None
    assert said.told() == before


def test_undone_as_a_whole_and_done_again(backup, library_folder):
    full = said.told()
    said.forget_all()
    said.scan(library_folder)
    empty = said.told()
    entry = restore(backup)
    history.undo(entry)
    assert said.told() == empty
    history.redo(entry)
    assert without_times(said.told()) == without_times(full)


def without_times(told):
    return {
        path: {**words, "edit": words["edit"] and words["edit"][:3]}
        for path, words in told.items()
        if path.endswith(".png")
    }


def test_what_the_library_says_stays_and_what_it_does_not_say_comes(backup):
    images = said.by_path()
    said.perform("rate", [images["0.png"]], value="2")
    said.perform("rate", [images["deep/copy.png"]], value="")
    said.perform("note", [images["deep/1.png"]], note="changed my mind")
    said.perform("add-tags", [images["0.png"]], tags="spring")
    restore(backup)
    now = said.told()
    assert now["0.png"]["marks"][0] == 2
    assert now["deep/copy.png"]["marks"][0] == 3
    assert now["deep/1.png"]["edit"][0] == "changed my mind"
    assert [name for name, _ in now["0.png"]["tags"]] == ["best of", "spring", "winter"]


def test_the_backup_counts_where_it_is_preferred_and_the_newer_note(backup):
    before = said.told()
    images = said.by_path()
    said.perform("rate", [images["0.png"]], value="2")
    said.perform("note", [images["deep/1.png"]], note="changed my mind")
    restore(backup, Prefer.NEWER)
    now = said.told()
    assert (now["0.png"]["marks"][0], now["deep/1.png"]["edit"][0]) == (2, "changed my mind")
    ImageEdit.objects.update(edited_at=datetime(2020, 1, 1, tzinfo=UTC))
    restore(backup, Prefer.NEWER)
    now = said.told()
    assert now["0.png"]["marks"][0] == 2
    assert now["deep/1.png"]["edit"] == before["deep/1.png"]["edit"]
    restore(backup, Prefer.BACKUP)
    assert without_times(said.told()) == without_times(before)


def test_a_copy_that_the_backup_did_not_know_hears_what_was_said(backup, library_folder):
    (library_folder / "new.png").write_bytes((library_folder / "deep/1.png").read_bytes())
    said.scan(library_folder)
    restore(backup)
    words = said.told()
    assert words["new.png"]["edit"] == words["deep/1.png"]["edit"]
    assert words["new.png"]["marks"] == words["deep/1.png"]["marks"]


def test_found_wherever_it_lies_now(backup, library_folder, tmp_path):
    before = said.told()
    said.forget_all()
    shutil.move(library_folder, tmp_path / "elsewhere")
    shutil.move(tmp_path / "elsewhere" / "deep", tmp_path / "elsewhere" / "other")
    said.scan(tmp_path / "elsewhere")
    restore(backup)
    now = said.told()
    assert now["other/1.png"]["edit"] == before["deep/1.png"]["edit"]
    assert now["0.png"]["marks"] == before["0.png"]["marks"]


def test_what_has_no_image_waits_until_a_scan_brings_it(backup, library_folder, tmp_path):
    before = said.told()
    said.forget_all()
    away = tmp_path / "away.png"
    shutil.move(library_folder / "deep" / "1.png", away)
    root = said.scan(library_folder)
    restore(backup)
    collection = root.collection
    assert [h.counts["image"] for _, h in waiting.headers(collection)] == [1]
    restoring.retry(collection)
    assert [h.counts["image"] for _, h in waiting.headers(collection)] == [1]
    shutil.move(away, library_folder / "deep" / "1.png")
    LibraryRoot.objects.update(ignored=[])
    Folder.objects.update(treatment="")
    said.scan(library_folder)
    pipeline = enqueue("pipeline", {"collection_id": collection.pk})
    run_inline(pipeline, follow=True)
    assert said.told()["deep/1.png"] == before["deep/1.png"]
    assert said.told()["albums"] == before["albums"]
    assert waiting.headers(collection) == []
    latest = HistoryEntry.objects.latest("pk")
    assert latest.image_count == 1
    history.undo(latest)
    assert said.told()["deep/1.png"]["edit"] is None or not said.told()["deep/1.png"]["edit"]


def test_by_path_only_where_asked(backup, library_folder):
    said.forget_all()
    path = library_folder / "deep" / "1.png"
    content = bytearray(path.read_bytes())
    content[-20] ^= 1  # another content of the same size
    path.write_bytes(content)
    said.scan(library_folder)
    restore(backup)
    assert not said.told()["deep/1.png"]["edit"]
    restore(backup, by_path=True)
    assert said.told()["deep/1.png"]["edit"]


def test_looking_tells_what_restoring_does_and_changes_nothing(backup, library_folder):
    said.perform("rate", [said.by_path()["0.png"]], value="2")
    now = said.told()
    tally = restoring.look(taken(backup), Collection.objects.get(), Options())
    assert (tally.found, tally.waiting, tally.conflicts) == (said.MANY + 1, 0, {"ratings": 1})
    assert said.told() == now
    said.forget_all()
    said.scan(library_folder)
    empty = said.told()
    tally = restoring.look(taken(backup), Collection.objects.get(), Options())
    assert said.told() == empty
    assert tally.given["ratings"] == 2
    assert (tally.given["notes"], tally.given["tags"], tally.given["albums"]) == (1, 7, 2)
    assert (tally.given["places in albums"], tally.given["favourites"]) == (3, 2)


def test_an_album_that_got_more_since_stays_when_all_else_is_undone(backup, library_folder):
    said.forget_all()
    said.scan(library_folder)
    entry = restore(backup)
    said.perform("add-to-album", [said.by_path()["2.png"]], new_album="Winter")
    history.undo(entry)
    album = Album.objects.get(name="Winter")
    assert [each.image.name for each in album.entries.all()] == ["2.png"]
    assert said.told()["0.png"]["marks"][0] is None
