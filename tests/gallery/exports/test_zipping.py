"""The archive: whole, with safe and unique names, told what is missing, made in bounded memory."""

import io
import tracemalloc
import zipfile

import pytest
from django.urls import reverse

from gallery.exports import zipping
from gallery.models import Image
from gallery.services import roots, selections
from gallery.views import exports
from tests import pictures
from tests.gallery.scanning.conftest import look

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(library_folder):
    pictures.png(library_folder / "a" / "fox.png", size=(20, 10))
    (library_folder / "a" / "fox.txt").write_text("fox, snow")
    pictures.png(library_folder / "b" / "FOX.png", size=(21, 10))
    (library_folder / "b" / "FOX.png.json").write_text("{}")
    pictures.jpeg(library_folder / "a" / "fox.jpg")
    pictures.png(library_folder / "a" / "what?.png", size=(22, 10))
    root = roots.add(roots.collection("default"), library_folder)
    look(root)
    return root


def packed(**order):
    ids = list(Image.objects.order_by("folder__path", "name").values_list("pk", flat=True))
    data = b"".join(zipping.stream(ids, zipping.Order(**order)))
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def test_files_lie_in_their_folders_with_their_sidecars_once(root, library_folder):
    archive = packed()
    assert archive.namelist() == [
        "library/a/fox.jpg",
        "library/a/fox.txt",
        "library/a/fox.png",
        "library/a/what_.png",
        "library/b/FOX.png",
        "library/b/FOX.png.json",
    ]
    assert archive.read("library/a/fox.png") == (library_folder / "a" / "fox.png").read_bytes()
    kinds = {info.filename: info.compress_type for info in archive.infolist()}
    assert kinds["library/a/fox.png"] == zipfile.ZIP_STORED
    assert kinds["library/a/fox.txt"] == zipfile.ZIP_DEFLATED


def test_without_folders_names_stay_unique_and_sidecars_follow(root):
    assert packed(with_folders=False).namelist() == [
        "fox.jpg",
        "fox.txt",
        "fox.png",
        "what_.png",
        "FOX (2).png",
        "FOX (2).png.json",
    ]


def test_without_sidecars(root):
    assert not [name for name in packed(with_sidecars=False).namelist() if "txt" in name]


def test_what_is_gone_is_told_inside(root, library_folder):
    (library_folder / "b" / "FOX.png").unlink()
    archive = packed()
    assert archive.read(zipping.NOTE).decode().startswith("library/b/FOX.png: it is not there")
    assert "library/a/fox.png" in archive.namelist()


def test_what_leads_out_of_the_library_is_not_packed(root, library_folder, tmp_path):
    (tmp_path / "secret.png").write_bytes(b"secret")
    (library_folder / "a" / "fox.png").unlink()
    (library_folder / "a" / "fox.png").symlink_to(tmp_path / "secret.png")
    archive = packed()
    assert "library/a/fox.png" not in archive.namelist()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("..", "_"),
        ("a/b", "a_b"),
        ("CON.png", "_CON.png"),
        ("x\u202egnp.exe", "x\ufffdgnp.exe"),
        ("ends. ", "ends"),
        ("a\\b:c", "a_b_c"),
    ],
)
def test_names_are_legal_everywhere(name, safe):
    assert zipping._safe(name) == safe


def test_it_needs_no_more_memory_for_more(root, library_folder):
    with (library_folder / "a" / "fox.png").open("ab") as file:
        file.truncate(64 * 1024 * 1024)
    ids = list(Image.objects.values_list("pk", flat=True))
    tracemalloc.start()
    size = sum(len(block) for block in zipping.stream(ids, zipping.Order()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 64 * 1024 * 1024
    assert peak < 8 * 1024 * 1024


def test_the_address_sends_what_was_selected(client, root):
    image = Image.objects.get(name="FOX.png")
    chosen = selections.freeze(selections.of_images(root.collection, [image.pk]))
    values = {"selection": str(chosen.token), "sidecars": "0", "folders": "0"}
    response = client.get(reverse("export", args=["default"]), values)
    data = b"".join(response.streaming_content)
    response.close()
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["FOX.png"]
    assert response["Content-Disposition"].startswith('attachment; filename="default ')


@pytest.mark.django_db(transaction=True)
def test_only_a_few_are_sent_at_once_and_each_gives_its_place_back(client, root):
    chosen = selections.freeze(selections.of_images(root.collection, []))
    address = f"{reverse('export', args=['default'])}?selection={chosen.token}"
    begun = [client.get(address) for _ in range(exports.MOST_AT_ONCE)]
    assert client.get(address).status_code == 503
    for response in begun:
        response.close()
    again = client.get(address)
    assert again.status_code == 200
    again.close()


def test_a_selection_that_is_gone_says_so(client, root):
    response = client.get(reverse("export", args=["default"]), {"selection": "x"})
    assert response.status_code == 404
