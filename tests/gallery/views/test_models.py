import re

import pytest
from django.urls import reverse

from gallery.models import ImageResource, Resource, ResourceFile, ResourceFolder, ResourceMatch
from gallery.search import estimates
from gallery.services import used_models
from tests.factories import (
    CollectionFactory,
    FolderFactory,
    ImageFactory,
    LibraryRootFactory,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def folder():
    return FolderFactory(image_count=4)


def used(folder, name, many=1, kind="lora", hash_=""):
    resource, _ = Resource.objects.get_or_create(kind=kind, name=name)
    for image in ImageFactory.create_batch(many, folder=folder):
        ImageResource.objects.create(image=image, resource=resource, recorded_hash=hash_)
    return resource


def file_of(resource, **fields):
    place, _ = ResourceFolder.objects.get_or_create(path="/models")
    values = {
        "path": f"{resource.name}.safetensors",
        "name": resource.name,
        "size": 5,
        "mtime_ns": 1,
    }
    file = ResourceFile.objects.create(folder=place, **{**values, **fields})
    ResourceMatch.objects.create(resource=resource, file=file, rule="name")
    return file


def url(name, *args):
    return reverse(name, args=["default", *args])


def names(response):
    return [row.used.resource.name for row in response.context["rows"]]


def counts(response):
    return [row.used.count for row in response.context["rows"]]


def test_no_models_says_where_they_come_from(client, folder):
    assert "No image names a model yet." in client.get(url("models")).content.decode()


def test_models_by_number_of_images_by_name_and_by_age(client, folder):
    used(folder, "Zebra", 3)
    used(folder, "fox", 1)
    used(folder, "dreamshaper", 2, kind="checkpoint")
    page = client.get(url("models"))
    assert (names(page), counts(page)) == (["Zebra", "dreamshaper", "fox"], [3, 2, 1])
    assert names(client.get(url("models"), {"sort": "name"})) == ["dreamshaper", "fox", "Zebra"]
    assert names(client.get(url("models"), {"sort": "newest"})) == ["dreamshaper", "fox", "Zebra"]
    assert names(client.get(url("models"), {"kind": "lora"})) == ["Zebra", "fox"]
    assert names(client.get(url("models"), {"q": "SHAPER"})) == ["dreamshaper"]
    assert names(client.get(url("models"), {"q": "%"})) == []


def test_a_model_leads_to_its_images(client, folder):
    fox = used(folder, "fox", 2)
    used(folder, "owl", 1)
    page = client.get(url("models"))
    assert f'href="{url("library")}?resource={fox.pk}"' in page.content.decode()
    assert len(client.get(f"{url('library')}?resource={fox.pk}").context["page"].tiles) == 2


def test_what_is_known_of_its_file_is_shown(client, folder):
    fox = used(folder, "fox", 2, hash_="abcdef0123")
    facts = [["Trigger words", "big ears"], ["Page", "https://civitai.com/models/5"]]
    file = file_of(fox, base="SDXL", title="Fennec", sha256="ab" * 32, facts=facts, preview="x.png")
    used(folder, "owl", 1, hash_="0123456789")
    html = client.get(url("models")).content.decode()
    assert "big ears" in html and "SDXL" in html and "Fennec" in html
    assert f'href="{reverse("resource-file", args=[file.pk])}"' in html
    assert '<code title="AutoV2">ababababab</code>' in html
    assert '<code title="As an image recorded it">0123456789</code>' in html
    assert "/preview/" in html


@pytest.mark.parametrize("sort", ["uses", "name", "newest"])
def test_every_model_is_on_some_page_once(client, folder, monkeypatch, sort):
    monkeypatch.setattr(used_models, "PAGE_SIZE", 3)
    for number in range(8):
        used(folder, f"Model {number % 4}{number}", 1 + number % 3)
    seen, address = [], f"{url('models')}?sort={sort}"
    while address:
        page = client.get(address, headers=HTMX)
        seen += names(page)
        more = re.search(r'hx-get="([^"]*after=[^"]*)"', page.content.decode())
        address = more[1].replace("&amp;", "&") if more else None
    assert sorted(seen) == sorted(Resource.objects.values_list("name", flat=True))


def test_images_of_other_collections_are_not_counted(client, folder):
    used(folder, "fox", 1)
    work = LibraryRootFactory(collection=CollectionFactory(slug="work", name="Work"))
    used(FolderFactory(root=work), "fox", 4)
    assert counts(client.get(url("models"))) == [1]


def test_the_page_costs_as_many_queries_for_many_models_as_for_few(
    client, folder, django_assert_num_queries
):
    file_of(used(folder, "fox"))
    # collection, alone?, ranks within a time limit (6), resources, files, kinds;
    # collection, albums, roots
    with django_assert_num_queries(14):
        client.get(url("models"))
    for number in range(20):
        file_of(used(folder, f"fox {number}"))
    with django_assert_num_queries(14):
        client.get(url("models"))


def test_where_counting_takes_too_long_numbers_are_estimates(client, folder, monkeypatch):
    used(folder, "fox", 2)

    def too_slow(statement, values, fetch=used_models.fetch):
        if "GROUP BY" in statement:
            raise estimates.TooSlow
        return fetch(statement, values)

    monkeypatch.setattr(used_models, "fetch", too_slow)
    page = client.get(url("models"))
    assert names(page) == ["fox"]
    assert "about" in page.content.decode()


def test_chosen_models_become_a_selection_of_their_images(client, folder):
    fox, owl = used(folder, "fox", 2), used(folder, "owl", 1)
    ImageResource.objects.create(image=fox.uses.first().image, resource=owl, position=1)
    bar = client.post(url("model-acts"), {"chosen": [fox.pk, owl.pk]}, headers=HTMX)
    assert "<b>2 models</b> · 3 images" in bar.content.decode()


def test_images_and_files_are_two_sides_of_one_place(client, folder):
    for address in (url("models"), reverse("resources")):
        html = client.get(address).content.decode()
        assert f'<a href="{url("models")}"' in html
        assert f'<a href="{reverse("resources")}"' in html
        assert re.search(r'href="/c/default/models/" title="Models" aria-current="page"', html)


@pytest.mark.parametrize("name", ["<b>x</b>", "\u202eevil", "أزرق", "x" * 300])
def test_hostile_names_are_text(client, folder, name):
    used(folder, name)
    html = client.get(url("models")).content.decode()
    assert "<b>x" not in html and "\u202e" not in html


@pytest.mark.parametrize("params", [{"sort": "x"}, {"kind": "x"}, {"after": "x"}])
def test_an_address_that_means_nothing_is_refused(client, folder, params):
    assert client.get(url("models"), params).status_code == 400
