"""Who was made from whom, and what belongs together, as a look finds it."""

from datetime import timedelta

import pytest

from gallery.families import batches, stacking, staging
from gallery.models import ImageSource, Kin, Stacked
from tests.factories import PromptFactory
from tests.gallery.kinship import HASH, START, idea_of, kin, look, stack_of

pytestmark = pytest.mark.django_db


def test_a_larger_one_of_the_same_recipe_and_seed_is_enlarged_from_the_smaller(make):
    small = make(seed=7, phash=HASH)
    large = make(seed=7, phash=HASH ^ 0b111_0000_0111, width=1024, height=1536)
    largest = make(seed=7, phash=HASH ^ 0b111_0000_0111, width=2048, height=3072)
    look(small)
    assert kin() == {
        (large.pk, small.pk, "upscaled", "recipe"),
        (largest.pk, large.pk, "upscaled", "recipe"),
    }
    assert stack_of(small) == {small.pk, large.pk, largest.pk}


def test_the_same_seed_in_another_shape_or_another_picture_is_none(make):
    image = make(seed=7, phash=HASH)
    make(seed=7, phash=~HASH, width=1024, height=1536)
    make(seed=7, phash=None, width=768, height=512)
    make(seed=7, phash=HASH, prompt=None, width=64, height=64, created_at=START)
    look(image)
    assert not Kin.objects.filter(evidence="recipe").exists()


def test_without_hashes_a_larger_one_of_one_recipe_is_believed(make):
    small, large = (make(seed=7, phash=None, width=512 * n, height=768 * n) for n in (1, 2))
    make(seed=7, phash=None)  # of the same size nobody knows
    look(small)
    assert (large.pk, small.pk, "upscaled", "recipe") in kin()


def test_what_was_saved_as_jpeg_comes_from_the_png_whatever_the_order(make):
    jpeg = make(seed=7, phash=HASH, format="jpeg", width=256, height=384)
    png = make(seed=7, phash=HASH)
    webp = make(seed=None, prompt=None, phash=HASH ^ 1, format="webp")
    look(png)
    assert kin() == {
        (jpeg.pk, png.pk, "reduced", "recipe"),
        (webp.pk, png.pk, "converted", "pixels"),
    }


def test_a_recorded_source_is_found_by_its_name_and_the_picture_tells_whether_it_is_a_version(make):
    source = make(name="00012.png", phash=HASH)
    near = make(phash=HASH ^ 0b1111_1111)
    other = make()
    guided = make()
    for image, kind in ((near, "img2img"), (other, "img2img"), (guided, "controlnet")):
        ImageSource.objects.create(image=image, kind=kind, name="in\\00012.png [output]")
    look(source)
    assert kin() == {
        (near.pk, source.pk, "img2img", "recorded"),
        (other.pk, source.pk, "img2img", "recorded"),
        (guided.pk, source.pk, "controlnet", "recorded"),
    }
    assert stack_of(source) == {source.pk, near.pk}


def test_of_many_of_one_name_the_one_in_the_same_folder_counts_else_the_most_alike(make):
    from tests.factories import FolderFactory

    make(name="00012.png", folder=FolderFactory())
    alike = make(name="00012.png", folder=FolderFactory(), phash=HASH)
    image = make(phash=HASH ^ 1)
    ImageSource.objects.create(image=image, kind="upscale", name="00012.png")
    look(image)
    assert (image.pk, alike.pk, "upscaled", "recorded") in kin()
    beside = make(name="00012.png")
    look(image)
    assert (image.pk, beside.pk, "upscaled", "recorded") in kin()


def test_near_pictures_of_other_seeds_are_versions_only_where_hardly_a_bit_differs(make):
    image = make(seed=1, phash=HASH)
    again = make(seed=2, phash=HASH ^ 0b11, width=1024, height=1536)
    make(seed=3, phash=HASH ^ 0b11111 << 20)
    look(image)
    assert kin() == {(again.pk, image.pk, "upscaled", "pixels")}


def test_a_chain_of_likeness_is_cut(make):
    images = [make(seed=None, prompt=None, phash=HASH ^ ((1 << 6 * n) - 1)) for n in range(6)]
    look(images[0])
    assert stack_of(images[0]) == {image.pk for image in images[:3]}


def test_an_idea_is_one_prompt_and_model_in_one_go_with_all_versions(make):
    first, second = make(), make()
    later = make(created_at=START + timedelta(days=9))
    smaller = make(prompt=None, seed=None, phash=second.phash, width=256, height=384)
    make(prompt=PromptFactory(text="another"))
    look(first)
    assert idea_of(first) == {first.pk, second.pk, smaller.pk}
    assert idea_of(later) == {later.pk}


def test_only_what_changed_is_looked_at_and_ends_as_a_look_at_all_would(make):
    small = make(seed=7, phash=HASH)
    rest = [make() for _ in range(8)]
    assert look(small) == 9
    assert look(small) == 0
    large = make(seed=7, phash=HASH ^ 1, width=1024, height=1536)
    webp = make(seed=None, prompt=None, phash=rest[0].phash ^ 1, format="webp")
    assert look(small) == 2
    assert (large.pk, small.pk, "upscaled", "recipe") in kin()
    assert (webp.pk, rest[0].pk, "converted", "pixels") in kin()
    before = kin(), sorted(Stacked.objects.values_list("pk", "version", "idea"))
    look(small, is_whole=True)
    assert before == (kin(), sorted(Stacked.objects.values_list("pk", "version", "idea")))


def test_who_is_no_longer_like_that_leaves_the_stack(make):
    small = make(seed=7, phash=HASH)
    large = make(seed=7, phash=HASH, width=1024, height=1536)
    rest = [make() for _ in range(8)]
    look(small)
    large.seed, large.phash, large.prompt = 8, ~HASH, None
    large.save()
    look(small)
    assert not Kin.objects.exists() and stack_of(small) == {small.pk}
    assert idea_of(small) == {small.pk, *(image.pk for image in rest)}


def test_a_source_that_comes_later_is_found(make):
    image = make(phash=HASH)
    [make() for _ in range(8)]
    ImageSource.objects.create(image=image, kind="img2img", name="clipspace/late.png [input]")
    look(image)
    assert not kin()
    late = make(name="late.png", phash=HASH ^ 1, seed=5)
    look(image)
    assert kin() == {(image.pk, late.pk, "img2img", "recorded")}


def test_a_copy_is_of_the_first_file_and_nobody_comes_from_it(make):
    small = make(seed=7, phash=HASH)
    copy = make(seed=7, phash=HASH, fingerprint=small.fingerprint, name="copy.png")
    large = make(seed=7, phash=HASH, width=1024, height=1536)
    look(small)
    assert kin() == {
        (copy.pk, small.pk, "copy", "content"),
        (large.pk, small.pk, "upscaled", "recipe"),
    }


def test_a_look_that_is_killed_leaves_what_was_there_and_the_next_one_goes_on(make, monkeypatch):
    small = make(seed=7, phash=HASH)
    look(small)
    large = make(seed=7, phash=HASH, width=1024, height=1536)

    class Killed(Exception):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    places = [(staging, "store"), (batches, "find"), (staging, "see"), (stacking, "restack_all")]
    for module, name in places:
        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(module, name, kill)
            look(small, is_whole=True)
        assert not Kin.objects.exists() and stack_of(small) == {small.pk}
    look(small)
    assert stack_of(small) == {small.pk, large.pk}
