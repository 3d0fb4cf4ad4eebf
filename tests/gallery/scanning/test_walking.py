"""What the walk tells of a disk, under what a person chose; nothing here needs a database."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
import xxhash
from pathspec import GitIgnoreSpec

from gallery.scanning import walking
from gallery.scanning.options import Options
from gallery.scanning.walking import Listing, walk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def listings(folder: Path, **chosen) -> dict[str, Listing]:
    found = list(walk(str(folder), Options(**chosen)))
    assert len({listing.path for listing in found}) == len(found)
    return {listing.path: listing for listing in found}


def files(found: Mapping[str, Listing]) -> set[str]:
    return {
        f"{path}/{entry[0]}".lstrip("/") for path, each in found.items() for entry in each.entries
    }


def stamps(folder: Path) -> dict[str, int | None]:
    return {entry[0]: entry[4] for entry in listings(folder)[""].entries}


@pytest.mark.parametrize(
    "name",
    [
        *("a.png", "a.APNG", "a.jpg", "a.jpeg", "a.jpe", "a.JFIF", "a.webp", "a.avif", "a.jxl"),
        *("a.gif", "a.bmp", "a.dib", "a.tif", "a.tiff", "a.b.png"),
        *("a.mp4", "a.m4v", "a.mov", "a.webm", "a.mkv", "a.avi"),
    ],
)
def test_every_format_is_found_by_its_ending(folder, name):
    write(folder, name)
    assert files(listings(folder)) == {name}


@pytest.mark.parametrize("name", ["png", "a.png.part", "a.txt", "a.psd", "a", ".png", "a.png~"])
def test_other_endings_are_not(folder, name):
    write(folder, name)
    assert files(listings(folder)) == set()


def test_ignored_patterns_are_those_of_git(folder):
    write(folder, "a.png", "old/b.png", "x/old/c.png", "x/d_grid.png", "x/keep_grid.png", "E.PNG")
    spec = GitIgnoreSpec.from_lines(["/old/", "*_grid.png", "!keep_grid.png"])
    found = listings(folder, ignored=spec)
    assert files(found) == {"a.png", "x/old/c.png", "x/keep_grid.png", "E.PNG"}
    assert "old" not in found


def test_hidden_files_are_met_where_they_are_wanted(folder):
    write(folder, ".a.png", ".b/c.png")
    assert files(listings(folder)) == set()
    assert files(listings(folder, takes_hidden=True)) == {".a.png", ".b/c.png"}


# Links


def test_links_to_folders_are_followed_only_where_that_is_wanted(folder):
    write(folder, ".store/deep/a.png")
    (folder / "shown").symlink_to(".store")
    assert files(listings(folder)) == set()
    assert files(listings(folder, follows_links=True)) == {"shown/deep/a.png"}


def test_what_is_met_anyway_is_not_met_again_by_a_link(folder):
    write(folder, "z/a.png")
    (folder / "a-link").symlink_to("z")
    (folder / "z" / "up").symlink_to("..")
    (folder / "z" / "self").symlink_to(".")
    assert files(listings(folder, follows_links=True)) == {"z/a.png"}


def test_of_several_links_the_first_leads_there(folder):
    write(folder, ".store/a.png", ".store/sub/b.png")
    (folder / "two").symlink_to(".store")
    (folder / "one").symlink_to(folder / ".store")
    (folder / "three").symlink_to(".store/sub")
    found = listings(folder, follows_links=True)
    assert files(found) == {"one/a.png", "one/sub/b.png"}


def test_links_in_circles_through_hidden_folders_end(folder):
    write(folder, ".one/a.png", ".two/b.png")
    (folder / ".one" / "to-two").symlink_to(folder / ".two")
    (folder / ".two" / "to-one").symlink_to(folder / ".one")
    (folder / "in").symlink_to(".one")
    found = listings(folder, follows_links=True)
    assert files(found) == {"in/a.png", "in/to-two/b.png"}


def test_no_link_leads_out_or_nowhere(folder, tmp_path):
    write(tmp_path, "library2/a.png", "library/b.png")
    (folder / "out").symlink_to(tmp_path / "library2")  # its path begins as the root's does
    (folder / "above").symlink_to(tmp_path)
    (folder / "nowhere").symlink_to("missing")
    (folder / "loop").symlink_to("loop")
    assert files(listings(folder, follows_links=True)) == {"b.png"}


def test_no_link_leads_into_what_is_excluded(folder):
    write(folder, "secret/a.png", ".store/b.png")
    (folder / "way").symlink_to("secret")
    (folder / "other").symlink_to(".store")
    treatments = {"secret": "exclude_tree", "other": "exclude"}
    assert files(listings(folder, follows_links=True, treatments=treatments)) == set()


# Sidecars


def test_images_with_sidecars_have_a_stamp_of_them(folder):
    write(folder, "a.png", "a.txt", "b.png", "b.png.json", "c.png", "d.json", "a1.png")
    found = stamps(folder)
    assert found["a.png"] and found["b.png"]
    assert found["a.png"] != found["b.png"]
    assert found["c.png"] is None
    assert found["a1.png"] is None
    assert all(stamp is None or -(2**63) <= stamp < 2**63 for stamp in found.values())


def test_one_sidecar_may_belong_to_two_images(folder):
    write(folder, "a.png", "a.jpg", "a.json")
    found = stamps(folder)
    assert found["a.png"] == found["a.jpg"] is not None


@pytest.mark.parametrize("change", ["content", "time", "name", "gone", "another"])
def test_a_changed_sidecar_changes_the_stamp_and_the_digest(folder, change):
    write(folder, "a.png", "a.txt")
    before = listings(folder)[""]
    sidecar = folder / "a.txt"
    if change == "content":
        sidecar.write_bytes(b"longer")
        os.utime(sidecar, ns=(1, 1))
    elif change == "time":
        os.utime(sidecar, (5, 5))
    elif change == "name":
        sidecar.rename(folder / "a.json")
    elif change == "gone":
        sidecar.unlink()
    else:
        write(folder, "a.swarm.json")
    after = listings(folder)[""]
    assert before.entries[0][:4] == after.entries[0][:4]
    assert before.entries[0][4] != after.entries[0][4]
    assert before.digest != after.digest


def test_the_digest_of_a_folder_without_sidecars_is_as_ever(folder):
    """Or else every folder of every library would be compared once after an update."""
    write(folder, "a.png", "notes.md", "lonely.txt")
    os.utime(folder / "a.png", ns=(10, 20))
    ever = xxhash.xxh3_128_digest(b"a.png\x001\x0020\x00")
    assert listings(folder)[""].digest == ever


def test_only_sidecars_of_images_are_looked_at(folder, monkeypatch):
    write(folder, "a.png", *(f"{n}.txt" for n in range(50)))
    looked = []
    monkeypatch.setattr(walking, "_stamp", lambda listing, beside: looked.extend(beside))
    listings(folder)
    assert len(looked) == 50
    monkeypatch.undo()

    class Item:
        name = "other.txt"

        def stat(self):
            raise AssertionError("looked at")

    walking._stamp(Listing("", [("a.png", 1, 1, 1, None)]), [Item()])


def test_what_is_no_file_is_no_sidecar(folder):
    write(folder, "a.png")
    (folder / "a.txt").mkdir()
    (folder / "a.json").symlink_to("missing")
    assert stamps(folder) == {"a.png": None}


# Drives below the root


class Found:
    """As `os.stat` answers, on another device."""

    def __init__(self, real: os.stat_result) -> None:
        self._real, self.st_dev = real, real.st_dev + 1

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)


@pytest.fixture
def mounted(folder, monkeypatch):
    """A drive at `drive`, for who asks the system."""
    stat = os.stat

    def answer(path, *args, **kwargs):
        real = stat(path, *args, **kwargs)
        is_mounted = str(path).startswith(str(folder / "drive"))
        return Found(real) if is_mounted else real

    monkeypatch.setattr("gallery.scanning.walking.os.stat", answer)
    return monkeypatch


def test_a_drive_below_the_root_is_known_as_one(folder, mounted):
    write(folder, "a.png", "drive/b.png", "drive/sub/c.png")
    found = listings(folder)
    assert [path for path, each in found.items() if each.is_mount_point] == ["drive"]
    mounted.undo()
    assert found["drive"].digest != listings(folder)["drive"].digest


def test_without_its_drive_an_empty_folder_says_nothing(folder):
    write(folder, "a.png")
    (folder / "drive").mkdir()
    found = listings(folder, mount_points=frozenset(["drive"]))
    assert found["drive"].problem == "Its drive is not mounted."
    assert not listings(folder)["drive"].problem


def test_a_drive_that_is_there_and_empty_is_empty(folder, mounted):
    (folder / "drive").mkdir(parents=True)
    assert not listings(folder, mount_points=frozenset(["drive"]))["drive"].problem


def test_a_hundred_thousand_files_in_one_folder_are_walked_in_seconds(folder, monkeypatch):
    folder.mkdir()

    class Found:
        st_size, st_mtime_ns, st_ctime_ns, st_birthtime = 7, 10, 10, 0

    class Item:
        def __init__(self, n: int) -> None:
            self.name = f"{n:06d}.png"
            self.path = str(folder / self.name)

        def is_dir(self, *, follow_symlinks: bool = True) -> bool:
            return False

        def is_file(self, *, follow_symlinks: bool = True) -> bool:
            return True

        def stat(self, *, follow_symlinks: bool = True) -> type[Found]:
            return Found

    class Scan:
        def __enter__(self):
            return (Item(n) for n in range(100_000))

        def __exit__(self, *error):
            pass

    monkeypatch.setattr("gallery.scanning.walking.os.scandir", lambda path: Scan())
    began = time.monotonic()
    assert len(listings(folder)[""].entries) == 100_000
    assert time.monotonic() - began < 10
