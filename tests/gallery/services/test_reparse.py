"""Better parsers read what is stored; files are not touched, and may be gone."""

import pytest

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.metadata import PARSE_VERSION, GenerationParameters, Understanding
from gallery.models import Image, ImageMetadata, ImageResource, ImportedSidecar, LibraryRoot
from gallery.services import reparse, roots
from tests import pictures
from tests.gallery.scanning.conftest import Progress, look, read

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(library_folder) -> LibraryRoot:
    for n in range(3):
        pictures.a1111_png(library_folder / f"{n}.png", size=(64 + n, 48))
    pictures.comfy_png(library_folder / "comfy.png")
    pictures.png(library_folder / "plain.png")
    root = roots.add(roots.collection("default"), library_folder)
    look(root)
    read(root)
    return root


def outdate(root: LibraryRoot, *, but: str = "") -> None:
    Image.objects.exclude(name=but).update(
        parse_version=0, sampler="wrong", prompt=None, seed=None, generator="nobody"
    )
    ImageResource.objects.all().delete()
    ImageMetadata.objects.exclude(image__name=but).update(facts=[], rule="", parse_problems=["old"])
    root.parsed_with = 0
    root.save()


def state() -> list[object]:
    return [
        list(Image.objects.order_by("pk").values()),
        list(ImageMetadata.objects.order_by("pk").values()),
        list(
            ImageResource.objects.order_by("image", "position").values_list(
                "image", "resource", "weight", "recorded_hash"
            )
        ),
    ]


def test_it_gives_what_reading_the_files_gave(root, library_folder):
    before = state()
    outdate(root)
    for file in library_folder.iterdir():
        file.unlink()
    assert run_inline(reparse.start(root)).state == Job.State.DONE
    assert state() == before
    root.refresh_from_db()
    assert root.parsed_with == PARSE_VERSION


def test_what_is_up_to_date_is_left_alone(root):
    outdate(root, but="comfy.png")
    Image.objects.filter(name="comfy.png").update(sampler="kept")
    assert run_inline(reparse.start(root)).total == 4
    assert Image.objects.get(name="comfy.png").sampler == "kept"
    assert run_inline(reparse.start(root, everything=True)).total == 5
    assert Image.objects.get(name="comfy.png").sampler == "euler"


def test_a_scan_starts_it_where_older_parsers_were_at_work(root):
    run_inline(roots.start_scan(root), follow=True)
    assert not Job.objects.filter(kind="reparse").exists()
    outdate(root)
    run_inline(roots.start_scan(root), follow=True)
    assert Job.objects.get(kind="reparse").state == Job.State.DONE
    assert not Image.objects.filter(sampler="wrong").exists()


def test_records_that_were_replaced_meanwhile_win(root, library_folder, monkeypatch):
    outdate(root)
    image = Image.objects.get(name="0.png")

    def slow(records):
        pictures.a1111_png(library_folder / "0.png", "a new fox\nSteps: 7, Seed: 9", size=(70, 50))
        look(root)
        read(root)
        return Understanding(GenerationParameters("stale", "stale", prompt="stale"))

    monkeypatch.setattr(reparse, "understand", slow)
    reparse.run([image.pk], Progress())
    image.refresh_from_db()
    assert (image.prompt.text, image.steps) == ("a new fox", 7)


def test_a_person_can_stop_it(root):
    outdate(root)
    ids = list(Image.objects.values_list("pk", flat=True))
    from dtoolkit.jobs.kinds import JobCancelled

    with pytest.raises(JobCancelled):
        reparse.run(ids, Progress(cancel_after=0))


def test_what_cannot_be_stored_costs_one_image_its_parameters(root, monkeypatch):
    outdate(root)
    understand = reparse.understand

    def spoilt(records):
        if any("galaxy" in record.text for record in records):
            return Understanding(GenerationParameters("x", "x", cfg_scale=5.0, clip_skip=2**40))
        return understand(records)

    monkeypatch.setattr(reparse, "understand", spoilt)
    monkeypatch.setattr("gallery.scanning.cleaning.small", lambda value: value)
    reparse.run(list(Image.objects.values_list("pk", flat=True)), Progress())
    assert Image.objects.filter(sampler="DPM++ 2M").count() == 3
    problems = ImageMetadata.objects.get(image__name="comfy.png").parse_problems
    assert "cannot be stored" in problems[0]


def test_a_sidecar_imported_while_its_image_was_read_is_not_forgotten(root, monkeypatch):
    image = Image.objects.get(name="plain.png")
    understand = reparse.understand

    def slow(records):
        ImportedSidecar.objects.get_or_create(image=image, name="plain.txt", text="a fox")
        return understand(records)

    monkeypatch.setattr(reparse, "understand", slow)
    reparse.run([image.pk], Progress())
    image.refresh_from_db()
    root.refresh_from_db()
    assert (image.parse_version, root.parsed_with) == (0, 0)
    reparse.run([image.pk], Progress())
    image.refresh_from_db()
    assert image.parse_version == PARSE_VERSION
