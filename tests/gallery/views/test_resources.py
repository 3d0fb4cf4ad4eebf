"""Model files: the page, its list, one file, its picture, and what a person does with folders."""

from pathlib import Path

import pytest
from django.urls import reverse

from dtoolkit.jobs.models import Job
from gallery.models import ImageResource, Resource, ResourceFile, ResourceFolder
from gallery.resources import linking, listing, scanning
from gallery.services import resources
from tests import pictures
from tests.factories import ImageFactory
from tests.gallery.resources import files
from tests.gallery.scanning.conftest import Progress

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def place(tmp_path) -> Path:
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


@pytest.fixture
def scan(place):
    def scan() -> ResourceFolder:
        folder = resources.add(place)
        scanning.scan(folder, Progress())
        folder.refresh_from_db()
        return folder

    return scan


@pytest.fixture
def get(client):
    def get(name: str, *args, headers=None, **params) -> str:
        response = client.get(reverse(name, args=args), params, headers=headers)
        assert response.status_code == 200
        return response.content.decode()

    return get


def use(name: str, kind: str = "lora", hash_: str = "", **fields) -> None:
    resource, _ = Resource.objects.get_or_create(kind=kind, name=name)
    image = ImageFactory(**fields)
    ImageResource.objects.create(image=image, resource=resource, recorded_hash=hash_)


def test_nothing_there_says_what_to_do(get):
    html = get("resources")
    assert "Where are your checkpoints and LoRAs?" in html
    assert reverse("add-resources") in html


def test_folders_files_and_what_is_not_hashed(place, scan, get):
    files.model(place / "loras" / "fennec.safetensors", *files.LORA)
    files.info(place / "loras" / "fennec.civitai.info", modelId=1, baseModel="Pony",
               model={"name": "Fennec <3"})  # fmt: skip
    scan()
    html = get("resources")
    assert str(place) in html and "1 model file, scanned now" in html
    assert "Fennec &lt;3" in html and "LoRA · Pony" in html
    assert "1 file (" in html and "has no computed hashes yet" in html
    assert "LoRAs <span>1</span>" in html


def test_an_offline_folder_says_since_when(scan, get):
    folder = scan()
    ResourceFolder.objects.filter(pk=folder.pk).update(offline_since="2026-01-02T09:12:00Z")
    assert "Offline since 2026-01-02 09:12. Its 0 model files stay known." in get("resources")


def test_the_list_is_narrowed_by_kind_words_and_use(place, scan, get):
    files.model(place / "loras" / "fennec.safetensors")
    files.model(place / "loras" / "zebra.safetensors", fill=1)
    files.model(place / "vae" / "fennec_vae.safetensors", fill=2)
    use("fennec")
    scan()
    linking.link_all()

    def names(**params) -> list[str]:
        query = listing.FileQuery.from_params(params)
        return [file.name for file in query.page()[0]]

    assert names() == ["fennec", "fennec_vae", "zebra"]
    assert names(kind="lora") == ["fennec", "zebra"]
    assert names(q="FENNEC vae") == ["fennec_vae"]
    assert names(used="yes") == ["fennec"]
    assert names(used="no", kind="lora") == ["zebra"]
    assert "No model file matches that." in get("resources", q="nothing", headers=HTMX)


@pytest.mark.parametrize("sort", ["name", "size"])
def test_pages_go_on_where_they_ended(place, scan, get, monkeypatch, sort):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    for n in range(5):
        files.model(place / f"{n}.safetensors", *map(str, range(n // 2 + 1)), fill=n)
    scan()
    query = listing.FileQuery(sort=sort)
    seen, after = [], ""
    while True:
        page, after = query.page(after)
        seen += [file.name for file in page]
        if not after:
            break
    assert sorted(seen) == ["0", "1", "2", "3", "4"]
    assert seen == (sorted(seen) if sort == "name" else ["4", "3", "2", "1", "0"])
    assert "Show more" in get("resources", sort=sort)


@pytest.mark.parametrize(
    "params", [{"kind": "photo"}, {"used": "maybe"}, {"sort": "age"}, {"after": "x"}]
)
def test_crooked_addresses_are_refused(client, params):
    assert client.get(reverse("resources"), params).status_code == 400


def test_a_cursor_of_another_order_is_refused(client, place, scan, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 1)
    files.model(place / "a.safetensors"), files.model(place / "b.safetensors", fill=1)
    scan()
    _, after = listing.FileQuery().page()
    response = client.get(reverse("resources"), {"sort": "size", "after": after})
    assert response.status_code == 400


def test_the_page_costs_the_same_for_many_files(place, scan, get, django_assert_num_queries):
    for n in range(20):
        files.model(place / f"{n}.safetensors", fill=n)
    scan()
    with django_assert_num_queries(5):
        get("resources")
    with django_assert_num_queries(2):
        get("resources", headers=HTMX)


def test_counts_are_of_images_that_the_library_shows(place, scan, get):
    files.model(place / "loras" / "fennec.safetensors")
    files.model(place / "loras" / "other.safetensors", fill=1)
    for fields in ({}, {}, {"is_available": False}, {"is_for_deletion": True}):
        use("fennec", **fields)
    scan()
    linking.link_all()
    fennec, other = ResourceFile.objects.order_by("name")
    html = get("resources-used", ids=f"{fennec.pk},{other.pk}")
    assert f'href="/c/default/?made_with={fennec.pk}">2 images</a>' in html
    assert f'id="used-{other.pk}" hx-swap-oob="true">not used' in html


def test_a_count_that_takes_too_long_leads_there_all_the_same(place, scan, get, monkeypatch):
    files.model(place / "a.safetensors")
    ImageFactory()
    scan()
    monkeypatch.setattr(listing, "used_by", lambda ids, collection: None)
    assert "Show images" in get("resources-used", ids=str(ResourceFile.objects.get().pk))


@pytest.mark.parametrize("ids", ["", "x", "1;drop", "9" * 19, ",".join(["1"] * 61)])
def test_crooked_ids_are_refused(client, ids):
    assert client.get(reverse("resources-used"), {"ids": ids}).status_code == 400


def test_one_file_with_all_that_is_known(place, scan, get, django_assert_num_queries):
    files.model(place / "loras" / "fennec.safetensors", metadata={"sshs_model_hash": "ab" * 32})
    files.info(place / "loras" / "fennec.civitai.info", modelId=5, id=6, trainedWords=["big ears"],
               description="<script>alert(1)</script>", model={})  # fmt: skip
    use("renamed", hash_="ab" * 6)
    scan()
    linking.link_all()
    row = ResourceFile.objects.get()
    with django_assert_num_queries(5):
        html = get("resource-file", row.pk)
    assert "big ears" in html and "ab" * 32 in html
    assert 'href="https://civitai.com/models/5?modelVersionId=6"' in html
    assert "renamed <code>abababababab</code> <small>by hash</small>" in html
    assert "<script>alert" not in html


def test_a_file_with_a_problem_says_it(place, scan, get):
    files.with_header(place / "a.safetensors", b"{}", length=90_000_000)
    scan()
    assert "claims to be 90,000,000 bytes" in get("resources")
    assert "claims to be 90,000,000 bytes" in get("resource-file", ResourceFile.objects.get().pk)


def preview(client, **fields):
    row = ResourceFile.objects.get()
    key = fields.get("key", str(row.beside_stamp))
    return client.get(reverse("resource-preview", args=[row.pk, key]))


def test_a_picture_beside_it_is_shown_small_and_kept(client, place, scan):
    files.model(place / "loras" / "a.safetensors")
    pictures.png(place / "loras" / "a.preview.png", size=(900, 700))
    scan()
    response = preview(client)
    assert response.headers["Content-Type"] == "image/webp"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.content[:4] == b"RIFF"
    assert "no-store" in preview(client, key="1").headers["Cache-Control"]


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"GIF89a", b"\x89PNG\r\n\x1a\n"]
)
def test_a_preview_that_is_no_picture_is_never_sent(client, place, scan, content):
    files.model(place / "a.safetensors")
    (place / "a.png").write_bytes(content)
    scan()
    response = preview(client)
    assert response.status_code == 404
    assert b"alert" not in response.content


def test_a_preview_that_became_a_link_outside_is_not_followed(client, place, scan, tmp_path):
    files.model(place / "a.safetensors")
    picture = pictures.png(place / "a.png", size=(9, 9))
    scan()
    picture.rename(tmp_path / "secret.png")
    picture.symlink_to(tmp_path / "secret.png")
    assert preview(client).status_code == 404


def test_a_file_without_picture_has_none(client, place, scan):
    files.model(place / "a.safetensors")
    scan()
    assert preview(client).status_code == 404


def test_a_folder_is_chosen_and_scanned(client, get, place):
    assert "told by folders and files" in get("add-resources")
    response = client.post(reverse("add-resources"), {"path": str(place), "kind": "lora"})
    assert response.headers["Location"] == reverse("resources")
    folder = ResourceFolder.objects.get()
    assert (folder.path, folder.kind) == (str(place), "lora")
    assert Job.objects.get().params == {"folder_id": folder.pk}


def test_a_wrong_folder_is_told_and_stays_to_be_mended(client):
    response = client.post(reverse("add-resources"), {"path": "/no/such/place", "kind": "lora"})
    assert response.status_code == 400
    html = response.content.decode()
    assert "There is no folder /no/such/place" in html
    assert '<option value="lora" selected>' in html


def test_strangers_do_not_look_around_on_the_disk(client, settings, place):
    settings.IS_LOOPBACK = False
    assert client.get(reverse("add-resources")).status_code in {302, 403}
    response = client.post(reverse("add-resources"), {"path": str(place)})
    assert response.status_code in {302, 403}
    assert not ResourceFolder.objects.exists()


def test_scan_hash_and_removal(client, place, scan):
    files.model(place / "a.safetensors")
    folder = scan()
    response = client.post(reverse("scan-resources"), headers=HTMX)
    assert "Looking for new model files." in response.headers["HX-Trigger"]
    client.post(reverse("hash-resources"))
    kinds = {job.kind: job.params for job in Job.objects.all()}
    assert kinds == {"resource_scan": {"folder_id": folder.pk}, "resource_hash": {"all": True}}
    client.post(reverse("remove-resources", args=[folder.pk]))
    assert not ResourceFile.objects.exists()
    assert (place / "a.safetensors").exists()


@pytest.mark.parametrize("name", ["scan-resources", "hash-resources"])
def test_acts_need_a_post(client, name):
    assert client.get(reverse(name)).status_code == 405


def test_an_image_leads_to_the_files_that_it_was_made_with(place, scan, client):
    files.model(place / "loras" / "fennec.safetensors")
    use("fennec")
    unknown, _ = Resource.objects.get_or_create(kind="lora", name="unknown")
    use_of = ImageResource.objects.get()
    ImageResource.objects.create(image=use_of.image, resource=unknown, position=1)
    scan()
    linking.link_all()
    html = client.get(reverse("image", args=["default", use_of.image_id])).content.decode()
    address = reverse("resource-file", args=[ResourceFile.objects.get().pk])
    assert f'<a href="{address}"' in html
    assert html.count('href="/resources/') == 1
    assert "unknown" in html
