"""Moved files take their sidecars, their rows and all that people said along."""

import os
import shutil

import pytest

from dtoolkit.core.errors import BadInput, Conflict
from gallery.filing import disk
from gallery.models import FileAct, Folder, HistoryEntry, Image, ImageVersion, Treatment
from gallery.services import history, roots
from tests import pictures
from tests.gallery.filing.conftest import agrees, image, reasons, tree
from tests.gallery.scanning.conftest import look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def move(perform, library_folder):
    def do(to: str, *files: str, **values: str) -> HistoryEntry:
        return perform("move", *files, to=str(library_folder / to), **values)

    return do


def test_an_image_moves_with_its_sidecars_and_stays_the_same_image(root, library_folder, move):
    Image.objects.filter(name="0.png").update(rating=9)
    before, file = image("a/0.png"), library_folder / "a" / "0.png"
    moment, then = file.stat().st_mtime_ns, tree(library_folder)
    entry = move("c", "a/0.png")
    assert entry.sentence == "1 image moved to library/c"
    assert tree(library_folder) == {
        **{name: data for name, data in then.items() if not name.startswith("a/0.")},
        "c/0.png": then["a/0.png"],
        "c/0.png.json": then["a/0.png.json"],
        "c/0.txt": then["a/0.txt"],
    }
    assert (library_folder / "c" / "0.png").stat().st_mtime_ns == moment
    now = image("c/0.png")
    assert (now.pk, now.rating, now.read_version) == (before.pk, 9, before.read_version)
    assert agrees(root)
    assert str(look(root)) == "nothing changed"
    assert not ImageVersion.objects.exists()
    assert Image.objects.count() == 4
    counts = dict(Folder.objects.values_list("path", "image_count"))
    assert (counts["a"], counts["c"]) == (2, 1)


def test_undo_moves_it_back_and_redo_moves_it_again(root, library_folder, move):
    then, pk = tree(library_folder), image("a/0.png").pk
    entry = move("c", "a/0.png", "a/1.png")
    history.undo(entry)
    assert tree(library_folder) == then
    assert image("a/0.png").pk == pk
    assert agrees(root)
    history.redo(entry)
    assert image("c/0.png").pk == pk
    assert agrees(root)
    history.undo(entry)
    assert tree(library_folder) == then


def test_undoing_twice_is_refused(move):
    entry = move("c", "a/0.png")
    history.undo(entry)
    with pytest.raises(Conflict, match="undone already"):
        history.undo(entry)


def test_a_new_folder_is_made_and_known(root, library_folder, move):
    move("c", "a/0.png", new="best/of 2026")
    assert (library_folder / "c" / "best" / "of 2026" / "0.txt").is_file()
    assert image("c/best/of 2026/0.png").folder.depth == 3
    assert agrees(root)


def test_what_is_there_is_never_overwritten(root, library_folder, move):
    pictures.png(library_folder / "b" / "0.png", size=(77, 7))
    look(root)
    then = tree(library_folder)
    entry = move("b", "a/0.png", "a/1.png")
    assert reasons(entry) == [disk.TAKEN]
    assert (entry.image_count, entry.sentence) == (1, "1 image moved to library/b")
    assert tree(library_folder)["b/0.png"] == then["b/0.png"]
    assert "a/0.txt" in tree(library_folder)
    assert agrees(root)


def test_a_taken_name_gets_a_number_by_choice(root, library_folder, move):
    pictures.png(library_folder / "b" / "0.png", size=(77, 7))
    (library_folder / "b" / "0 (2).txt").write_text("a stranger's")
    look(root)
    move("b", "a/0.png", clash="number")
    names = set(tree(library_folder))
    assert {"b/0 (3).png", "b/0 (3).txt", "b/0 (3).png.json", "b/0 (2).txt"} <= names
    assert agrees(root)


def test_a_sidecar_that_another_image_shares_stays_for_it(root, library_folder, move):
    pictures.jpeg(library_folder / "a" / "0.jpg")
    look(root)
    then = tree(library_folder)
    entry = move("c", "a/0.png")
    now = tree(library_folder)
    assert now["a/0.txt"] == now["c/0.txt"]
    assert "a/0.png.json" not in now
    assert agrees(root)
    history.undo(entry)
    assert tree(library_folder) == then
    assert agrees(root)


def test_no_image_adopts_the_sidecar_of_another_by_a_move(root, library_folder, move):
    pictures.jpeg(library_folder / "b" / "1.jpg")
    (library_folder / "b" / "1.txt").write_text("of the other one")
    look(root)
    assert reasons(move("b", "a/1.png")) == [disk.TAKEN]
    assert agrees(root)


def test_a_vanished_image_keeps_its_place_and_name(root, library_folder, move):
    (library_folder / "b" / "9.png").unlink()
    look(root)
    (library_folder / "a" / "1.png").rename(library_folder / "a" / "9.png")
    look(root)
    assert reasons(move("b", "a/9.png")) == [disk.TAKEN]


def test_a_file_that_vanished_or_changed_meanwhile_is_left(root, library_folder, move):
    (library_folder / "a" / "0.png").unlink()
    pictures.png(library_folder / "a" / "1.png", size=(90, 9))
    os.truncate(library_folder / "a" / "2.png", 0)
    (library_folder / "a" / "2.png").unlink()
    (library_folder / "a" / "2.png").symlink_to(library_folder / "b" / "9.png")
    then = tree(library_folder)
    entry = move("c", "a/0.png", "a/1.png", "a/2.png")
    assert entry.image_count == 0
    assert [reason.partition(":")[0] for reason in reasons(entry)] == [
        disk.GONE,
        "it was changed since it was scanned",
        "it is a link, and links are left where they are",
    ]
    assert tree(library_folder) == then
    assert history.latest_to_undo(root.collection) is None


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"to": "/"}, "no folder of the library"),
        ({"to": "{root}/../elsewhere"}, "no folder of the library"),
        ({"to": "{root}/nowhere"}, "not there"),
        ({"to": "{root}/a/0.png"}, "not there"),
        ({"to": "{root}/c", "new": "../x"}, "A name is needed"),
        ({"to": "{root}/c", "new": "a\\b"}, "no slash"),
        ({"to": "{root}/c", "new": "NUL"}, "device on Windows"),
        ({"to": "{root}/c", "new": "com1.png"}, "device on Windows"),
        ({"to": "{root}/c", "new": "x" * 300}, "too long"),
        ({"to": "{root}/c", "new": ".hidden"}, "hidden"),
        ({"to": "{root}/c", "new": "ends."}, "dot"),
        ({"to": "{root}/c", "new": "a\0b"}, "invisible"),
        ({"to": "{root}/c\0"}, "Name a folder"),
        ({"to": ""}, "Name a folder"),
    ],
)
def test_a_folder_that_cannot_be_used_is_said_before_anything_is_done(
    perform, library_folder, values, says
):
    told = {key: value.replace("{root}", str(library_folder)) for key, value in values.items()}
    then = tree(library_folder)
    with pytest.raises(BadInput, match=says):
        perform("move", "a/0.png", **told)
    assert tree(library_folder) == then
    assert not HistoryEntry.objects.exists()


def test_a_folder_outside_the_library_by_a_link_is_refused(perform, library_folder, tmp_path):
    (tmp_path / "outside").mkdir()
    (library_folder / "door").symlink_to(tmp_path / "outside")
    with pytest.raises(BadInput):
        perform("move", "a/0.png", to=str(library_folder / "door"))
    with pytest.raises(BadInput):
        perform("move", "a/0.png", to=str(library_folder / "door"), new="in")
    assert not list((tmp_path / "outside").iterdir())


def test_an_excluded_folder_takes_nothing(root, perform, library_folder):
    Folder.objects.filter(path="b").update(treatment=Treatment.EXCLUDE)
    with pytest.raises(BadInput, match="excluded"):
        perform("move", "a/0.png", to=str(library_folder / "b"))


def test_a_root_that_takes_no_such_files_refuses_them(root, move):
    root.extensions = ["jpg"]
    root.save()
    assert reasons(move("c", "a/0.png")) == ["that library folder takes no .png files"]


def test_a_folder_that_went_away_before_its_turn_is_no_harm(root, library_folder, move):
    entry = move("c", "a/0.png")
    history.undo(entry)
    shutil.rmtree(library_folder / "c")
    then = tree(library_folder)
    history.redo(entry)
    assert reasons(entry) == ["the folder is not there any more"]
    assert tree(library_folder) == then


def test_undo_makes_the_old_folder_again(root, library_folder, move):
    entry = move("c", "b/9.png")
    (library_folder / "b").rmdir()
    look(root)
    history.undo(entry)
    assert image("b/9.png").is_available
    assert agrees(root)


def test_undo_leaves_what_was_moved_on_or_is_in_the_way(root, library_folder, move):
    entry = move("c", "a/0.png", "a/1.png", "a/2.png")
    move("b", "c/0.png")
    pictures.png(library_folder / "a" / "1.png", size=(3, 3))
    history.undo(entry)
    assert sorted(reasons(entry)) == [disk.TAKEN, "it was moved on since"]
    assert image("a/2.png").is_available
    assert image("b/0.png").is_available
    look(root)
    assert agrees(root)


def test_between_roots_on_one_disk(root, perform, tmp_path):
    other = tmp_path / "other"
    pictures.png(other / "x.png", size=(5, 5))
    second = roots.add(root.collection, other)
    look(second)
    pk = image("a/0.png").pk
    entry = perform("move", "a/0.png", to=str(other))
    assert Image.objects.get(pk=pk).folder.root == second
    assert agrees(root, second)
    history.undo(entry)
    assert Image.objects.get(pk=pk).folder.root == root
    assert agrees(root, second)


def test_an_offline_root_takes_and_gives_nothing(root, perform, library_folder, tmp_path):
    other = tmp_path / "other"
    pictures.png(other / "x.png", size=(5, 5))
    second = roots.add(root.collection, other)
    look(second)
    other.rename(tmp_path / "unplugged")
    with pytest.raises(Exception, match="offline"):
        perform("move", "a/0.png", to=str(other))
    entry = perform("move", "x.png", to=str(library_folder / "c"))
    assert reasons(entry) == ["its drive is offline"]
    assert Image.objects.get(name="x.png").is_available


def test_notes_are_written_before_the_deed(root, move, monkeypatch):
    seen = []
    carry = disk.carry

    def look_first(*args, **kwargs):
        seen.append(FileAct.objects.get().state)
        return carry(*args, **kwargs)

    monkeypatch.setattr(disk, "carry", look_first)
    move("c", "a/1.png")
    assert seen == ["doing"]
    assert FileAct.objects.get().state == "done"


def test_many_files_are_a_job(root, move, monkeypatch):
    from dtoolkit.jobs.models import Job
    from dtoolkit.jobs.services.runner import run_inline
    from gallery.actions.files import Move

    monkeypatch.setattr(Move, "waits_for", 2)
    entry = move("c", "a/0.png", "a/1.png", "a/2.png")
    assert (entry.state, entry.sentence) == ("doing", "Moving to library/c")
    run_inline(Job.objects.get(kind="act-on-files"))
    entry.refresh_from_db()
    assert (entry.state, entry.sentence) == ("done", "3 images moved to library/c")
    history.undo(entry)
    run_inline(Job.objects.get(kind="turn-files"))
    entry.refresh_from_db()
    assert entry.state == "undone"
    assert agrees(root)


def test_a_cancelled_job_stops_between_two_files_and_can_be_undone(root, move, library_folder):
    from dtoolkit.jobs.models import Job
    from gallery.actions.files import Move
    from gallery.services import filing
    from tests.gallery.scanning.conftest import Progress

    then = tree(library_folder)
    waits = Move.waits_for
    Move.waits_for = 0
    try:
        entry = move("c", "a/0.png", "a/1.png", "a/2.png")
    finally:
        Move.waits_for = waits
    from dtoolkit.jobs.services import planning

    planning.plan(Job.objects.get(kind="act-on-files").pk)
    ids = list(FileAct.objects.values_list("pk", flat=True))
    with pytest.raises(Exception):  # noqa: B017
        filing.run(entry, ids, Progress(cancel_after=2), is_back=False)
    Job.objects.update(state=Job.State.CANCELLED)
    history.settle_dead(root.collection)
    entry.refresh_from_db()
    assert (entry.state, entry.image_count) == ("stopped", 2)
    assert reasons(entry) == [filing.NOT_REACHED]
    history.undo(entry)
    assert tree(library_folder) == then
    assert agrees(root)
