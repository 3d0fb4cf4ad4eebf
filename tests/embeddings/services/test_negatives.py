"""Negatives that worked: what well-rated similar images used, and how that is known."""

import numpy as np
import pytest

from embeddings.models import PromptVector, Weights
from embeddings.services import negatives
from gallery.models import Image, Prompt
from tests.embeddings.looks import KEY, add_vectors, groups_of_vectors
from tests.factories import FolderFactory, ImageFactory, PromptFactory

pytestmark = pytest.mark.django_db

BGE = "bge-large:test"


@pytest.fixture
def networks():
    for network, key in (("clip-h", KEY), ("bge-large", BGE)):
        Weights.objects.create(network=network, path="/x", source="person", model_key=key)


@pytest.fixture
def foxes(networks):
    """40 images of foxes and 40 of cities, by prompt and by looks; of the foxes 10 with a negative
    that worked, 10 with one that did not, 2 lucky ones, the others not rated."""
    folder = FolderFactory()
    looks = groups_of_vectors(80, 2)
    meant = groups_of_vectors(80, 2, seed=7)
    good, bad, lucky, other = (PromptFactory(text=f"negative {n}") for n in range(4))
    images = []
    for number in range(80):
        is_fox, turn = number % 2 == 0, number // 2
        negative, rating = other, None
        if is_fox and turn < 10:
            negative, rating = good, 8 + turn % 2
        elif is_fox and turn < 20:
            negative, rating = bad, 3
        elif is_fox and turn < 22:
            negative, rating = lucky, 10
        elif not is_fox and turn < 20:
            negative, rating = bad, 10
        images.append(ImageFactory(folder=folder, negative_prompt=negative, rating=rating))
    add_vectors(images, looks)
    PromptVector.objects.bulk_create(
        PromptVector(prompt=image.prompt, model_key=BGE, vector=vector.tolist())
        for image, vector in zip(images, meant, strict=True)
    )
    add_strangers(folder)
    return images


def add_strangers(folder, count=150):
    """Of nothing in particular and without a negative: what similar is measured against."""
    prompts = Prompt.objects.bulk_create(PromptFactory.build_batch(count))
    made = ImageFactory.build_batch(
        count, folder=folder, collection=folder.root.collection, prompt=None
    )
    for image, prompt in zip(made, prompts, strict=True):
        image.prompt = prompt
    images = Image.objects.bulk_create(made)
    add_vectors(images, groups_of_vectors(count, count, seed=3))
    vectors = groups_of_vectors(count, count, seed=4)
    PromptVector.objects.bulk_create(
        PromptVector(prompt=prompt, model_key=BGE, vector=vector.tolist())
        for prompt, vector in zip(prompts, vectors, strict=True)
    )


def test_of_an_image_those_of_well_rated_similar_images(foxes):
    advice = negatives.for_image(foxes[78])
    assert [each.negative.text for each in advice.suggestions] == ["negative 0"]
    best = advice.suggestions[0]
    assert set(best.image_ids) == {foxes[number].pk for number in range(0, 20, 2)}
    assert (best.count, best.rated, best.mean, best.is_own) == (10, 10, 8.5, False)
    assert (advice.looked_at, advice.rated) == (39, 22), "foxes but itself; no city"
    assert advice.mean == pytest.approx((85 + 30 + 20) / 22)


def test_of_a_prompt_by_what_it_means(foxes):
    advice = negatives.for_prompt(foxes[0].prompt, foxes[0].collection)
    assert [each.negative.text for each in advice.suggestions] == ["negative 0"]
    assert advice.looked_at == 40
    cities = negatives.for_prompt(foxes[1].prompt, foxes[0].collection)
    assert [each.negative.text for each in cities.suggestions] == ["negative 1"], (
        "what did not work for foxes may work for cities"
    )


def test_its_own_negative_is_said_to_be_its_own(foxes):
    assert negatives.for_image(foxes[0]).suggestions[0].is_own


def test_nothing_is_said_of_few_ratings(foxes):
    Image.objects.filter(pk__in=[foxes[number].pk for number in range(4, 20, 2)]).update(
        rating=None
    )
    advice = negatives.for_image(foxes[78])
    assert advice.suggestions == (), "two good ones and two lucky ones are too few"
    assert advice.rated == 14


def test_what_is_marked_for_deletion_is_no_advice(foxes):
    Image.objects.filter(negative_prompt=foxes[0].negative_prompt).update(is_for_deletion=True)
    assert negatives.for_image(foxes[78]).suggestions == ()


def test_many_good_ratings_stand_above_three_lucky_ones(foxes):
    lucky = foxes[40].negative_prompt
    Image.objects.filter(pk=foxes[44].pk).update(rating=10, negative_prompt=lucky)
    Image.objects.filter(pk__in=[foxes[number].pk for number in range(20)]).update(rating=9)
    found = negatives.for_image(foxes[78]).suggestions
    assert [(each.negative.text, each.rated) for each in found] == [
        ("negative 0", 10),
        ("negative 2", 3),
    ]


def test_without_vectors_it_says_so(foxes):
    stranger = ImageFactory(folder=foxes[0].folder)
    assert not negatives.for_image(stranger).has_vectors
    assert not negatives.for_prompt(stranger.prompt, stranger.collection).has_vectors


def test_vectors_of_other_weights_do_not_count(foxes):
    Weights.objects.update(model_key="newer")
    assert not negatives.for_image(foxes[0]).has_vectors


def test_looks_alone_do(foxes):
    image = ImageFactory(folder=foxes[0].folder, prompt=None)
    add_vectors([image], groups_of_vectors(1, 2) * np.float32(2))
    assert [each.negative.text for each in negatives.for_image(image).suggestions] == ["negative 0"]
