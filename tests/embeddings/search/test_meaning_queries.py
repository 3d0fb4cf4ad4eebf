"""`similar:`, `looks:` and `like:` as queries of the library."""

import io
import uuid

import numpy as np
import pytest
from django.http import QueryDict
from pgvector import HalfVector

from dtoolkit.core.errors import BadInput
from dtoolkit.inference.errors import RuntimeMissing
from embeddings import ranker
from embeddings.models import CaptionVector, ClipHVector, Probe, Weights
from embeddings.services import encoding, probes
from embeddings.spaces import SPACES
from gallery.models import Image
from gallery.search import results
from gallery.search.query import BadQuery, ResultQuery
from gallery.search.rankings import Unrankable
from tests.pictures import paint

EVERYTHING = "&ungrouped=1&nearest=1"


@pytest.fixture(autouse=True)
def forgetful():
    ranker.kept.clear()


@pytest.fixture
def ask(library):
    def parse(params: str) -> ResultQuery:
        return ResultQuery.from_params(QueryDict(params), library.collection)

    return parse


@pytest.fixture
def encoded(library, monkeypatch):
    """Texts are encoded as vectors of the library's kind; `calls` are those that were."""
    calls: list[tuple[str, str]] = []

    def encode(network: str, text: str) -> np.ndarray:
        calls.append((network, text))
        space = "clip_h" if network == "clip-h" else "prompt"
        return library.centres[space][len(text) % 6].astype(np.float32)

    monkeypatch.setattr(encoding, "query_text", encode)
    return calls


def ids(query: ResultQuery) -> list[int]:
    return [image.pk for image in results.page(query, size=200).images]


def nearest_to(library, image: Image, space: str = "clip_h") -> list[int]:
    vector = library.vectors[space][library.subject(space, image)]
    others = [one for one in Image.objects.order_by("-pk") if one.pk != image.pk]
    near = {one.pk: library.cosine(space, one, vector) for one in others}
    found = [pk for pk, similarity in near.items() if similarity is not None]
    return sorted(found, key=lambda pk: -near[pk])


def test_similar_images_come_nearest_first_without_the_image_itself(library, ask):
    image = Image.objects.first()
    query = ask(f"q=similar:{image.pk}{EVERYTHING}")
    expected = nearest_to(library, image)
    assert ids(query)[:10] == expected[:10]
    assert query.order.title == "Best match"
    note = query.ranked.notes[expected[0]]
    assert [part.title for part in note.parts] == ["Looks"]
    nearest, vector = Image.objects.get(pk=expected[0]), library.vectors["clip_h"][image.pk]
    similarity = library.cosine("clip_h", nearest, vector)
    assert note.parts[0].value == pytest.approx(similarity, abs=2e-3)


def test_other_conditions_are_the_filter(library, ask):
    image = Image.objects.first()
    query = ask(f"q=similar:{image.pk} rating:>=8{EVERYTHING}")
    rated = set(Image.objects.filter(rating__gte=8).values_list("pk", flat=True))
    expected = [pk for pk in nearest_to(library, image) if pk in rated]
    assert ids(query)[:5] == expected[:5]
    assert set(ids(query)) <= rated


def test_named_spaces_are_compared_and_the_rest_is_not(library, ask):
    image = Image.objects.exclude(prompt=None).first()
    query = ask(f"q=similar:{image.pk}&spaces=prompt:1{EVERYTHING}")
    part = next(iter(query.ranked.notes.values())).parts
    assert [one.title for one in part] == ["Prompt"]
    alias = ask(f"q=similar:{image.pk}&spaces=semantic:1{EVERYTHING}")
    assert ids(alias) == ids(query)


def test_close_here_but_far_there(library, ask):
    image = Image.objects.exclude(prompt=None).first()
    query = ask(f"q=similar:{image.pk}&spaces=clip_h:1,prompt:-0.5{EVERYTHING}")
    note = query.ranked.notes[ids(query)[0]]
    assert [(part.title, part.is_opposed) for part in note.parts] == [
        ("Looks", False),
        ("Prompt", True),
    ]


def test_one_image_of_each_prompt_says_how_many_are_behind_it(library, ask):
    image = Image.objects.first()
    grouped = ask(f"q=similar:{image.pk}&nearest=1")
    shown = Image.objects.in_bulk(ids(grouped))
    prompts = [one.prompt_id for one in shown.values() if one.prompt_id]
    assert len(prompts) == len(set(prompts))
    assert sum(note.more for note in grouped.ranked.notes.values()) > 0
    assert len(ids(ask(f"q=similar:{image.pk}{EVERYTHING}"))) > len(shown)


def test_more_like_some_and_less_like_others(library, ask):
    first, second, third = Image.objects.order_by("pk")[:3]
    several = ask(f"q=similar:{first.pk}|{second.pk} -similar:{third.pk}{EVERYTHING}")
    shown = ids(several)
    assert shown and not {first.pk, second.pk, third.pk} & set(shown)
    assert shown != ids(ask(f"q=similar:{first.pk}|{second.pk}{EVERYTHING}"))
    assert ids(ask(f"q=-similar:{third.pk}{EVERYTHING}"))


def test_texts_are_encoded_once_and_a_page_further_not_at_all(library, ask, encoded):
    for params in ("q=looks:fox", "q=looks:fox&sort=name"):
        query = ask(f"{params}{EVERYTHING}")
        assert ids(query)
    assert encoded == [("clip-h", "fox")]
    assert query.ranked.timings == {"encode": 0.0, "search": 0.0}


def test_what_it_means_is_compared_with_prompts_and_with_descriptions_where_there_are(
    library, ask, encoded
):
    query = ask(f'q=like:"an animal"{EVERYTHING}')
    assert {part.title for note in query.ranked.notes.values() for part in note.parts} == {
        "Prompt",
        "Captions and tags",
    }
    CaptionVector.objects.all().delete()
    ranker.kept.clear()
    query = ask(f'q=like:"an animal"{EVERYTHING}')
    assert {part.title for note in query.ranked.notes.values() for part in note.parts} == {"Prompt"}
    assert query.ranked.panel.question.left_out == ()


def test_new_weights_are_asked_at_once(library, ask, encoded):
    assert ids(ask(f"q=looks:fox{EVERYTHING}"))
    Weights.objects.filter(network="clip-h").update(model_key="clip-h:2")
    with pytest.raises(Unrankable, match="Nothing is embedded in Looks yet"):
        ids(ask(f"q=looks:fox{EVERYTHING}"))


def test_without_weights_it_says_so_and_where_to_go(library, ask):
    Weights.objects.filter(network="clip-h").delete()
    with pytest.raises(Unrankable, match="is not installed") as told:
        ids(ask("q=looks:fox"))
    assert told.value.url.endswith("/networks/") and told.value.verb


def test_a_space_that_cannot_be_asked_is_left_out_and_said(library, ask):
    image = Image.objects.exclude(prompt=None).first()
    Weights.objects.filter(network="clip-g").delete()
    query = ask(f"q=similar:{image.pk}&spaces=clip_h:1,clip_g:0.5{EVERYTHING}")
    assert ids(query)
    (said,) = query.ranked.panel.question.left_out
    assert "CLIP-G" in said and "not installed" in said


def test_what_a_loader_says_is_said(library, ask, monkeypatch):
    def broken(network: str, text: str) -> None:
        raise RuntimeMissing("Install requirements-models.txt.")

    monkeypatch.setattr(encoding, "query_text", broken)
    with pytest.raises(Unrankable, match=r"Install requirements-models\.txt"):
        ids(ask("q=looks:fox"))


@pytest.mark.parametrize("how", ["without", "replaced"])
def test_an_image_that_was_not_looked_at_says_so(library, ask, how):
    image = Image.objects.first()
    if how == "without":
        ClipHVector.objects.filter(pk=image.pk).delete()
    else:
        Image.objects.filter(pk=image.pk).update(fingerprint=uuid.uuid4())
    with pytest.raises(Unrankable, match="This image has no vector in Looks yet"):
        ids(ask(f"q=similar:{image.pk}"))


@pytest.mark.parametrize(
    ("q", "said"),
    [
        ("similar:999999999", "no image here has the number 999999999"),
        (f"similar:{uuid.UUID(int=5)}", "This picture is gone"),
        ("similar:fox", "an image's number, or a picture that you gave was expected"),
        ('looks:"', "a description in quotes"),
        (f'looks:"{"a" * 2001}"', "at most 2,000 characters"),
    ],
)
def test_a_term_that_names_nothing_is_pointed_at(library, ask, q, said):
    with pytest.raises(BadQuery, match=said):
        ask(f"q={q}").images()


@pytest.mark.parametrize("params", ["spaces=style2:1", "floors=depth:0.5", "spaces=clip_h:0"])
def test_spaces_that_do_not_exist_are_refused(library, ask, params):
    with pytest.raises(BadInput):
        _ = ask(f"q=similar:{Image.objects.first().pk}&{params}").ranked


def test_a_given_picture_is_compared_by_its_looks_alone(library, ask):
    image = Image.objects.first()
    vector = library.vectors["clip_h"][image.pk]
    probe = Probe.objects.create(preview=b"", model_key="clip-h:1", vector=HalfVector(vector))
    query = ask(f"q=similar:{probe.token}{EVERYTHING}")
    assert ids(query)[0] == image.pk
    with pytest.raises(Unrankable, match="A picture has no prompt to compare"):
        ids(ask(f"q=similar:{probe.token}&spaces=prompt:1"))


def test_a_given_picture_is_looked_at_again_with_other_weights(library, ask, monkeypatch):
    seen = []

    def look(network: str, picture) -> np.ndarray:
        seen.append((network, picture.size, picture.mode))
        return library.centres["clip_h"][0].astype(np.float32)

    monkeypatch.setattr(encoding, "query_picture", look)
    data = io.BytesIO()
    paint((300, 200)).save(data, "PNG")
    data.seek(0)
    probe = probes.of_upload(data, 1000)
    Weights.objects.filter(network="clip-h").update(model_key="clip-h:2")
    ClipHVector.objects.update(model_key="clip-h:2")
    assert ids(ask(f"q=similar:{probe.token}{EVERYTHING}"))
    assert seen == [("clip-h", (300, 200), "RGB")] * 2
    assert Probe.objects.get().model_key == "clip-h:2"


def test_every_space_has_its_slider(library, ask):
    query = ask(
        f"q=similar:{Image.objects.first().pk}&spaces=clip_h:0.5,clip_l:-1&floors=clip_h:0.2"
    )
    sliders = {one.name: one for one in query.ranked.panel.sliders}
    assert set(sliders) == set(SPACES)
    assert (sliders["clip_h"].weight, sliders["clip_h"].floor) == (0.5, 0.2)
    assert sliders["clip_l"].weight == -1 and sliders["prompt"].weight == 0


def test_examples_are_taken_out_and_turned_round_by_their_chips(library, ask):
    first, second = Image.objects.order_by("pk")[:2]
    query = ask(f"q=similar:{first.pk}|{second.pk} rating:>=2")
    chips = query.ranked.panel.chips
    assert [chip.label for chip in chips] == [first.name, second.name]
    without = QueryDict(chips[0].without.removeprefix("?"))["q"]
    assert without == f"rating:>=2 similar:{second.pk}"
    turned = QueryDict(chips[1].turned.removeprefix("?"))["q"]
    assert turned == f"rating:>=2 similar:{first.pk} -similar:{second.pk}"
