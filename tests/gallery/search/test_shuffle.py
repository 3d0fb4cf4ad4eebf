import itertools

import pytest

from gallery.models import Image
from gallery.search import results, shuffle
from gallery.search.shuffle import Permutation


def order(query, size: int = 7) -> list[int]:
    seen, cursor = [], None
    while True:
        page = results.page(query, cursor=cursor, size=size)
        seen += [image.pk for image in page.images]
        cursor = page.next_cursor
        if cursor is None:
            return seen


@pytest.mark.parametrize("bits", [2, 3, 8, 11])
@pytest.mark.parametrize("seed", [0, 1, 2**31 - 1])
def test_a_permutation_visits_every_number_once_and_knows_where(bits, seed):
    permutation = Permutation(seed, bits)
    numbers = [permutation.number_at(position) for position in range(2**bits)]
    assert sorted(numbers) == list(range(2**bits))
    assert [permutation.position_of(number) for number in numbers] == list(range(2**bits))


def test_a_permutation_looks_random():
    permutation = Permutation(5, 16)
    numbers = [permutation.number_at(position) for position in range(2000)]
    rises = sum(a < b for a, b in itertools.pairwise(numbers))
    steps = {b - a for a, b in itertools.pairwise(numbers)}
    assert 900 < rises < 1100
    assert len(steps) > 1500


def test_seeds_give_other_orders_and_the_same_seed_the_same(tied_library, ask):
    orders = {seed: order(ask(f"sort=random&seed={seed}")) for seed in (1, 2, 3)}
    assert len({tuple(found) for found in orders.values()}) == 3
    assert order(ask("sort=random&seed=2")) == orders[2]
    assert order(ask("sort=-random&seed=2")) == orders[2][::-1]


@pytest.mark.parametrize("most_probed", [4096, 16])
@pytest.mark.parametrize("params", ["", "rating=9", "rating=none"])
def test_probing_finds_the_order_that_sorting_gives(
    tied_library, ask, monkeypatch, most_probed, params
):
    query = f"sort=random&seed=4&{params}"
    by_sorting = order(ask(query))
    monkeypatch.setattr(shuffle, "FEW_IMAGES", -1)
    monkeypatch.setattr(shuffle, "_MOST_PROBED", most_probed)
    assert order(ask(query)) == by_sorting
    images = Image.objects.in_bulk(by_sorting)
    for before, pk, after in zip(
        [None, *by_sorting], by_sorting, [*by_sorting[1:], None], strict=False
    ):
        found = results.neighbours(ask(query), images[pk])
        assert (found.previous and found.previous.pk, found.next and found.next.pk) == (
            before,
            after,
        )


def test_a_new_image_falls_in_without_moving_the_others(tied_library, ask):
    query = "sort=random&seed=4"
    gone = tied_library[20]
    Image.objects.filter(pk=gone.pk).update(is_available=False)
    before = order(ask(query))
    Image.objects.filter(pk=gone.pk).update(is_available=True)
    after = order(ask(query))
    assert [pk for pk in after if pk != gone.pk] == before
    assert gone.pk in after
