"""File names, links and texts of people who mean harm, or whose computers did."""

import copy
import os
import sys
from pathlib import Path

import pytest

from dtoolkit.core import paths
from gallery.models import Image, ImageMetadata, Resource, StageFailure
from gallery.scanning import walking
from tests import pictures
from tests.gallery.scanning.conftest import look, names, read

NAMES = [
    b"new\nline.png",
    b"tab\t\\t\\N\\.png",
    b"quote'\"`.png",
    "emoji 🦊 ünï.png".encode(),
    b"invalid \xff\xfe\x80 utf8.png",
    b"\xed\xa0\x80 surrogate.png",
    "\uf7ff escape range.png".encode(),
    b"<script>alert(1)</script>.png".replace(b"/", b"\xe2\x88\x95"),
    b"--rm -rf; $(reboot) %s {0} %(x)s.png",
    b"\x01\x07\x1b[31m.png",
    "\u202egnp.exe.png".encode(),
    b"x" * 251 + b".png",
    b"\xff" * 251 + b".png",
    b" leading and trailing .png",
    b"-.png",
]


@pytest.fixture
def hostile_files(library_folder) -> set[str]:
    """Their paths as the system says them, in a folder as hostile as they are."""
    folder = Path(os.fsdecode(os.fsencode(library_folder) + b"/a\n\xff'<b>"))
    folder.mkdir()
    picture = pictures.a1111_png(library_folder / "plain.png").read_bytes()
    for name in NAMES:
        (folder / os.fsdecode(name)).write_bytes(picture)
    return {os.fsdecode(name) for name in NAMES}


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a name be any bytes")
def test_any_file_name_comes_back_as_it_was(root, hostile_files):
    look(root)
    read(root)
    images = Image.objects.exclude(folder__path="").select_related("folder__root")
    assert {paths.from_text(image.name) for image in images} == hostile_files
    assert all(image.disk_path.is_file() for image in images)
    assert not StageFailure.objects.exists()
    assert not Image.objects.filter(prompt=None).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a name be any bytes")
def test_hostile_names_are_recognised_again(root, hostile_files):
    look(root)
    Image.objects.update(rating=7)
    found = look(root, rebuild=True)
    assert (found.merged.new, found.merged.changed, found.merged.vanished) == (0, 0, 0)
    assert Image.objects.filter(rating=7, is_available=True).count() == len(hostile_files) + 1


def test_links_that_go_round_in_circles_end(root, library_folder):
    pictures.png(library_folder / "a" / "b" / "1.png")
    (library_folder / "a" / "b" / "up").symlink_to(library_folder)
    (library_folder / "self.png").symlink_to("self.png")
    (library_folder / "one.png").symlink_to("two.png")
    (library_folder / "two.png").symlink_to("one.png")
    look(root)
    assert names(root) == {"a/b/1.png"}


def test_links_lead_nowhere_outside(root, library_folder):
    secret = pictures.a1111_png(library_folder.parent / "private" / "secret.png")
    own = pictures.png(library_folder / "own.png")
    (library_folder / "file.png").symlink_to(secret)
    (library_folder / "folder").symlink_to(secret.parent)
    (library_folder / "broken.png").symlink_to(library_folder / "nothing.png")
    (library_folder / "alias.png").symlink_to(own)
    look(root)
    assert names(root) == {"own.png", "alias.png"}


def test_a_file_that_became_a_link_outside_is_not_opened(root, library_folder):
    secret = pictures.a1111_png(library_folder.parent / "private" / "secret.png")
    file = pictures.png(library_folder / "a.png")
    look(root)
    file.unlink()
    file.symlink_to(secret)
    read(root)
    assert "leads out of the library" in StageFailure.objects.get().reason
    assert Image.objects.get().prompt is None


def test_a_folder_that_became_a_link_outside_is_not_entered(root, library_folder):
    pictures.a1111_png(library_folder.parent / "private" / "a.png")
    file = pictures.png(library_folder / "sub" / "a.png")
    look(root)
    file.unlink()
    file.parent.rmdir()
    file.parent.symlink_to(library_folder.parent / "private")
    read(root)
    assert "leads out of the library" in StageFailure.objects.get().reason
    assert Image.objects.get().prompt is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_what_is_no_plain_file_is_never_opened(root, library_folder):
    os.mkfifo(library_folder / "pipe.png")
    (library_folder / "folder.png").mkdir()
    file = pictures.png(library_folder / "a.png")
    look(root)
    assert names(root) == {"a.png"}
    file.unlink()
    os.mkfifo(file)  # would block for ever
    read(root)
    assert names(root, is_available=False) == {"a.png"}


def test_paths_longer_than_an_index_key_are_told_and_passed_over(root, library_folder):
    pictures.png(library_folder / "a.png")
    here = Path.cwd()
    os.chdir(library_folder)
    try:
        for _ in range(14):
            Path("d" * 200).mkdir()
            os.chdir("d" * 200)
        pictures.png(Path("deep.png"))
    finally:
        os.chdir(here)
    found = look(root)
    assert names(root) == {"a.png"}
    assert "Its path is too long." in str(found)


@pytest.mark.parametrize("seconds", [-(2**31), -1, 2**31, 2**32 + 5, 2**33])
def test_times_outside_of_all_reason_are_kept(root, library_folder, seconds):
    file = pictures.png(library_folder / "a.png")
    os.utime(file, (seconds, seconds))
    look(root)
    read(root)
    assert Image.objects.get().mtime_ns == file.stat().st_mtime_ns
    assert look(root).merged.changed == 0


def test_times_beyond_the_columns_are_cut(library_folder, monkeypatch):
    class Found:
        st_mode, st_size, st_mtime_ns, st_ctime_ns = 0o100644, 5, 2**70, 2**71

    class Item:
        name, path = "a.png", "a.png"

        def is_file(self, *, follow_symlinks: bool = True) -> bool:
            return True

        def stat(self, *, follow_symlinks: bool = True) -> type[Found]:
            return Found

    listing = walking.Listing("")
    walking._look_at(Item(), listing, "")
    assert listing.entries == [("a.png", 5, 2**63 - 1, 2**63 - 1, None)]


def test_texts_that_no_column_takes_are_mended_and_kept_whole_beside(root, library_folder):
    graph = copy.deepcopy(pictures.GRAPH)
    graph["7"]["inputs"]["text"] = " a\0 <script>alert(1)</script> \ud83e cat\n"
    graph["6"]["inputs"]["text"] = "\0"
    graph["3"]["inputs"]["sampler_name"] = "eul\0er\udc00"
    pictures.comfy_png(library_folder / "a.png", graph)
    look(root)
    read(root)
    image = Image.objects.get()
    assert image.prompt.text == "a <script>alert(1)</script> \ufffd cat"
    assert image.negative_prompt is None
    assert image.sampler == "euler\ufffd"
    assert "\\ud83e cat" in ImageMetadata.objects.get().records[0]["text"]


def test_numbers_and_names_beyond_their_columns_are_left_out_or_cut(root, library_folder):
    graph = copy.deepcopy(pictures.GRAPH)
    graph["3"]["inputs"] |= {"seed": 2**70, "steps": 99999999999, "cfg": float("inf")}
    graph["3"]["inputs"] |= {"sampler_name": "s" * 5000, "denoise": float("nan")}
    graph["4"]["inputs"]["ckpt_name"] = "m" * 9000 + ".safetensors"
    pictures.comfy_png(library_folder / "a.png", graph)
    look(root)
    read(root)
    image = Image.objects.get()
    assert image.prompt.text == "a bottle with a galaxy inside"
    assert (image.steps, image.seed, image.denoise, image.cfg_scale) == (None,) * 4
    assert len(image.sampler) <= 300
    assert all(len(name) <= 300 for name in Resource.objects.values_list("name", flat=True))


def test_a_hundred_thousand_files_in_one_folder(root, library_folder, monkeypatch):
    entries = [(f"{n:06d}.png", n, n * 10**9, n * 10**9, None) for n in range(100_000)]
    listing = walking.Listing("", entries, b"\1" * 16)
    (library_folder / "a.png").touch()
    monkeypatch.setattr("gallery.scanning.quick.walk", lambda path, options: iter([listing]))
    assert look(root).merged.new == 100_000
    assert look(root).merged.new == 0
