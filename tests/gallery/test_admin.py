from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gallery import models
from gallery.admin import large
from gallery.models.metadata import pack_records
from tests.factories import FolderFactory, ImageFactory, PromptFactory, ResourceFactory

pytestmark = pytest.mark.django_db

HOSTILE = '"><script>alert(1)</script>'
OURS = sorted(
    (model for model in admin.site._registry if model._meta.app_label == "gallery"),
    key=lambda model: model.__name__,
)


@pytest.fixture
def rows():
    """One of everything, with names that would run if they were not escaped."""

    def make(number: int) -> None:
        folder = FolderFactory(path=f"{HOSTILE}{number}")
        checkpoint = ResourceFactory(name=f"{HOSTILE}{number}")
        prompt = PromptFactory(text=f"{HOSTILE} {number}")
        image = ImageFactory(
            folder=folder, name=f"{HOSTILE}\u202e{number}.png", checkpoint=checkpoint, prompt=prompt
        )
        models.ImageResource.objects.create(image=image, resource=checkpoint, weight=0.8)
        models.ImageMetadata.objects.create(
            image=image,
            packed_records=pack_records(
                [{"container": "png:tEXt", "key": HOSTILE, "text": HOSTILE, "is_damaged": False}]
            ),
            rule="a1111",
            problems=[HOSTILE],
        )
        models.StageFailure.objects.create(
            image=image, stage="thumbnail", version=1, reason=HOSTILE
        )
        make_history(image, number)
        make_curation(image, number)
        make_files(checkpoint, number)

    make(1)
    return make


def make_history(image, number):
    said = f"{HOSTILE}\u202e{number}"
    value = models.NodeValue.objects.create(digest=uuid4(), node_class=said, name=said, value=said)
    models.Workflow.objects.create(fingerprint=uuid4(), node_classes=[said], node_count=1)
    models.ImageNodes.objects.create(image=image, value_ids=[value.pk])
    models.ImageSource.objects.create(image=image, kind="img2img", name=said)
    models.ImageVersion.objects.create(
        image=image, fingerprint=uuid4(), size=1, modified_at=image.modified_at
    )
    models.ImportedSidecar.objects.create(image=image, name=said, text=said)
    models.Arrival.objects.create(image=image)
    models.MissingMark.objects.create(image=image)
    tag = models.Tag.objects.create(name=said)
    models.ImageTag.objects.create(image=image, tag=tag, source=said)
    models.Caption.objects.create(image=image, source=said, text=said)


def make_curation(image, number):
    said = f"{HOSTILE}\u202e{number}"
    album = models.Album.objects.create(collection=image.collection, name=said)
    models.AlbumImage.objects.create(album=album, image=image, position=number)
    tag = models.Tag.objects.create(name=f"tag {number}")
    models.TagAlias.objects.create(name=said, tag=tag)
    models.Selection.objects.create(token=uuid4(), collection=image.collection)
    models.ImageEdit.objects.create(image=image, note=said)
    models.Viewing.objects.create(image=image, viewed_at=image.modified_at)
    entry = models.HistoryEntry.objects.create(
        collection=image.collection, action="rate", sentence=said
    )
    models.HistoryPart.objects.create(entry=entry, image_ids=[image.pk], before=said, after=said)
    models.FileAct.objects.create(entry=entry, image=image, kind="move", source=said, target=said)
    group = models.DuplicateGroup.objects.create(
        collection=image.collection, channel=said, distance=1, keeper=image
    )
    models.DuplicateMember.objects.create(group=group, image=image, distance=0)
    models.StackWord.objects.create(image=image, word="cover")
    models.Stacked.objects.create(image=image, version=image.pk)
    models.Kin.objects.create(image=image, parent=image, role=said, evidence=said, is_version=False)
    models.WordsWaiting.objects.create(image=image)
    models.FormerContent.objects.create(image=image, fingerprint=uuid4())
    models.Preference.objects.create(name=f"preference-{number}", value=said)
    models.LibrarySummary.objects.create(
        collection=image.collection,
        scope=said,
        digest=uuid4(),
        facts={},
        made_at=image.modified_at,
        took_ms=1,
    )


def make_files(checkpoint, number):
    said = f"{HOSTILE}\u202e{number}"
    folder = models.ResourceFolder.objects.create(path=said)
    file = models.ResourceFile.objects.create(
        folder=folder, path=said, name=said, size=1, mtime_ns=1
    )
    models.ResourceMatch.objects.create(resource=checkpoint, file=file, rule="hash")


def address(model, page: str, *args: object) -> str:
    return reverse(f"admin:gallery_{model._meta.model_name}_{page}", args=args)


def test_every_model_has_a_place():
    ours = {model for model in models.__dict__.values() if hasattr(model, "_meta")}
    assert set(OURS) == ours


@pytest.mark.parametrize("model", OURS)
def test_a_list_answers_without_a_query_for_each_row(admin_client, rows, model):
    with CaptureQueriesContext(connection) as few:
        response = admin_client.get(address(model, "changelist"))
    assert response.status_code == 200
    for number in range(2, 8):
        rows(number)
    with CaptureQueriesContext(connection) as many:
        admin_client.get(address(model, "changelist"))
    assert len(many) <= len(few) <= 10


@pytest.mark.parametrize("model", OURS)
def test_a_list_shows_file_texts_as_texts(admin_client, rows, model):
    html = admin_client.get(address(model, "changelist")).content.decode()
    assert HOSTILE not in html
    assert "\u202e" not in html


@pytest.mark.parametrize("model", OURS)
def test_a_list_can_be_searched(admin_client, rows, model):
    for term in ("script", "1", '"a phrase', "18446744073709551616", "\u0663"):
        response = admin_client.get(address(model, "changelist"), {"q": term})
        assert response.status_code == 200, term


@pytest.mark.parametrize("model", OURS)
def test_a_row_opens(admin_client, rows, model):
    row = model.objects.latest("pk")
    with CaptureQueriesContext(connection) as queries:
        response = admin_client.get(address(model, "change", row.pk))
    assert response.status_code == 200
    assert len(queries) <= 15
    html = response.content.decode()
    assert HOSTILE not in html


@pytest.mark.parametrize("model", [models.Collection, models.Resource, models.ImageResource])
def test_what_people_make_can_be_added(admin_client, model):
    assert admin_client.get(address(model, "add")).status_code == 200


@pytest.mark.parametrize(
    "model",
    [models.Folder, models.Image, models.ImageMetadata, models.LibraryRoot, models.Prompt],
)
def test_what_scans_make_cannot_be_added(admin_client, model):
    assert admin_client.get(address(model, "add")).status_code == 403


@pytest.mark.parametrize("model", [models.Collection, models.LibraryRoot, models.Folder])
def test_what_holds_images_cannot_be_deleted(admin_client, rows, model):
    row = model.objects.latest("pk")
    assert admin_client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("value", ["png", "-"])
def test_images_are_filtered_by_format(admin_client, rows, value):
    ImageFactory(name="broken.png", format="")
    html = admin_client.get(address(models.Image, "changelist"), {"format": value}).content.decode()
    assert ("broken.png" in html) is (value == "-")


@pytest.mark.parametrize(("value", "names"), [("no", {"none.png"}), ("7", {"eight.png"})])
def test_images_are_filtered_by_rating(admin_client, value, names):
    ImageFactory(name="none.png")
    ImageFactory(name="three.png", rating=3)
    ImageFactory(name="eight.png", rating=8)
    html = admin_client.get(address(models.Image, "changelist"), {"rated": value}).content.decode()
    assert {n for n in ("none.png", "three.png", "eight.png") if n in html} == names


def test_a_rating_is_mended(admin_client, rows):
    image = models.Image.objects.get()
    form = admin_client.get(address(models.Image, "change", image.pk)).context["adminform"].form
    data = {
        name: value
        for name, value in form.initial.items()
        if name in form.fields and value is not None and value is not False
    }
    response = admin_client.post(address(models.Image, "change", image.pk), {**data, "rating": 9})
    assert response.status_code == 302
    image.refresh_from_db()
    assert image.rating == 9
    assert image.prompt is not None


def test_the_image_list_shows_thumbnails(admin_client, rows):
    html = admin_client.get(address(models.Image, "changelist")).content.decode()
    assert f"/thumbs/{models.Image.objects.get().pk}/192/" in html


def test_a_large_table_is_estimated_and_a_filtered_list_counted(rows, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE gallery_image")
    monkeypatch.setattr(large, "COUNTED_AT_MOST", 0)
    whole = large.EstimatingPaginator(models.Image.objects.order_by("pk"), 50)
    with CaptureQueriesContext(connection) as queries:
        assert whole.count == 1
    assert "reltuples" in queries[0]["sql"]
    monkeypatch.setattr(large, "COUNTED_AT_MOST", 2)
    for number in range(2, 6):
        rows(number)
    filtered = models.Image.objects.filter(format="png").order_by("pk")
    assert large.EstimatingPaginator(filtered, 50).count == 2
