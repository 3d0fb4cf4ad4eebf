"""Folders and names by a pattern: done as said, undone whole, nothing left behind."""

import pytest

from dtoolkit.core.errors import BadInput
from gallery import preferences
from gallery.filing import arranging, disk
from gallery.models import Folder, Image, Resource
from gallery.services import history
from tests import pictures
from tests.gallery.filing.conftest import agrees, image, reasons, tree
from tests.gallery.scanning.conftest import look

pytestmark = pytest.mark.django_db(transaction=True)
ALL = ("a/0.png", "a/1.png", "a/2.png", "b/9.png")


@pytest.fixture
def models(root):
    """`a/0.png` and `a/1.png` with one checkpoint, `b/9.png` with another, `a/2.png` with none."""
    for name, files in (("Dream/Shaper", ALL[:2]), ("juggernaut", ALL[3:])):
        made = Resource.objects.create(kind="checkpoint", name=name)
        ids = [image(file).pk for file in files]
        Image.objects.filter(pk__in=ids).update(checkpoint=made)
    Image.objects.filter(pk=image("a/2.png").pk).update(checkpoint=None)


def folders(library_folder):
    return {p.relative_to(library_folder).as_posix() for p in library_folder.rglob("*/")}


def test_files_go_where_the_pattern_says_and_come_back(root, models, library_folder, perform):
    then, there = tree(library_folder), folders(library_folder)
    ids = {file: image(file).pk for file in ALL}
    pattern = "{checkpoint|none}/{created:%Y}/{name}"
    entry = perform("reorganise", *ALL, pattern=pattern, sweep="1")
    year = _year(ids)
    assert set(tree(library_folder)) == {
        f"Dream_Shaper/{year}/0.png", f"Dream_Shaper/{year}/0.txt",
        f"Dream_Shaper/{year}/0.png.json", f"Dream_Shaper/{year}/1.png", f"none/{year}/2.png",
        f"juggernaut/{year}/9.png",
    }  # fmt: skip
    # What became empty is gone; the empty folder that was there before stays.
    assert {"a", "b"} & folders(library_folder) == set() and "c" in folders(library_folder)
    assert agrees(root)
    assert str(look(root)) == "nothing changed"
    # A second time there is nothing to do.
    moved = [Image.objects.select_related("folder").get(pk=pk).relative_path for pk in ids.values()]
    assert perform("reorganise", *moved, pattern=pattern).pk is None
    history.undo(entry)
    assert (tree(library_folder), folders(library_folder)) == (then, there)
    assert {file: image(file).pk for file in ALL} == ids
    assert agrees(root)
    assert not Folder.objects.filter(path__startswith="Dream", is_available=True).exists()
    entry.refresh_from_db()
    history.redo(entry)
    assert f"juggernaut/{year}/9.png" in tree(library_folder)
    assert "a" not in folders(library_folder)
    assert agrees(root)


def _year(ids):
    return f"{Image.objects.get(pk=next(iter(ids.values()))).created_at:%Y}"


def test_names_that_meet_are_numbered_left_or_stop_it_all(root, models, library_folder, perform):
    then = tree(library_folder)
    with pytest.raises(BadInput, match="3 names are taken"):
        perform("reorganise", *ALL[:3], pattern="all/fox", clash="stop")
    assert tree(library_folder) == then
    entry = perform("reorganise", *ALL[:3], pattern="all/fox", clash="refuse")
    assert reasons(entry) == [disk.TAKEN, disk.TAKEN]
    history.undo(entry)
    assert tree(library_folder) == then
    entry = perform("reorganise", *ALL[:3], pattern="all/fox", clash="number")
    names = {n for n in tree(library_folder) if n.startswith("all/") and n.endswith("png")}
    assert names == {"all/fox.png", "all/fox (2).png", "all/fox (3).png"}
    assert agrees(root)
    again = perform("reorganise", *sorted(names), pattern="all/fox", clash="number")
    assert again.pk is None
    history.undo(entry)
    assert tree(library_folder) == then


def test_images_are_counted_anew_in_each_folder(root, models, library_folder, perform):
    perform("reorganise", *ALL, pattern="{checkpoint|none}/{n:3}")
    names = {name for name in tree(library_folder) if name.endswith(".png")}
    assert names == {
        "Dream_Shaper/001.png", "Dream_Shaper/002.png", "juggernaut/001.png", "none/001.png",
    }  # fmt: skip


def test_files_take_each_others_places(root, library_folder, perform):
    """`0` is to be called by the prompt of `1`, and so on round: a circle, with sidecars."""
    data = tree(library_folder)
    seeds = {"a/0.png": 1, "a/1.png": 2, "a/2.png": 0}
    for file, seed in seeds.items():
        Image.objects.filter(pk=image(file).pk).update(seed=seed)
    entry = perform("reorganise", *seeds, pattern="a/{seed}", clash="refuse")
    assert reasons(entry) == []
    assert entry.image_count == 3
    now = tree(library_folder)
    for file, seed in seeds.items():
        assert now[f"a/{seed}.png"] == data[file]
    assert now["a/1.txt"] == data["a/0.txt"] and "a/0.txt" not in now
    assert set(now) == (set(data) - {"a/0.txt", "a/0.png.json"}) | {"a/1.txt", "a/1.png.json"}
    assert agrees(root)
    history.undo(entry)
    assert tree(library_folder) == data
    assert agrees(root)


def test_a_chain_of_names_moves_up_by_one(root, library_folder, perform):
    data = tree(library_folder)
    for file, seed in {"a/0.png": 1, "a/1.png": 2, "a/2.png": 3}.items():
        Image.objects.filter(pk=image(file).pk).update(seed=seed)
    perform("rename", *ALL[:3], pattern="{seed}")
    now = tree(library_folder)
    assert [now[f"a/{n}.png"] for n in (1, 2, 3)] == [data[f"a/{n}.png"] for n in (0, 1, 2)]
    assert agrees(root)


def test_folders_that_differ_by_capitals_are_one(root, models, library_folder, perform):
    Resource.objects.filter(name="juggernaut").update(name="DREAM_shaper")
    perform("reorganise", *ALL, pattern="{checkpoint|C}/{name}")
    made = {name.partition("/")[0] for name in tree(library_folder)}
    assert made in ({"Dream_Shaper", "c"}, {"DREAM_shaper", "c"})
    assert agrees(root)


def test_a_file_in_the_way_of_a_folder_is_told(root, models, library_folder, perform):
    (library_folder / "juggernaut").write_text("mine")
    entry = perform("reorganise", "b/9.png", pattern="{checkpoint}/deep/{name}")
    assert reasons(entry) == ["a file has the name of its folder"]
    assert (library_folder / "juggernaut").read_text() == "mine"
    assert agrees(root)


def test_a_link_leads_nowhere_out_of_the_library(root, models, library_folder, perform, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (library_folder / "juggernaut").symlink_to(outside)
    entry = perform("reorganise", "b/9.png", pattern="{checkpoint}/deep/{name}")
    assert len(reasons(entry)) == 1
    assert not list(outside.iterdir())


def test_what_somebody_put_into_a_made_folder_stays(root, models, library_folder, perform):
    entry = perform("reorganise", "b/9.png", pattern="{checkpoint}/{name}", sweep="1")
    (library_folder / "juggernaut" / "mine.md").write_text("mine")
    history.undo(entry)
    assert (library_folder / "juggernaut" / "mine.md").is_file()
    assert (library_folder / "b" / "9.png").is_file()


def test_a_folder_is_swept_only_if_truly_empty(root, models, library_folder, perform):
    (library_folder / "b" / "readme.md").write_text("mine")
    perform("reorganise", *ALL, pattern="{checkpoint|none}/{name}", sweep="1")
    assert "b" in folders(library_folder) and "a" not in folders(library_folder)
    assert agrees(root)


def test_all_into_one_of_several_library_folders(root, models, tmp_path, perform):
    from gallery.services import roots

    (tmp_path / "other").mkdir()
    pictures.png(tmp_path / "other" / "x.png")
    other = roots.add(root.collection, tmp_path / "other")
    look(other)
    entry = perform("reorganise", "b/9.png", pattern="{checkpoint}/{name}", root=str(other.pk))
    assert (tmp_path / "other" / "juggernaut" / "9.png").is_file()
    assert agrees(root, other)
    history.undo(entry)
    assert sorted(p.name for p in (tmp_path / "other").iterdir()) == ["x.png"]
    with pytest.raises(BadInput, match="not in this collection"):
        perform("reorganise", "b/9.png", pattern="{name}", root="999999")


def test_the_preview_tells_the_tree_and_all_that_would_be_in_the_way(root, models):
    chosen = Image.objects.all()
    found = arranging.preview(chosen, "{checkpoint|c}/{name}", None)
    assert (found.moves, found.in_place, found.taken, found.new_folders) == (4, 0, 0, 2)
    assert [(each.depth, each.name, each.count, each.is_new) for each in found.branches] == [
        (0, root.name, 4, False), (1, "Dream_Shaper", 2, True), (1, "c", 1, False),
        (1, "juggernaut", 1, True),
    ]  # fmt: skip
    assert dict(found.missing) == {"checkpoint": 1}
    assert arranging.preview(chosen, "{folder}/{name}", None).in_place == 4
    assert arranging.preview(chosen, "b/9", None).taken == 3
    Folder.objects.filter(path="b").update(treatment="exclude")
    assert arranging.preview(chosen.filter(name="0.png"), "b/{name}", None).refused == [
        ("that folder is excluded from the library", 1)
    ]
    assert "means nothing" in arranging.preview(chosen, "{colour}", None).problem


def test_a_pattern_is_kept_and_forgotten(root, perform):
    perform("reorganise", "b/9.png", pattern="x/{name}", keep="1")
    assert preferences.get(preferences.PATTERNS) == ("x/{name}",)
    perform("reorganise", "x/9.png", pattern="x/{name}")
    assert preferences.get(preferences.PATTERNS) == ()


def test_many_are_a_job(root, models, library_folder, perform, monkeypatch):
    from dtoolkit.jobs.models import Job
    from dtoolkit.jobs.services.runner import run_inline
    from gallery.actions.places import Reorganise

    monkeypatch.setattr(Reorganise, "waits_for", 1)
    then, there = tree(library_folder), folders(library_folder)
    entry = perform("reorganise", *ALL, pattern="{checkpoint|none}/{name}", sweep="1")
    run_inline(Job.objects.latest("pk"))
    assert "juggernaut/9.png" in tree(library_folder)
    entry.refresh_from_db()
    history.undo(entry)
    run_inline(Job.objects.latest("pk"))
    assert (tree(library_folder), folders(library_folder)) == (then, there)
