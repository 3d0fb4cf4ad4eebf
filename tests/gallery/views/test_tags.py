import json
import re

import pytest
from django.urls import reverse

from gallery.models import HistoryEntry, Image, ImageTag, Tag
from gallery.search import estimates
from gallery.services import tags
from tests.factories import FolderFactory, ImageFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def images():
    return ImageFactory.create_batch(4, folder=FolderFactory(image_count=4))


def tag(name, images=(), category="", source="sidecar", **fields):
    tag, _ = Tag.objects.get_or_create(name=name, defaults={"category": category})
    for image in images:
        ImageTag.objects.create(image=image, tag=tag, source=source, **fields)
    return tag


def url(name, *args):
    return reverse(name, args=["default", *args])


def names(response):
    return re.findall(r"<bdi>(.*?)</bdi>", response.content.decode())


def counts(client, *tags):
    response = client.get(url("tag-counts"), {"ids": ",".join(str(each.pk) for each in tags)})
    found = re.findall(
        r'id="tag-count-(\d+)" hx-swap-oob="true">([^<]*)<', response.content.decode()
    )
    return [dict(found)[str(each.pk)] for each in tags]


def post(client, view, /, *args, **values):
    return client.post(url(view, *args), values, headers=HTMX)


def test_no_tags_says_where_they_come_from(client, images):
    assert "No tags yet." in client.get(url("tags")).content.decode()


def test_the_most_used_come_first_or_by_name(client, images):
    tag("owl", images[:1])
    tag("Fox", images)
    tag("unused")
    assert names(client.get(url("tags"))) == ["Fox", "owl", "unused"]
    assert names(client.get(url("tags"), {"sort": "name"})) == ["Fox", "owl", "unused"]


@pytest.mark.parametrize("sort", ["uses", "name"])
def test_every_tag_is_on_some_page_once(client, images, monkeypatch, sort):
    monkeypatch.setattr(tags, "PAGE_SIZE", 3)
    for number in range(8):
        tag(f"tag {number % 4}{number}", images[: number % 3])
    seen, address = [], f"{url('tags')}?sort={sort}"
    while address:
        page = client.get(address, headers=HTMX)
        seen += names(page)
        more = re.search(r'hx-get="([^"]*after=[^"]*)"', page.content.decode())
        address = more[1].replace("&amp;", "&") if more else None
    assert sorted(seen) == sorted(Tag.objects.values_list("name", flat=True))


def test_words_and_categories_narrow_the_list(client, images):
    tag("red fox", images, category="general")
    tag("fox_girl", images, category="character")
    tag("100%", images)
    assert names(client.get(url("tags"), {"q": "FOX"})) == ["red fox", "fox_girl"]
    assert names(client.get(url("tags"), {"q": "fox red"})) == ["red fox"]
    assert names(client.get(url("tags"), {"q": "%"})) == ["100%"]
    assert names(client.get(url("tags"), {"q": "_", "sort": "name"})) == ["fox_girl"]
    assert names(client.get(url("tags"), {"category": "character"})) == ["fox_girl"]
    assert names(client.get(url("tags"), {"category": "none"})) == ["100%"]
    assert "Nothing" not in client.get(url("tags"), {"q": "zebra"}).content.decode()


def test_the_page_costs_as_many_queries_for_many_tags_as_for_few(
    client, images, django_assert_num_queries
):
    tag("fox", images)
    # collection, ranks within a time limit (6), tags, categories; collection, albums, roots
    with django_assert_num_queries(12):
        client.get(url("tags"))
    for number in range(30):
        tag(f"tag {number}", images)
    with django_assert_num_queries(12):
        client.get(url("tags"))


def test_counts_are_of_images_that_show_it_now(client, images):
    fox, owl = tag("fox", images), tag("owl", images[:2], source="wd14")
    tag("owl", images[:2], source="joytag")
    tag("fox", images[:1], source="person", is_denied=True)
    Image.objects.filter(pk=images[3].pk).update(is_for_deletion=True)
    assert counts(client, fox, owl) == ["2", "2"]


def test_counting_many_is_an_estimate(client, images, monkeypatch):
    monkeypatch.setattr(tags, "_EXACT", 2)
    assert counts(client, tag("fox", images), tag("owl", images[:2])) == ["~4", "2"]


def test_where_counting_takes_too_long_there_is_an_order_and_no_number(client, images, monkeypatch):
    fox = tag("fox", images)

    def too_slow(statement, values, fetch=tags.fetch):
        if "GROUP BY tag_id" in statement or "use.image_id" in statement:
            raise estimates.TooSlow
        return fetch(statement, values)

    monkeypatch.setattr(tags, "fetch", too_slow)
    page = client.get(url("tags"))
    assert names(page) == ["fox"]
    assert "this order is by estimates" in page.content.decode()
    assert counts(client, fox) == [""]


def test_a_tag_leads_to_its_images(client, images):
    tag("looking at viewer", images)
    page = client.get(url("tags")).content.decode()
    href = re.search(r'class="tag-name" href="([^"]*)"', page)[1]
    assert href == f"{url('library')}?q=tag%3A%22looking+at+viewer%22"
    found = client.get(href.replace("&amp;", "&"))
    assert len(found.context["page"].tiles) == 4


def test_renaming_asks_with_the_number_and_offers_to_merge(client, images):
    fox = tag("fox", images)
    tag("red fox")
    form = client.get(url("rename-tag", fox.pk), headers=HTMX).content.decode()
    assert "<b>4 images</b> have it" in form
    asked = post(client, "rename-tag", fox.pk, name="red fox")
    assert asked.status_code == 422
    assert 'name="merge" value="1"' in asked.content.decode()
    done = post(client, "rename-tag", fox.pk, name="red fox", merge="1")
    said = json.loads(done["HX-Trigger"])["toast"]
    assert said["text"] == "Tag fox of 4 images merged into red fox"
    client.post(said["undo_url"], headers=HTMX)
    assert Tag.objects.filter(name="fox").exists()


@pytest.mark.parametrize("into", ["", "nothing like it", "a,b"])
def test_merging_into_nothing_is_refused_in_words(client, images, into):
    refused = post(client, "merge-tag", tag("fox", images).pk, into=into)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.content.decode()


def test_removing_from_all_asks_with_the_number(client, images):
    fox = tag("fox", images)
    asked = client.get(url("clear-tag", fox.pk), headers=HTMX).content.decode()
    assert "<b>4 images</b> have it" in asked
    post(client, "clear-tag", fox.pk)
    assert HistoryEntry.objects.get().sentence == "fox removed from 4 images"


def test_unused_ones_are_counted_before_they_go(client, images):
    tag("owl")
    assert "1 tag that no image has" in client.get(url("clean-up-tags")).content.decode()
    post(client, "clean-up-tags")
    assert "No tag is unused" in client.get(url("clean-up-tags")).content.decode()


@pytest.mark.parametrize("name", ["<b>x</b>", "\u202eevil", "أزرق", 'a "quote"', "x" * 300])
def test_hostile_names_are_text(client, images, name):
    found = tag(name, images, category="<i>c</i>")
    for page in (client.get(url("tags")), client.get(url("clear-tag", found.pk))):
        text = page.content.decode()
        assert "<b>x" not in text and "<i>c" not in text and "\u202e" not in text


@pytest.mark.parametrize(
    "params", [{"sort": "x"}, {"after": "x"}, {"sort": "name", "after": "WzEsMV0"}]
)
def test_an_address_that_means_nothing_is_refused(client, images, params):
    assert client.get(url("tags"), params).status_code == 400


def test_a_tag_with_quotes_in_its_name_leads_to_its_images(client, db):
    image = ImageFactory()
    tag = Tag.objects.create(name='the "red" fox')
    ImageTag.objects.create(image=image, tag=tag, source="sidecar")
    page = client.get(reverse("tags", args=[image.collection.slug]))
    (row,) = page.context["rows"]
    found = client.get(row.url)
    assert [tile.image.pk for tile in found.context["page"].tiles] == [image.pk]
