import pytest

from gallery.watching import events


def sort(root, *names, takes_hidden=False):
    absolute = [str(root / name) for name in names]
    return events.sort(str(root), absolute, takes_hidden=takes_hidden)


def test_pictures_and_sidecars_are_files_and_other_names_no_matter(tmp_path):
    for name in ("a.png", "b.TXT", "c.json", "d.mp4", "notes.md", "e.png.tmp"):
        (tmp_path / name).touch()
    noticed = sort(tmp_path, "a.png", "b.TXT", "c.json", "d.mp4", "notes.md", "e.png.tmp")
    assert noticed.files == {"a.png", "b.TXT", "c.json", "d.mp4"}
    assert noticed.folders == set()


def test_a_new_folder_is_looked_into_whatever_its_name(tmp_path):
    (tmp_path / "2026-11" / "cats.v2").mkdir(parents=True)
    noticed = sort(tmp_path, "2026-11", "2026-11/cats.v2")
    assert noticed.folders == {"2026-11", "2026-11/cats.v2"}


def test_what_vanished_may_have_been_a_folder_so_it_and_the_one_above_are_looked_at(tmp_path):
    (tmp_path / "a").mkdir()
    noticed = sort(tmp_path, "a/gone/deeper")
    assert noticed.folders == {"a", "a/gone", "a/gone/deeper"}


def test_a_file_of_a_folder_that_went_has_the_folder_looked_at(tmp_path):
    noticed = sort(tmp_path, "gone/a.png")
    assert noticed.files == {"gone/a.png"}
    assert noticed.folders == {"", "gone"}


@pytest.mark.parametrize("name", [".git/a.png", "a/.trash/b.png", ".hidden.png"])
def test_hidden_names_count_only_where_the_root_takes_them(tmp_path, name):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    assert sort(tmp_path, name).files == set()
    assert sort(tmp_path, name, takes_hidden=True).files == {name}


def test_the_root_itself_and_what_lies_outside(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    noticed = events.sort(str(root), [str(root), str(tmp_path / "a.png")], takes_hidden=False)
    assert (noticed.files, noticed.folders) == (set(), {""})
