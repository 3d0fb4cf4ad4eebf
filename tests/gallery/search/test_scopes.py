"""Results that hang on something: an album, a prompt, a resource, what was looked at."""

from datetime import UTC, datetime, timedelta

import pytest

from dtoolkit.core.errors import BadInput, NotFound
from gallery.models import Album, AlbumImage, Collection, Image, ImageResource, Viewing
from gallery.search import counting, results, timeline
from gallery.views import filters
from tests.factories import (
    FolderFactory,
    ImageFactory,
    LibraryRootFactory,
    PromptFactory,
    ResourceFactory,
)


@pytest.fixture
def images(collection) -> list[Image]:
    folder = FolderFactory(root=LibraryRootFactory(collection=collection))
    return [ImageFactory(folder=folder, name=name, prompt=None) for name in "abcdefgh"]


def names(query) -> str:
    return "".join(image.name for image in results.page(query).images)


def walked_both_ways(query) -> str:
    """By pages of two, forth and back again."""
    forth, cursor = [], None
    while True:
        page = results.page(query, cursor=cursor, size=2)
        forth += page.images
        if (cursor := page.next_cursor) is None:
            break
    back, cursor = [], None
    while True:
        page = results.page(query, cursor=cursor, direction="previous", size=2)
        back = page.images + back
        if (cursor := page.previous_cursor) is None:
            break
    assert forth == back
    for before, image, after in zip(forth, forth[1:], forth[2:], strict=False):
        beside = results.neighbours(query, image)
        assert (beside.previous, beside.next) == (before, after)
    return "".join(image.name for image in forth)


@pytest.fixture
def album(collection, images) -> Album:
    album = Album.objects.create(collection=collection, name="Best")
    for position, index in enumerate((3, 0, 5, 1, 4)):
        AlbumImage.objects.create(album=album, image=images[index], position=position // 2 + 0.5)
    return album


def test_an_album_shows_its_images_in_the_persons_order(album, ask):
    assert walked_both_ways(ask(f"album={album.pk}")) == "adbfe"
    assert walked_both_ways(ask(f"album={album.pk}&sort=-album")) == "efbda"
    assert walked_both_ways(ask(f"album={album.pk}&sort=name")) == "abdef"


def test_an_album_is_the_same_gathered_and_walked(album, ask, monkeypatch):
    assert ask(f"album={album.pk}").is_few
    monkeypatch.setattr("gallery.search.conditions.FEW_IMAGES", 2)
    query = ask(f"album={album.pk}")
    assert not query.is_few
    assert walked_both_ways(query) == "adbfe"


def test_the_order_of_an_album_is_its_default(album, ask):
    assert ask(f"album={album.pk}&sort=album").querystring() == f"?album={album.pk}"
    assert ask(f"album={album.pk}").replace(album=None).querystring() == "?"
    assert ask("sort=album").querystring() == "?"
    assert timeline.months(ask(f"album={album.pk}")) == []
    assert counting.count(ask(f"album={album.pk}")).value == 5


def test_an_image_that_left_the_album_has_neighbours_still(album, images, ask):
    query = ask(f"album={album.pk}")
    assert results.neighbours(query, images[7]).previous.name == "e"


def test_a_smart_album_is_what_its_search_finds_now(collection, images, ask):
    Image.objects.filter(name__in="bdf").update(rating=8)
    Image.objects.filter(name="f").update(is_nsfw=True)
    album = Album.objects.create(
        collection=collection, name="Good", is_smart=True, params={"rating": "7", "sort": "-name"}
    )
    assert walked_both_ways(ask(f"album={album.pk}")) == "fdb"
    assert walked_both_ways(ask(f"album={album.pk}&sort=-album")) == "bdf"
    assert walked_both_ways(ask(f"album={album.pk}&sort=created&nsfw=hide")) == "bd"


def test_a_smart_album_of_the_trash_shows_the_trash(collection, images, ask):
    Image.objects.filter(name="c").update(is_for_deletion=True)
    album = Album.objects.create(
        collection=collection, name="Gone", is_smart=True, params={"view": "trash"}
    )
    assert names(ask(f"album={album.pk}")) == "c"


def test_smart_albums_in_a_circle_end(collection, images, ask):
    first = Album.objects.create(collection=collection, name="1", is_smart=True)
    second = Album.objects.create(
        collection=collection, name="2", is_smart=True, params={"album": str(first.pk)}
    )
    first.params = {"album": str(second.pk), "rating": "none", "sort": "name"}
    first.save()
    assert names(ask(f"album={second.pk}")) == "abcdefgh"


def test_an_album_of_another_collection_is_not_found(ask):
    other = Collection.objects.create(slug="other", name="Other")
    album = Album.objects.create(collection=other, name="Theirs")
    with pytest.raises(NotFound, match="no longer in this collection"):
        names(ask(f"album={album.pk}"))


def test_recently_viewed_shows_the_last_first(images, ask):
    start = datetime(2026, 5, 1, tzinfo=UTC)
    for hour, index in enumerate((4, 2, 6)):
        Viewing.objects.create(image=images[index], viewed_at=start + timedelta(hours=hour))
    assert walked_both_ways(ask("view=recent")) == "gce"
    assert walked_both_ways(ask("sort=-viewed")) == "gcehfdba"
    assert ask("view=recent&sort=-viewed").querystring() == "?view=recent"
    assert ask("view=recent").querystring(view="") == "?"


def test_images_of_a_prompt_a_negative_prompt_a_resource(images, ask):
    fox, blurry = PromptFactory(text="fox"), PromptFactory(text="blurry")
    lora = ResourceFactory(kind="lora", name="fennec")
    Image.objects.filter(name__in="ab").update(prompt=fox)
    Image.objects.filter(name__in="bc").update(negative_prompt=blurry)
    for position in (0, 1):
        ImageResource.objects.create(image=images[3], resource=lora, position=position)
    assert names(ask(f"prompt={fox.pk}&sort=name")) == "ab"
    assert names(ask(f"negative_prompt={blurry.pk}&sort=name")) == "bc"
    assert names(ask(f"negative_prompt={blurry.pk}&prompt={fox.pk}")) == "b"
    assert names(ask(f"resource={lora.pk}")) == "d"
    chips = filters.chips(ask(f"prompt={fox.pk}&negative_prompt={blurry.pk}&resource={lora.pk}"))
    assert [(chip.label, chip.value) for chip in chips] == [
        ("prompt", "fox"),
        ("negative prompt", "blurry"),
        ("LoRA", "fennec"),
    ]


def test_chips_and_text_of_the_bar_are_one_query(ask):
    assert ask("q=red&q=fox&q=").querystring() == "?q=red+fox"


@pytest.mark.parametrize("params", ["album=x", "prompt=0", "resource=-1", "negative_prompt=1.5"])
def test_bad_ids_are_refused(ask, params):
    with pytest.raises(BadInput, match="must be a whole number"):
        ask(params)
