import pytest

from gallery.exports import infotext
from gallery.metadata import GenerationParameters, ResourceUse
from gallery.models import ImageMetadata, ImageResource
from gallery.models.metadata import pack_records
from tests.factories import ImageFactory, PromptFactory, ResourceFactory

pytestmark = pytest.mark.django_db


def text_of(image) -> str:
    return infotext.of(image, list(image.resources.select_related("resource")))


def test_all_parameters_in_the_order_other_tools_write_them():
    image = ImageFactory(
        prompt=PromptFactory(text="a bottle\nwith a galaxy"),
        negative_prompt=PromptFactory(text="watermark"),
        steps=28,
        sampler="DPM++ 2M",
        scheduler="Karras",
        cfg_scale=5.5,
        seed=18446744073709551615,
        checkpoint=ResourceFactory(name="illustrious_v1"),
        denoise=0.4,
        clip_skip=2,
    )
    assert text_of(image) == (
        "a bottle\nwith a galaxy\n"
        "Negative prompt: watermark\n"
        "Steps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 5.5, "
        "Seed: 18446744073709551615, Size: 1024x1024, Model: illustrious_v1, "
        "Denoising strength: 0.4, Clip skip: 2"
    )


def test_values_that_would_break_the_line_are_quoted():
    image = ImageFactory(sampler='a, b: "c"\nd')
    assert 'Sampler: "a, b: \\"c\\"\\nd", Size' in text_of(image)


def test_loras_of_a_graph_become_tags_and_those_in_the_prompt_are_not_doubled():
    image = ImageFactory(prompt=PromptFactory(text="fennec <lora:luna_v3:0.8>"))
    for position, name in enumerate(("luna_v3", "detail")):
        lora = ResourceFactory(kind="lora", name=name)
        ImageResource.objects.create(image=image, resource=lora, position=position, weight=0.5)
    assert text_of(image).startswith("fennec <lora:luna_v3:0.8> <lora:detail:0.5>\n")


def test_facts_beyond_the_columns_and_the_version_end_the_line():
    image = ImageFactory()
    ImageMetadata.objects.create(
        image=image,
        packed_records=pack_records([]),
        facts=[["Hires upscale", "2"]],
        generator_version="v1.10.1",
    )
    assert text_of(image).endswith("Hires upscale: 2, Version: v1.10.1")


def test_nothing_known_is_nothing_said():
    assert text_of(ImageFactory(prompt=None, width=None, height=None)) == ""


def test_a_checkpoint_of_which_only_the_hash_is_known_has_no_other_name():
    known = GenerationParameters(
        generator="",
        rule="",
        steps=5,
        resources=(ResourceUse("checkpoint", "64e73fcb", hash="64e73fcb"),),
    )
    assert infotext.write(known) == "Steps: 5, Model hash: 64e73fcb"
