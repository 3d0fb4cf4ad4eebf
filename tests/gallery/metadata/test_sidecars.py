"""Which files belong to which image, and how their bytes become text."""

import pytest

from gallery.metadata import sidecars

IMAGES = ["a.png", "a.jpg", "a1.png"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a.txt", ("a", ".txt")),
        ("a.b.JSON", ("a.b", ".json")),
        ("a.swarm.json", ("a", ".swarm.json")),
        ("a.png.metadata.js", ("a.png", ".metadata.js")),
        ("a.tags", ("a", ".tags")),
        (".txt", None),
        ("a.png", None),
        ("a.js", None),
    ],
)
def test_only_known_endings_make_a_sidecar(name, parts):
    assert sidecars.split(name) == parts


def test_the_stem_must_be_the_same_to_the_letter():
    files = ["a.txt", "a1.txt", "A.txt", "a.png.txt", "a.jpg.txt", "a.txt.txt", "aa.txt", "a"]
    assert sidecars.belonging("a.png", files, IMAGES) == ["a.png.txt", "a.txt"]
    assert sidecars.belonging("a1.png", files, IMAGES) == ["a1.txt"]


def test_what_says_most_comes_first():
    files = ["a.tags", "a.txt", "a.png.txt", "a.json", "a.caption", "a.swarm.json"]
    assert sidecars.belonging("a.png", files) == [
        "a.swarm.json",
        "a.json",
        "a.png.txt",
        "a.txt",
        "a.caption",
        "a.tags",
    ]


def test_a_whole_name_is_one_images_and_a_stem_every_images():
    assert sidecars.belonging("a.jpg", ["a.png.json", "a.json"], IMAGES) == ["a.json"]
    assert sidecars.belonging("a.png.png", ["a.png.json"], ["a.png", "a.png.png"]) == []
    assert sidecars.belonging("a.png.png", ["a.png.json"], ["a.png.png"]) == ["a.png.json"]
    assert sidecars.sharing("a.json", IMAGES) == ["a.png", "a.jpg"]
    assert sidecars.sharing("a.png.json", IMAGES) == ["a.png"]
    assert sidecars.sharing("a.doc", IMAGES) == []


@pytest.mark.parametrize("name", [".png", "noending", ""])
def test_odd_image_names_own_nothing_by_accident(name):
    assert sidecars.belonging(name, [".txt", "a.txt", ".json", "x.json"]) == []


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("a fox 狐".encode(), "utf-8"),
        ("a fox 狐".encode("utf-8-sig"), "utf-8"),
        ("a fox 狐".encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + "a fox 狐".encode("utf-16-be"), "utf-16-be"),
        ("a fox 狐".encode("utf-16-le"), "utf-16-le"),
        ("a fox 狐".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_every_encoding_is_read(data, encoding):
    record = sidecars.record("a.txt", data)
    assert (record.text, record.encoding) == ("a fox 狐", encoding)
    assert (record.container, record.key) == ("sidecar:txt", "a.txt")


def test_what_is_no_utf8_is_latin1():
    record = sidecars.record("a.swarm.json", "café".encode("latin-1"))
    assert (record.text, record.encoding) == ("café", "latin-1")
    assert record.container == "sidecar:swarm.json"


def test_a_text_beyond_all_measure_is_cut_and_marked():
    record = sidecars.record("a.txt", b"x" * (sidecars.LIMIT + 1))
    assert len(record.text) == sidecars.LIMIT
    assert record.is_damaged
    assert not sidecars.record("a.txt", b"").is_damaged
