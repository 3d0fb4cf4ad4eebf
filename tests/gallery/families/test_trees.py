"""The lineage as it is drawn: from the first on, whatever circles there are."""

from itertools import pairwise

import pytest

from gallery.families import trees
from gallery.models import Image, Kin

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(make) -> list[Image]:
    """Each but the last was enlarged from the one before; the last lends the third its look."""
    images = [make() for _ in range(5)]
    for parent, child in pairwise(images[:4]):
        put(child, parent)
    put(images[2], images[4], role="ip_adapter", evidence="recorded", is_version=False)
    return images


def put(child: Image, parent: Image, **fields) -> None:
    given = {"role": "upscaled", "evidence": "recipe", "distance": 2, "is_version": True, **fields}
    Kin.objects.create(image=child, parent=parent, **given)


def drawn(image: Image) -> list[tuple[int, int]]:
    return [(kinsman.image.pk, kinsman.depth) for kinsman in trees.of(image)]


def test_from_the_first_down_and_what_lends_its_look_beside(chain, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = trees.of(chain[2])
    assert [(each.image, each.depth) for each in found] == [
        *((image, depth) for depth, image in enumerate(chain[:4])),
        (chain[4], 0),
    ]
    here = found[2]
    assert here.is_here and here.said == "Enlarged"
    assert here.known == "same prompt, model and seed, 2 of 64 bits differ"
    assert found[4].said == "Lends its look" and found[4].known == "its file says so"


def test_who_has_no_kin_has_no_lineage(make):
    assert trees.of(make()) == []


def test_circles_end(chain):
    put(chain[0], chain[3])
    assert len(drawn(chain[1])) == 4


def test_what_is_thrown_away_is_not_drawn(chain):
    Image.objects.filter(pk=chain[1].pk).update(is_for_deletion=True)
    assert drawn(chain[3]) == [(chain[2].pk, 0), (chain[3].pk, 1)]


def test_a_thousand_children_are_not_all_drawn(make):
    parent = make()
    for _ in range(trees.MOST_BELOW_EACH + 2):
        put(make(), parent)
    assert len(drawn(parent)) == trees.MOST_BELOW_EACH + 1
