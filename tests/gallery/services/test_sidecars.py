"""Sidecars from elsewhere: given to the right images, kept for good; and out, over nothing."""

import json
import os

import pytest

from dtoolkit.jobs.kinds import JobCancelled
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.models import Image, ImageTag, ImportedSidecar, LibraryRoot, Tag
from gallery.services import rebuild, roots
from gallery.services.places import locate
from gallery.services.sidecars import exporting, importing, writing
from gallery.services.sidecars.exporting import Form, Order
from gallery.services.sidecars.writing import Written
from tests import pictures
from tests.gallery.scanning.conftest import Progress, look, read
from tests.gallery.scanning.test_beside import made

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(library_folder) -> LibraryRoot:
    for n, name in enumerate(("a.png", "b.png", "x/same.png", "y/same.png", "x/deep/c.png")):
        pictures.png(library_folder / name, size=(9 + n, 9))
    root = roots.add(roots.collection("default"), library_folder)
    look(root)
    read(root)
    return root


@pytest.fixture
def given(tmp_path):
    folder = tmp_path / "given"

    def give(name: str, text: str = "1girl, solo, red scarf, smile, outdoors"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return folder

    return give


def take(root: LibraryRoot, folder) -> str:
    job = importing.start(root.collection, folder)
    last = run_inline(job, follow=True)
    assert last.state == Job.State.DONE, last.error
    job.refresh_from_db()
    return job.message


def tags_of(name: str) -> list[str]:
    image = Image.objects.get(name=name)
    return list(image.tags.values_list("tag__name", flat=True))


def test_parameters_tags_and_captions_come_to_the_images_of_their_name(root, given):
    given("a.txt", made("a fox", 7))
    given("elsewhere/c.txt")
    folder = given("b.caption", "A bear sits in the snow.")
    assert take(root, folder).startswith("3 given to their images")
    assert Image.objects.get(name="a.png").seed == 7
    assert tags_of("c.png")[:2] == ["1girl", "solo"]
    assert Image.objects.get(name="b.png").captions.get().text == "A bear sits in the snow."


def test_nothing_is_guessed(root, given):
    given("same.txt")
    given("nobody.txt")
    folder = given("a1.txt")
    message = take(root, folder)
    assert "1 could be of several images: same.txt" in message
    assert "2 of no image: a1.txt, nobody.txt" in message
    assert not ImportedSidecar.objects.exists()


def test_the_subfolder_tells_which(root, given):
    folder = given("y/same.txt")
    given("deep/c.txt")
    take(root, folder)
    assert ImportedSidecar.objects.get(name="same.txt").image.folder.path == "y"
    assert ImportedSidecar.objects.get(name="c.txt").image.folder.path == "x/deep"


def test_a_whole_name_tells_images_of_one_stem_apart(root, given, library_folder):
    pictures.jpeg(library_folder / "a.jpg")
    look(root)
    folder = given("a.jpg.txt", made("a fox", 7))
    given("a.txt")
    assert "1 could be of several images: a.txt" in take(root, folder)
    read(root)
    assert Image.objects.get(name="a.jpg").seed == 7
    assert Image.objects.get(name="a.png").seed is None


def test_the_same_again_changes_nothing(root, given):
    folder = given("a.txt", made("a fox", 7))
    take(root, folder)
    before = list(ImportedSidecar.objects.values())
    assert take(root, folder) == "0 given to their images, 1 known already"
    assert list(ImportedSidecar.objects.values()) == before
    given("a.txt", made("a fox", 8))
    take(root, folder)
    assert Image.objects.get(name="a.png").seed == 8
    assert ImportedSidecar.objects.count() == 1


def test_what_was_imported_survives_every_reading(root, given, library_folder):
    take(root, given("a.txt", made("a fox", 7)))
    ids = Image.objects.values_list("pk", flat=True)
    run_inline(rebuild.start_images(ids)[0], follow=True)
    assert Image.objects.get(name="a.png").seed == 7
    pictures.png(library_folder / "a.png", size=(50, 50))  # replaced
    look(root)
    read(root)
    image = Image.objects.get(name="a.png")
    assert (image.seed, image.width) == (7, 50)


def test_what_was_imported_before_the_file_was_read_counts(root, given, library_folder):
    pictures.png(library_folder / "late.png", size=(60, 60))
    look(root)
    take(root, given("late.txt", made("a fox", 7)))
    assert Image.objects.get(name="late.png").seed is None
    read(root)
    assert Image.objects.get(name="late.png").seed == 7


def test_the_files_own_words_come_first(root, given, library_folder):
    pictures.a1111_png(library_folder / "own.png")
    look(root)
    read(root)
    take(root, given("own.txt", made("a fox", 7)))
    assert Image.objects.get(name="own.png").seed == 4183920117736


def test_hostile_files_cost_nothing(root, given, tmp_path):
    folder = given("a.txt", "x")
    (folder / "a.json").symlink_to("/etc/passwd")
    (folder / "b.json").write_bytes(b'{"a": "\0\xff\xed\xa0' * 100)
    (folder / "b.txt").write_bytes(b"\xff\xfe\0" + b"\0" * 5000)
    os.mkfifo(folder / "c.txt")
    message = take(root, folder)
    assert "2 not readable: a.json (it is no plain file), c.txt (it is no plain file)" in message
    assert not ImportedSidecar.objects.filter(text__contains="root:").exists()


def test_a_person_can_stop_it(root, given, tmp_path):
    folder = given("a.txt")
    with pytest.raises(JobCancelled):
        importing.run(root.collection, str(folder), Progress(cancel_after=0))


def send(root: LibraryRoot, form: Form = Form.JSON, **how) -> str:
    job = run_inline(exporting.start(root.collection, Order(form, **how)))
    assert job.state == Job.State.DONE, job.error
    return job.message


def test_an_exported_image_comes_back_field_for_field(root, library_folder, tmp_path):
    pictures.a1111_png(library_folder / "own.png")
    look(root)
    read(root)
    own = Image.objects.get(name="own.png")
    tag = Tag.objects.create(name="fox", category="general")
    ImageTag.objects.create(image=own, tag=tag, source="person")
    assert "1 written, 5 without anything to say" in send(root, to=str(tmp_path / "out"))
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["own.json"]
    pictures.png(library_folder / "own.png", size=(51, 51))  # without its metadata
    look(root)
    read(root)
    assert Image.objects.get(name="own.png").prompt is None
    take(root, tmp_path / "out")
    again = Image.objects.get(name="own.png")
    for field in (
        "prompt",
        "negative_prompt",
        "seed",
        "steps",
        "cfg_scale",
        "sampler",
        "checkpoint",
    ):
        assert getattr(again, field) == getattr(own, field), field
    assert set(again.tags.values_list("source", "tag__name")) == {
        ("person", "fox"),
        ("sidecar", "fox"),
    }


def test_beside_the_images_nothing_of_others_is_overwritten(root, library_folder):
    Image.objects.all().delete()
    for name in ("a.png", "b.png", "x/same.png"):
        pictures.a1111_png(library_folder / name)
    pictures.a1111_png(library_folder / "a.jpg")
    (library_folder / "b.txt").write_text("mine")
    look(root, rebuild=True)
    read(root)
    message = send(root, Form.TXT)
    assert "3 written" in message
    assert "1 left alone, since another file has the name" in message
    assert (library_folder / "b.txt").read_text() == "mine"
    texts = {path.name for path in library_folder.rglob("*.txt")}
    assert texts == {"a.png.txt", "a.jpg.txt", "b.txt", "same.txt"}
    assert (library_folder / "x" / "same.txt").read_text().startswith("masterpiece, fennec girl")
    assert "3 there already" in send(root, Form.TXT)
    assert "1 written" in send(root, Form.TXT, overwrite=True)
    assert (library_folder / "b.txt").read_text().startswith("masterpiece")
    assert not list(library_folder.rglob("*.partial"))


def test_our_own_json_is_brought_up_to_date(root, library_folder):
    file = library_folder / "a.json"
    file.write_text(json.dumps({"dtoolkit_sidecar": 1, "caption": "old"}))
    foreign = library_folder / "b.json"
    foreign.write_text(json.dumps({"caption": "theirs"}))
    for image in Image.objects.filter(name__in=["a.png", "b.png"]):
        image.captions.create(source="person", text="new")
    assert "1 written, 1 left alone" in send(root)
    assert json.loads(file.read_text())["caption"] == "new"
    assert json.loads(foreign.read_text()) == {"caption": "theirs"}


def test_a_folder_alone_is_exported(root, library_folder, tmp_path):
    for image in Image.objects.all():
        image.captions.create(source="person", text="words")
    order = Order(Form.TXT, to=str(tmp_path / "out"))
    run_inline(exporting.start(locate(library_folder / "x"), order))
    found = {str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.txt")}
    assert found == {"x/same.txt", "x/deep/c.txt"}


def test_where_nothing_can_be_written_that_is_told(root, library_folder, monkeypatch):
    Image.objects.get(name="a.png").captions.create(source="person", text="words")

    def refuse(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "write", refuse)
    job = run_inline(exporting.start(root.collection, Order(Form.TXT)))
    assert job.failed == 1
    assert "1 not writable" in job.message


@pytest.mark.parametrize("has_links", [True, False])
def test_a_file_that_comes_meanwhile_is_not_overwritten(tmp_path, monkeypatch, has_links):
    path = tmp_path / "a.txt"
    link = os.link

    def late(source, target):
        path.write_text("theirs")
        if not has_links:
            raise PermissionError(1, "Operation not permitted")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert writing.write(path, "ours", overwrite=False) == Written.OTHER
    assert path.read_text() == "theirs"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]
