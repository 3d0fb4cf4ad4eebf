"""Sidecars at the deep scan: they are the image's own, and harmless whatever they are."""

import os
import sys

import pytest

from gallery.metadata import sidecars
from gallery.models import Image, StageFailure
from gallery.scanning import beside
from tests import pictures
from tests.gallery.scanning.conftest import look, read
from tests.gallery.scanning.test_deep import settled


def scan(root) -> None:
    look(root)
    read(root)


def made(prompt: str, seed: int) -> str:
    return f"{prompt}\nSteps: 3, Sampler: Euler, CFG scale: 7, Seed: {seed}, Size: 64x48"


def records_of(name: str) -> list[tuple[str, str]]:
    records = Image.objects.get(name=name).metadata.records
    return [(record["container"], record["key"]) for record in records]


def problems_of(name: str) -> list[str]:
    return Image.objects.get(name=name).metadata.problems


def test_what_lies_beside_an_image_is_read_with_it(root, library_folder):
    pictures.png(library_folder / "a.png")
    pictures.png(library_folder / "a1.png")
    (library_folder / "a.txt").write_bytes(pictures.INFOTEXT.encode("utf-16"))
    (library_folder / "a.json").write_text("{}")
    (library_folder / "b.txt").write_text("of no image")
    scan(root)
    assert records_of("a.png") == [("sidecar:json", "a.json"), ("sidecar:txt", "a.txt")]
    assert records_of("a1.png") == []
    image = Image.objects.get(name="a.png")
    assert image.prompt.text.startswith("masterpiece, fennec girl")
    assert image.seed == 4183920117736


def test_a_sidecar_that_changes_has_its_image_read_again(root, library_folder):
    pictures.png(library_folder / "a.png")
    sidecar = library_folder / "a.txt"
    sidecar.write_text(made("a fox", 1))
    scan(root)
    Image.objects.update(thumbnail_version=1, rating=4)
    sidecar.write_text(made("a bear", 2))
    scan(root)
    image = Image.objects.get()
    assert (image.prompt.text, image.seed) == ("a bear", 2)
    assert (image.thumbnail_version, image.rating) == (1, 4)
    sidecar.unlink()
    scan(root)
    image = Image.objects.get()
    assert (image.prompt, image.sidecar_stamp) == (None, None)


def test_a_whole_name_is_no_other_images(root, library_folder):
    pictures.png(library_folder / "a.png")
    pictures.jpeg(library_folder / "a.jpg")
    (library_folder / "a.png.txt").write_text(made("a fox", 1))
    (library_folder / "a.json").write_text("{}")
    scan(root)
    assert records_of("a.png") == [("sidecar:json", "a.json"), ("sidecar:txt", "a.png.txt")]
    assert records_of("a.jpg") == [("sidecar:json", "a.json")]


def test_a_sidecar_of_any_length_costs_little(root, library_folder, monkeypatch):
    monkeypatch.setattr(sidecars, "LIMIT", 100)
    settled(pictures.png(library_folder / "a.png"))
    (library_folder / "a.txt").write_text("x" * 1000)
    scan(root)
    image = Image.objects.get()
    assert [len(record["text"]) for record in image.metadata.records] == [100]
    assert "Only the first 8 MB" in problems_of("a.png")[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_what_is_no_plain_file_is_never_opened(root, library_folder):
    settled(pictures.a1111_png(library_folder / "a.png"))
    (library_folder / "a.txt").write_text("x")
    look(root)
    (library_folder / "a.txt").unlink()
    os.mkfifo(library_folder / "a.txt")  # would block for ever
    (library_folder / "a.json").mkdir()
    read(root)
    image = Image.objects.get()
    assert image.prompt is not None
    assert len(image.metadata.problems) == 2


def test_a_link_out_of_the_library_is_not_followed(root, library_folder):
    secret = library_folder.parent / "secret.txt"
    secret.write_text(made("a secret", 1))
    settled(pictures.png(library_folder / "a.png"))
    (library_folder / "a.txt").symlink_to(secret)
    Image.objects.update(sidecar_stamp=1)
    look(root)
    Image.objects.update(sidecar_stamp=1)
    read(root)
    image = Image.objects.get()
    assert image.metadata.records == []
    assert image.prompt is None


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() == 0, reason="root may read all")
def test_a_sidecar_that_may_not_be_read_is_told_and_the_image_read(root, library_folder):
    settled(pictures.a1111_png(library_folder / "a.png"))
    (library_folder / "a.txt").write_text("x")
    (library_folder / "a.txt").chmod(0)
    scan(root)
    assert "cannot be read: Permission denied" in problems_of("a.png")[0]
    assert Image.objects.get().prompt is not None


def test_a_sidecar_that_cannot_be_read_is_told_and_the_image_read(
    root, library_folder, monkeypatch
):
    settled(pictures.a1111_png(library_folder / "a.png"))
    (library_folder / "a.txt").write_text("x")
    look(root)

    def fail(*args):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(beside, "_content", fail)
    read(root)
    assert problems_of("a.png") == ["Its sidecar a.txt cannot be read: Input/output error."]
    assert Image.objects.get().prompt is not None
    assert not StageFailure.objects.exists()


def test_a_folder_of_many_sidecars_is_listed_once(root, library_folder, monkeypatch):
    for n in range(30):
        pictures.png(library_folder / f"{n}.png")
        (library_folder / f"{n}.txt").write_text(made(f"a fox {n}", n))
    look(root)
    listed: list[str] = []
    names = beside._names
    monkeypatch.setattr(beside, "_names", lambda path: listed.append(path) or names(path))
    read(root)
    assert len(listed) == 1
    assert Image.objects.exclude(seed=None).count() == 30
