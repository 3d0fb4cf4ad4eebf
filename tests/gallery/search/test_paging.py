import pytest

from gallery.models import Image
from gallery.search import results

SORTS = ["created", "modified", "first_seen", "name", "size", "rating", "random"]
BOTH_WAYS = [*SORTS, *(f"-{sort}" for sort in SORTS)]


def expected(query) -> list[int]:
    """The order computed plainly, in memory."""
    images = list(Image.objects.all())
    name = query.sort.lstrip("-")
    if name == "random":
        return [image.pk for image in results.page(query, size=1000).images]
    if name == "first_seen":
        return [i.pk for i in sorted(images, key=lambda i: i.pk, reverse=query.is_descending)]
    column = query.order.column
    valued = [i for i in images if getattr(i, column) is not None]
    empty = [i for i in images if getattr(i, column) is None]
    valued.sort(key=lambda i: (getattr(i, column), i.pk), reverse=query.is_descending)
    empty.sort(key=lambda i: i.pk, reverse=query.is_descending)
    return [image.pk for image in [*valued, *empty]]


@pytest.mark.parametrize("sort", BOTH_WAYS)
@pytest.mark.parametrize("size", [1, 7, 43, 100])
def test_paging_forward_visits_every_image_once_in_order(tied_library, ask, sort, size):
    query = ask(f"sort={sort}&seed=7")
    seen, cursor = [], None
    while True:
        page = results.page(query, cursor=cursor, size=size)
        seen += [image.pk for image in page.images]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == expected(query)
    assert sorted(seen) == sorted(image.pk for image in tied_library)


@pytest.mark.parametrize("sort", BOTH_WAYS)
def test_paging_backward_visits_the_same_list_from_its_end(tied_library, ask, sort):
    query = ask(f"sort={sort}&seed=7")
    seen, cursor = [], None
    while True:
        page = results.page(query, cursor=cursor, direction="previous", size=7)
        seen = [image.pk for image in page.images] + seen
        cursor = page.previous_cursor
        if cursor is None:
            break
    assert seen == expected(query)


@pytest.mark.parametrize("sort", BOTH_WAYS)
def test_a_page_around_a_cursor_starts_with_its_image(tied_library, ask, sort):
    query = ask(f"sort={sort}&seed=7")
    images = results.page(query, size=100).images
    for position in (0, 1, 20, 42):
        page = results.around(query, results.cursor_of(query, images[position]), size=10)
        assert page.images == images[position : position + 10]
        assert (page.previous_cursor is None) == (position == 0)
        assert (page.next_cursor is None) == (position + 10 >= len(images))


@pytest.mark.parametrize("sort", BOTH_WAYS)
def test_neighbours_equal_the_order_of_the_list(tied_library, ask, sort):
    query = ask(f"sort={sort}&seed=7")
    images = results.page(query, size=100).images
    for before, image, after in zip([None, *images], images, [*images[1:], None], strict=False):
        found = results.neighbours(query, Image.objects.get(pk=image.pk))
        assert (found.previous, found.next) == (before, after)
