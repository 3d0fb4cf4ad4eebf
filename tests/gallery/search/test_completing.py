import pytest

from gallery.models import Album, Folder, ImageTag, Resource, Tag, Workflow
from gallery.search import completing, facets
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory, ResourceFactory


@pytest.fixture
def offered(collection):
    def complete(text: str) -> list[str]:
        return [one.label for one in completing.complete(text, collection)]

    return complete


@pytest.fixture
def library(collection):
    folder = FolderFactory(
        root=LibraryRootFactory(collection=collection), path="a/best of", image_count=3
    )
    tag, other = Tag.objects.create(name="blue_eyes"), Tag.objects.create(name="blush")
    images = [
        ImageFactory(folder=folder, sampler=sampler, generator="comfyui")
        for sampler in ("Euler a", "Euler a", "dpmpp_2m")
    ]
    for image in images:
        ImageTag.objects.create(image=image, tag=tag, source="x")
        image.resources.create(resource=ResourceFactory(kind="lora", name="fennec v2"), position=0)
    ImageTag.objects.create(image=images[0], tag=other, source="x")
    Album.objects.create(collection=collection, name="Best")
    Workflow.objects.create(
        fingerprint="00000000-0000-0000-0000-000000000001", node_classes=["KSampler", "VAEDecode"]
    )
    return images


def test_keywords_by_their_beginning_and_by_other_names(offered):
    assert offered("steps:20 ra") == ["rating:"]
    assert offered("mod")[:2] == ["model:", "modified:"]
    assert offered("checkp") == ["model:"]
    assert offered("fave") == ["favourite:"]
    assert offered("fox -lor") == ["lora:"]
    assert offered("(neg") == ["negative:"]
    assert offered("a OR see") == ["seed:"]


def test_several_plain_words_are_offered_as_a_search_by_meaning(offered):
    by_meaning = ["Looks like \u201cred fox\u201d", "Means like \u201cred fox\u201d"]
    assert offered("red  fox ") == by_meaning
    assert offered("red fox, ra") == [
        "rating:", "Looks like \u201cred fox, ra\u201d", "Means like \u201cred fox, ra\u201d",
    ]  # fmt: skip
    for text in ("fox", "fox -red", '"red fox', "red (fox", "red OR fox", "rating:8 red fox"):
        assert not [one for one in offered(text) if "like \u201c" in one]


@pytest.mark.parametrize("text", ["", " ", "fox ", "zzz", "rating:", "fox,", '"ra', "http://ra"])
def test_nothing_where_nothing_fits(offered, text):
    assert [label for label in offered(text) if label != "none"] == []


@pytest.mark.parametrize(
    ("text", "label", "insert", "count"),
    [
        ("sampler:eu", "Euler a", '"Euler a" ', 2),
        ("sampler: eu", "Euler a", '"Euler a" ', 2),
        ("sampler:dpm|eu", "Euler a", '"Euler a" ', 2),
        ('sampler:"euler', "Euler a", '"Euler a" ', 2),
        ("lora:fen", "fennec v2", '"fennec v2" ', 3),
        ("lora:=fen", "fennec v2", '="fennec v2" ', 3),
        ("tag:bl", "blue_eyes", "blue_eyes ", 3),
        ("fox -tag:eye", "blue_eyes", "blue_eyes ", 3),
        ("album:", "Best", "Best ", 0),
        ("folder:be", "a/best of", '"a/best of" ', 3),
        ("node:ks", "KSampler", "KSampler ", 1),
        ("generator:c", "comfyui", "comfyui ", 3),
        ("type:v", "video", "video ", None),
        ("has:lo", "lora", "lora ", None),
        ("nsfw:n", "no", "no ", None),
        ("date: since y", "since yesterday", "since yesterday ", None),
        ("cfg scale:7 sampler:dpm", "dpmpp_2m", "dpmpp_2m ", 1),
    ],
)
def test_values_that_the_library_has(library, collection, text, label, insert, count):
    first = completing.complete(text, collection)[0]
    assert (first.label, first.insert, first.count) == (label, insert, count)


def test_a_completion_says_what_it_replaces(library, collection):
    text = 'fox sampler:"eu'
    first = completing.complete(text, collection)[0]
    assert text[: first.start] + first.insert == 'fox sampler:"Euler a" '


def test_facets_are_counted_and_name_their_term(library, ask, django_assert_max_num_queries):
    Resource.objects.create(kind="lora", name="unused")
    with django_assert_max_num_queries(70):
        found = facets.of(ask())
    assert found.is_exact
    by_name = {
        facet.name: [(value.label, value.term, value.count) for value in facet.values]
        for facet in found.facets
    }
    assert by_name["samplers"] == [
        ("Euler a", 'sampler:"Euler a"', 2),
        ("dpmpp_2m", "sampler:dpmpp_2m", 1),
    ]
    assert by_name["loras"] == [("fennec v2", 'lora:="fennec v2"', 3)]
    assert by_name["tags"][0] == ("blue_eyes", "tag:blue_eyes", 3)
    assert by_name["folders"] == [("best of", 'folder:"a/best of"', 3)]
    assert by_name["months"] == [("January 2026", "date:2026-01", 3)]
    assert by_name["sizes"] == [("1024 \u00d7 1024", "size:1024x1024", 3)]
    assert "models" not in by_name


def test_a_facet_term_finds_as_many_as_it_says(library, ask):
    for query in (ask(), ask("q=sampler:eul*")):
        for facet in facets.of(query).facets:
            for value in facet.values:
                assert query.narrowed(value.term).images().count() == value.count
                rest = query.narrowed(f"-{value.term}").images().count()
                assert rest == query.images().count() - value.count


def test_many_images_are_sampled(library, ask, monkeypatch):
    monkeypatch.setattr(facets, "FEW_IMAGES", 1)
    monkeypatch.setattr(facets, "SAMPLE", 2)
    found = facets.of(ask("sort=name"))
    assert not found.is_exact


def test_a_result_of_nothing_has_no_facets(ask):
    assert facets.of(ask("q=nowhere")).facets == []
    assert Folder.objects.count() == 0
