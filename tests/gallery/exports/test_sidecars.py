from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.exports import infotext, parameters, sidecar_json
from gallery.metadata import (
    GenerationParameters,
    ResourceUse,
    SourceReference,
    TagUse,
    sidecars,
    understand,
)
from gallery.models import ImageMetadata, ImageResource, ImageSource
from gallery.models.metadata import pack_records
from tests.factories import ImageFactory, PromptFactory, ResourceFactory

MADE = GenerationParameters(
    generator="comfyui",
    rule="comfyui",
    generator_version="v1",
    prompt='a "fox",\nrunning 狐',
    negative_prompt="dog",
    seed=2**64 - 1,
    steps=28,
    cfg_scale=5.5,
    sampler="DPM++ 2M",
    scheduler="Karras",
    denoise=0.4,
    clip_skip=2,
    width=832,
    height=1216,
    resources=(
        ResourceUse("checkpoint", "base", hash="0123456789"),
        ResourceUse("lora", "fox_v2", 0.8, 0.6, "1a2b3c4d5e6f"),
        ResourceUse("embedding", "easy", hash="c74b4e810b03"),
        ResourceUse("vae", "kl-f8"),
    ),
    sources=(SourceReference("img2img", "first.png", "fd2a86eb"),),
    facts={"Hires prompt": 'x, y: "z"', "Hires upscale": "1.5"},
    reason="prompt holds a graph.",
)
_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40).map(str.strip)
_NUMBER = st.floats(0, 1000).map(lambda value: round(value, 3))


def read(text, name="a.json"):
    return understand([sidecars.record(name, text.encode())])


def alike(made):
    """Without how it was read, and without what both exports may leave out."""
    return replace(made, rule="", reason="", facts=dict(made.facts))


def test_all_that_is_known_reads_back_from_json():
    tags = (TagUse("fox", "species"), TagUse("1girl", "general", 0.98))
    found = read(sidecar_json.write(MADE, tags, "A fox\nruns."))
    assert alike(found.parameters) == alike(MADE)
    assert found.tags == tags
    assert found.caption == "A fox\nruns."
    assert found.problems == ()


@given(
    st.builds(
        GenerationParameters,
        generator=_TEXT,
        rule=st.just(""),
        prompt=_TEXT,
        negative_prompt=_TEXT,
        seed=st.none() | st.integers(0, 2**64 - 1),
        steps=st.none() | st.integers(0, 10_000),
        cfg_scale=st.none() | _NUMBER,
        sampler=_TEXT,
        width=st.none() | st.integers(1, 2**31 - 1),
        resources=st.lists(
            st.builds(
                ResourceUse,
                st.sampled_from(["checkpoint", "lora", "vae"]),
                _TEXT.filter(bool),
                st.none() | _NUMBER,
            ),
            max_size=3,
        ).map(tuple),
        facts=st.dictionaries(_TEXT.filter(bool), _TEXT.filter(bool), max_size=3),
    ).filter(lambda made: made != GenerationParameters("", ""))
)
def test_anything_reads_back_from_json(made):
    assert alike(read(sidecar_json.write(made)).parameters) == alike(made)


def test_nothing_known_reads_back_as_nothing():
    found = read(sidecar_json.write(None))
    assert (found.parameters, found.tags, found.caption, found.problems) == (None, (), "", ())


def test_infotext_reads_back_from_a_text_file():
    found = read(infotext.write(MADE), "a.txt").parameters
    assert found.prompt == f"{MADE.prompt} <lora:fox_v2:0.6:0.8>"
    same = ("negative_prompt", "seed", "steps", "cfg_scale", "sampler", "scheduler", "denoise")
    for name in (*same, "clip_skip", "width", "height", "generator_version"):
        assert getattr(found, name) == getattr(MADE, name), name
    assert set(found.resources) == set(MADE.resources)
    assert MADE.facts.items() <= found.facts.items()


@given(st.lists(_TEXT, min_size=1, max_size=4))
def test_values_of_any_kind_read_back_from_infotext(values):
    facts = {f"Key {place}": value for place, value in enumerate(values) if value}
    made = replace(MADE, facts=facts)
    found = read(infotext.write(made), "a.txt").parameters
    assert facts.items() <= found.facts.items()


@pytest.mark.django_db
def test_rows_become_the_parameters_that_their_file_was_read_into():
    image = ImageFactory(
        prompt=PromptFactory(text=MADE.prompt),
        negative_prompt=PromptFactory(text="dog"),
        generator="comfyui",
        seed=2**64 - 1,
        steps=28,
        cfg_scale=5.5,
        sampler="DPM++ 2M",
        scheduler="Karras",
        denoise=0.4,
        clip_skip=2,
        width=832,
        height=1216,
    )
    for position, use in enumerate(MADE.resources):
        ImageResource.objects.create(
            image=image,
            resource=ResourceFactory(kind=use.kind, name=use.name),
            position=position,
            weight=use.weight,
            clip_weight=use.clip_weight,
            recorded_hash=use.hash,
        )
    ImageSource.objects.create(
        image=image, kind="img2img", name="first.png", recorded_hash="fd2a86eb"
    )
    ImageMetadata.objects.create(
        image=image,
        packed_records=pack_records([]),
        facts=[list(pair) for pair in MADE.facts.items()],
        rule="comfyui",
        generator_version="v1",
    )
    uses = list(image.resources.select_related("resource"))
    made = parameters.of(image, uses, list(image.sources.all()))
    assert alike(made) == alike(MADE)
