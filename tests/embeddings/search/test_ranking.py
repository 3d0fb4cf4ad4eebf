import numpy as np
import pytest

from dtoolkit.core.errors import BadInput, Unavailable
from embeddings.models import Weights
from embeddings.search.asking import Example
from embeddings.search.directions import UNLIKE_SHARE
from embeddings.spaces import SPACES
from gallery.models import Image
from tests.embeddings.search import brute

ALL = tuple(SPACES)


def shown(ranking):
    return [hit.image_id for hit in ranking.hits]


@pytest.mark.parametrize("space", ALL)
def test_the_nearest_of_a_space_come_first_with_their_cosines(library, space):
    example = library.example(space)
    ranking = library.rank(example)
    expected = {
        image.pk: cosine
        for image in Image.objects.all()
        if (cosine := library.cosine(space, image, example.vectors[space])) is not None
    }
    assert set(shown(ranking)) == set(expected)
    parts = [hit.parts[space] for hit in ranking.hits]
    assert parts == sorted(parts, reverse=True)
    for hit in ranking.hits:
        assert hit.parts[space] == pytest.approx(expected[hit.image_id], abs=2e-3)
    assert ranking.plans == {space: "exact"}


def test_of_equals_the_newest_come_first(library):
    ranking = library.rank(library.example("prompt"))
    places = [(-hit.score, -hit.image_id) for hit in ranking.hits]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "weights",
    [
        {"prompt": 1.0, "clip_h": 1.0},
        {"prompt": 1.0, "clip_h": -0.5},
        {"prompt": 0.3, "negative": 0.2, "caption": 0.9, "clip_l": -1, "clip_g": 1, "clip_h": 0.1},
        {"clip_h": -1.0},
    ],
)
@pytest.mark.parametrize("fusion", ["sum", "rank"])
def test_several_spaces_are_weighed(library, weights, fusion):
    example = library.example()
    ranking = library.rank(example, weights=weights, fusion=fusion)
    expected = brute.ranked(library, [example], weights, fusion)
    assert brute.disorder(shown(ranking), expected) < 1e-2
    assert set(shown(ranking)) == set(expected)


def test_more_like_these_and_less_like_those(library):
    likes = [library.example("clip_h", "prompt") for _ in range(3)]
    unlikes = [library.example("clip_h", is_unlike=True) for _ in range(2)]
    weights = {"clip_h": 1.0, "prompt": 0.5}
    ranking = library.rank(*likes, *unlikes, weights=weights)
    expected = brute.ranked(library, [*likes, *unlikes], weights, "sum")
    assert brute.disorder(shown(ranking), expected) < 1e-2
    image = Image.objects.get(pk=ranking.hits[0].image_id)
    mean = np.mean([library.cosine("clip_h", image, each.vectors["clip_h"]) for each in likes])
    assert ranking.hits[0].parts["clip_h"] == pytest.approx(mean, abs=2e-3)
    assert 0 < UNLIKE_SHARE < 1


def test_unlike_alone_gives_what_is_farthest(library):
    unlike = library.example("clip_h", is_unlike=True)
    cosines = [hit.parts["clip_h"] for hit in library.rank(unlike).hits]
    assert cosines == sorted(cosines)


def test_what_is_less_similar_than_asked_or_not_known_to_be_is_left_out(library):
    example = library.example("prompt", "clip_h")
    floors = {"clip_h": 0.1}
    ranking = library.rank(example, floors=floors)
    known = {
        image.pk: library.cosine("clip_h", image, example.vectors["clip_h"])
        for image in Image.objects.all()
    }
    assert set(shown(ranking)) == {pk for pk, cosine in known.items() if cosine and cosine >= 0.1}
    assert 0 < len(ranking.hits) < 110


def test_an_image_without_a_vector_in_one_space_is_found_by_the_others(library):
    without = Image.objects.order_by("-pk")[0]
    example = library.example("prompt", "clip_h")
    (hit,) = [each for each in library.rank(example).hits if each.image_id == without.pk]
    assert set(hit.parts) == {"prompt"}


def test_the_example_itself_is_left_out(library):
    image = Image.objects.order_by("pk")[3]
    example = Example("3", {"clip_h": library.vectors["clip_h"][image.pk]}, image_id=image.pk)
    ranking = library.rank(example)
    assert image.pk not in shown(ranking)
    assert len(ranking.hits) == 109


def test_only_images_of_the_filter_are_found(library):
    example = library.example("prompt", "clip_h")
    ranking = library.rank(example, images=Image.objects.visible().rated(at_least=9))
    ratings = Image.objects.in_bulk(shown(ranking)).values()
    assert {image.rating for image in ratings} == {9, 10}
    assert len(ranking.hits) == 24


def test_grouped_keeps_the_best_image_of_each_prompt(library):
    example = library.example("clip_h")
    every = library.rank(example)
    grouped = library.rank(example, is_grouped=True)
    prompts = dict(Image.objects.values_list("pk", "prompt_id"))
    expected, seen = [], set()
    for image_id in shown(every):
        if prompts[image_id] is None or prompts[image_id] not in seen:
            expected.append(image_id)
        seen.add(prompts[image_id])
    assert shown(grouped) == expected
    for hit in grouped.hits:
        prompt = prompts[hit.image_id]
        same = [pk for pk, each in prompts.items() if each == prompt and prompt is not None]
        assert hit.more == max(len(same) - 1, 0)


def test_no_more_than_the_limit(library):
    example = library.example("clip_h")
    assert shown(library.rank(example, limit=7)) == shown(library.rank(example))[:7]


def test_vectors_of_other_weights_are_no_neighbours(library):
    example = library.example("clip_h")
    best = library.rank(example).hits[0].image_id
    library.store("clip_h", best, example.vectors["clip_h"], model_key="clip-h:0")
    assert best not in shown(library.rank(example))


def test_the_vector_of_a_replaced_file_is_no_neighbour(library):
    example = library.example("clip_h", "prompt")
    best = next(
        hit for hit in library.rank(example).hits if hit.parts.keys() == {"clip_h", "prompt"}
    )
    Image.objects.filter(pk=best.image_id).update(fingerprint="0" * 32)
    (hit,) = [hit for hit in library.rank(example).hits if hit.image_id == best.image_id]
    assert set(hit.parts) == {"prompt"}
    assert best.image_id not in shown(library.rank(library.example("clip_h")))


@pytest.mark.parametrize(
    ("vector", "said"),
    [
        (np.ones(768), "1024 numbers; that of an example has 768"),
        (np.ones((2, 1024)), "has 2x1024"),
        (np.full(1024, np.nan), "NaN or infinity"),
        (np.full(1024, np.inf), "NaN or infinity"),
        (np.zeros(1024), "zero"),
    ],
)
def test_a_vector_that_cannot_be_asked_with_is_refused(library, vector, said):
    with pytest.raises(BadInput, match=said):
        library.rank(Example("an example", {"clip_h": vector}))


@pytest.mark.parametrize(
    ("weights", "floors", "said"),
    [
        ({"looks": 1.0}, {}, "no space looks"),
        ({"clip_h": 2.0}, {}, "from -1 to 1"),
        ({"clip_h": float("nan")}, {}, "from -1 to 1"),
        ({"clip_h": 1.0}, {"prompt": 30.0}, "from -1 to 1"),
        ({"prompt": 1.0}, {}, "None of the examples"),
    ],
)
def test_what_cannot_be_weighed_is_refused(library, weights, floors, said):
    with pytest.raises(BadInput, match=said):
        library.rank(library.example("clip_h"), weights=weights, floors=floors)


def test_missing_weights_are_said(library):
    Weights.objects.filter(network="clip-h").update(problem="truncated")
    with pytest.raises(Unavailable, match="Looks"):
        library.rank(library.example("clip_h"))
    example = library.example("clip_h", "prompt")
    assert set(library.rank(example).plans) == {"prompt"}


def test_an_empty_result_has_no_match(library):
    ranking = library.rank(library.example("clip_h"), images=Image.objects.none())
    assert (ranking.hits, ranking.verdict) == ((), "none")


def test_stored_zeros_are_no_neighbours(library):
    first = Image.objects.order_by("pk")[0]
    library.store("clip_h", first.pk, np.zeros(1024, dtype=np.float32))
    assert first.pk not in shown(library.rank(library.example("clip_h")))
