import json

import pytest
from django.urls import reverse

from gallery.models import Album, AlbumImage, HistoryEntry, Image
from gallery.services import albums, selections
from tests.factories import FolderFactory, ImageFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
HOSTILE = ("<script>alert(1)</script>", "\u202eevil", "أزرق", "x" * 200)


@pytest.fixture
def images():
    return ImageFactory.create_batch(4, folder=FolderFactory(image_count=4))


@pytest.fixture
def collection(images):
    return images[0].collection


@pytest.fixture
def album(images, collection):
    album, _ = albums.make("Foxes", collection)
    albums.fill(album, selections.of_images(collection, [image.pk for image in images]))
    return album


def url(name, *args):
    return reverse(name, args=["default", *args])


def post(client, view, /, *args, query="", **values):
    return client.post(url(view, *args) + query, values, headers=HTMX)


def order(album):
    return list(album.entries.order_by("position").values_list("image", flat=True))


def told(response):
    assert response.status_code == 204, response.content.decode()
    return json.loads(response["HX-Trigger"])


def test_no_albums_says_what_they_are_for(client, images):
    assert "No albums yet." in client.get(url("albums")).content.decode()


def test_the_page_costs_as_many_queries_for_many_albums_as_for_few(
    client, album, collection, django_assert_num_queries
):
    # collection, albums, firsts, images; collection, rail's albums, roots
    with django_assert_num_queries(7):
        client.get(url("albums"))
    for number in range(9):
        albums.make(f"Album {number}", collection)
    with django_assert_num_queries(7):
        page = client.get(url("albums")).content.decode()
    assert "Album 8" in page
    assert f'<img src="/thumbs/{order(album)[0]}/384/' in page


def test_counts_and_covers_come_later_for_smart_ones_too(client, album, collection, images):
    Image.objects.filter(pk__in=[image.pk for image in images[:3]]).update(rating=8)
    smart, _ = albums.make("Best", collection, smart={"rating": "8"})
    facts = client.get(url("album-facts")).content.decode()
    assert f'<span id="holds-{album.pk}" hx-swap-oob="true">4 images</span>' in facts
    assert f'<span id="holds-{smart.pk}" hx-swap-oob="true">3 images</span>' in facts
    assert f"innerHTML:#cover-{smart.pk}" in facts


def test_a_smart_album_whose_search_no_longer_works_does_not_break_the_others(
    client, album, collection
):
    broken = Album.objects.create(
        collection=collection, name="Gone", is_smart=True, params={"folder": "99"}
    )
    facts = client.get(url("album-facts")).content.decode()
    assert f'<span id="holds-{album.pk}" hx-swap-oob="true">4 images</span>' in facts
    assert "no longer works" in facts
    assert client.get(url("place-counts")).status_code == 200
    assert client.get(url("library"), {"album": broken.pk}).status_code == 404


def test_a_new_album_is_asked_for_and_made(client, images):
    form = client.get(url("new-album"), headers=HTMX).content.decode()
    assert "<dialog" in form and "An empty one." in form
    assert told(post(client, "new-album", name="Foxes"))["toast"]["text"] == "Album Foxes made"
    refused = post(client, "new-album", name="Foxes")
    assert refused.status_code == 422
    assert "called Foxes already" in refused.content.decode()


def test_without_script_a_new_album_leads_into_it(client, images):
    response = client.post(url("new-album"), {"name": "Foxes"})
    assert response.headers["Location"] == f"{url('library')}?album={Album.objects.get().pk}"


def test_a_search_becomes_a_smart_album(client, images):
    query = "?q=fox&rating=8&sort=name"
    form = client.get(url("new-album") + query, headers=HTMX).content.decode()
    assert (
        "Save as smart album" in form and "<q>fox</q>" in form and 'value="fox, 8 or more"' in form
    )
    post(client, "new-album", query=query, name="Best foxes")
    album = Album.objects.get()
    assert album.is_smart
    assert album.params == {"q": "fox", "rating": "8", "sort": "name"}


def test_a_selection_becomes_a_manual_album_even_within_a_search(client, images):
    ids = f"{images[0].pk},{images[2].pk}"
    form = client.get(url("new-album") + f"?q=fox&ids={ids}", headers=HTMX).content.decode()
    assert "2 images will be in it" in form
    said = told(post(client, "new-album", query="?q=fox", name="Two", ids=ids))
    assert said["toast"]["text"] == "2 images added to Two"
    album = Album.objects.get()
    assert not album.is_smart
    assert AlbumImage.objects.filter(album=album).count() == 2


def test_renaming_asks_again_where_the_name_is_taken(client, album, collection):
    albums.make("Owls", collection)
    refused = post(client, "rename-album", album.pk, name="Owls")
    assert refused.status_code == 422
    assert "called Owls already" in refused.content.decode()
    told(post(client, "rename-album", album.pk, name="Red foxes"))
    album.refresh_from_db()
    assert album.name == "Red foxes"


def test_deleting_asks_with_the_count_and_is_undone_with_everything(client, album):
    asked = client.get(url("remove-album", album.pk), headers=HTMX).content.decode()
    assert "<b>4 images</b>, which stay in the library" in asked
    said = told(post(client, "remove-album", album.pk))
    assert not Album.objects.exists()
    client.post(said["toast"]["undo_url"], headers=HTMX)
    assert AlbumImage.objects.filter(album=album.pk).count() == 4


def test_a_cover_is_chosen_among_its_images(client, album, images):
    asked = client.get(url("cover-album", album.pk), headers=HTMX).content.decode()
    assert asked.count('name="cover"') == 5
    told(post(client, "cover-album", album.pk, cover=images[3].pk))
    album.refresh_from_db()
    assert album.cover_id == images[3].pk


def test_images_are_arranged_and_the_library_shows_their_order(client, album, images):
    values = {"ids": images[3].pk, "to": "before", "near": images[1].pk}
    told(post(client, "arrange-album", album.pk, **values))
    page = client.get(url("library"), {"album": album.pk})
    shown = [tile.image.pk for tile in page.context["page"].tiles]
    assert shown == [images[0].pk, images[3].pk, images[1].pk, images[2].pk]
    assert f'data-arrange="{url("arrange-album", album.pk)}"' in page.content.decode()


@pytest.mark.parametrize(
    "values", [{"to": "up"}, {"to": "before"}, {"to": "before", "near": "x"}, {"to": ""}]
)
def test_a_place_that_is_none_is_refused_in_words(client, album, images, values):
    assert post(client, "arrange-album", album.pk, ids=images[0].pk, **values).status_code == 400


def test_a_smart_album_and_another_order_cannot_be_arranged(client, album, collection):
    smart, _ = albums.make("Best", collection, smart={"favourite": "0", "sort": "name"})
    for params in ({"album": smart.pk}, {"album": album.pk, "sort": "name"}):
        assert "data-arrange" not in client.get(url("library"), params).content.decode()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text_everywhere(client, collection, name):
    album, _ = albums.make(name, collection)
    for page in (
        client.get(url("albums")),
        client.get(url("library"), {"album": album.pk}),
        client.get(url("remove-album", album.pk)),
        client.get(url("history")),
    ):
        text = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in text and "\u202e" not in text


def test_the_rail_names_albums_with_the_current_one_marked(client, album, collection):
    smart, _ = albums.make("Best", collection, smart={"rating": "8"})
    page = client.get(url("library"), {"album": album.pk}).content.decode()
    assert f'<b id="count-album-{smart.pk}">' in page
    assert f'href="{url("library")}?album={album.pk}" title="Foxes" aria-current="page"' in page
    counts = client.get(url("place-counts")).content.decode()
    assert f'<b id="count-album-{album.pk}" hx-swap-oob="true">4</b>' in counts


def test_the_rail_stays_short_and_still_shows_where_one_is(client, collection):
    made = [albums.make(f"Album {number:02}", collection)[0] for number in range(20)]
    page = client.get(url("library"), {"album": made[-1].pk}).content.decode()
    assert page.count('id="count-album-') == 13
    assert "All albums" in page and "Album 19" in page


def test_albums_change_their_place(client, album, collection):
    albums.make("Owls", collection)
    told(post(client, "place-album", album.pk, to="down"))
    assert [each.name for each in albums.of(collection)] == ["Owls", "Foxes"]
    assert HistoryEntry.objects.latest("pk").sentence == "Album Foxes moved among the albums"
