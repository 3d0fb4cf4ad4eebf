"""What a person says of stacks counts, comes back with Undo, and no look takes it away."""

import pytest

from dtoolkit.core.errors import BadInput
from gallery.models import Image, StackWord
from gallery.services import history, selections
from tests.gallery.kinship import HASH, idea_of, look, make, stack_of

__all__ = ["make"]
pytestmark = pytest.mark.django_db


def words() -> list[tuple[object, ...]]:
    return sorted(StackWord.objects.values_list("image", "word", "token", "said_at"))


def ids(*images: Image) -> set[int]:
    return {image.pk for image in images}


@pytest.fixture
def four(make) -> list[Image]:
    """Two versions of one picture, a sibling, one of another prompt."""
    small, large = (make(seed=7, phash=HASH, width=512 * n, height=768 * n) for n in (1, 2))
    images = [small, large, make(), make(prompt=None)]
    look(small)
    return images


def test_putting_together_joins_whole_stacks_and_survives_looks(four, perform):
    small, large, _, other = four
    entry = perform("stack", [large, other])
    assert entry.sentence == "2 images put into one stack"
    assert stack_of(small) == ids(small, large, other)
    assert idea_of(other) == ids(*four)
    look(small, is_whole=True)
    assert stack_of(small) == ids(small, large, other)
    history.undo(entry)
    assert stack_of(small) == ids(small, large) and idea_of(other) == ids(other)
    history.redo(entry)
    assert stack_of(small) == ids(small, large, other)


def test_taken_out_it_stands_alone_until_a_person_puts_it_back(four, perform):
    small, large, sibling, other = four
    out = perform("unstack", [large])
    assert stack_of(large) == idea_of(large) == ids(large)
    assert idea_of(small) == ids(small, sibling)
    look(small, is_whole=True)
    assert stack_of(large) == ids(large)
    together = perform("stack", [large, other])
    assert stack_of(large) == ids(small, large, other)
    history.undo(together)
    assert stack_of(large) == ids(large)
    history.undo(out)
    assert stack_of(large) == ids(small, large) and not words()


def test_taken_out_of_what_was_put_together_the_rest_stays(four, perform):
    small, _, sibling, other = four
    perform("stack", [sibling, other, small])
    before = words()
    out = perform("unstack", [sibling])
    assert sibling.pk not in stack_of(small) and other.pk in stack_of(small)
    history.undo(out)
    assert words() == before and sibling.pk in stack_of(small)


def test_what_is_alone_is_not_taken_out_and_one_is_no_stack(four, perform):
    entry = perform("unstack", [four[3]])
    assert entry.pk is None and not words()
    with pytest.raises(BadInput, match="two images or more"):
        perform("stack", [four[3]])


def test_the_best_is_chosen_again_and_undone(four, perform):
    small, large, *_ = four
    first = perform("stack-best", [small])
    second = perform("stack-best", [large])
    third = perform("stack-best", [small])
    covers = {row[0]: row[3] for row in words()}
    assert covers[small.pk] > covers[large.pk]
    for entry in (third, second, first):
        history.undo(entry)
    assert not words()


def test_undo_leaves_what_was_said_since(four, perform):
    small, *_ = four
    first = perform("stack-best", [small])
    perform("stack-best", [small])
    undone = history.undo(first)
    assert undone.refused_count == 1 and len(words()) == 1


def test_siblings_are_a_search(four):
    from gallery import actions

    action = actions.get("siblings")
    chosen = selections.of_images(four[0].collection, [four[0].pk])
    answer = action.answer(chosen, {}, is_here=True)
    assert answer.url.endswith(f"?q=idea%3A{four[0].pk}")
    alone = selections.of_images(four[3].collection, [four[3].pk])
    assert "no siblings" in action.answer(alone, {}, is_here=True).text
