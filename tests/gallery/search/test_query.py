import uuid

import pytest
from django.http import QueryDict

from dtoolkit.core.errors import BadInput, NotFound
from gallery.models import Image, Workflow
from gallery.search import results
from gallery.search.query import ResultQuery
from tests.factories import CollectionFactory, FolderFactory, ImageFactory, LibraryRootFactory

EVERYTHING = (
    "q=red+fox&sort=random&seed=9&folder=3&rating=7&favourite=1&nsfw=hide&view=trash&unavailable=1"
    "&workflow=5"
)


def names(query) -> list[str]:
    return [image.name for image in results.page(query).images]


def test_every_parameter_comes_back_as_it_came(ask):
    assert ask(EVERYTHING).querystring() == f"?{EVERYTHING}"


@pytest.mark.parametrize(
    "params", ["", "q=&sort=&rating=", "sort=-created", "seed=4", "favourite=0", "utm=1&page=9"]
)
def test_defaults_and_unknown_parameters_leave_no_trace(ask, params):
    assert ask(params).to_params() == {}
    assert ask(params).querystring() == "?"


def test_a_changed_query_forgets_its_place_in_the_list(ask, tied_library):
    at = results.cursor_of(ask("sort=name"), tied_library[5])
    query = ask(f"sort=name&at={at}")
    assert query.to_params() == {"sort": "name", "at": at}
    assert query.querystring(rating=5) == "?sort=name&rating=5"
    assert query.querystring(sort="-created", at="") == "?"


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ("sort=beauty", "created, modified, first_seen, name, size, rating, viewed, random"),
        ("sort=--name", "Sort by one of"),
        ("rating=0", "rating must be a whole number from 1 to 10."),
        ("rating=11", "1 to 10"),
        ("rating=%D9%A3", "1 to 10"),
        ("rating=best", "1 to 10"),
        ("folder=-1", "folder must be a whole number"),
        ("folder=9223372036854775808", "folder must be a whole number"),
        ("folder=99999999999999999999999999", "folder must be a whole number"),
        ("favourite=yes", "favourite must be 1 or left out."),
        ("nsfw=show", "nsfw must be hide or only, or left out."),
        ("view=all", "view must be trash or recent, or left out."),
        ("sort=random&seed=1.5", "seed must be a whole number"),
        ("at=nonsense", "names a place in the list that cannot be read"),
    ],
)
def test_a_bad_value_is_refused_with_what_was_expected(ask, params, said):
    with pytest.raises(BadInput, match=said):
        ask(params)


def test_a_folder_of_another_collection_is_not_found(ask):
    other = FolderFactory(root=LibraryRootFactory(collection=CollectionFactory(slug="other")))
    for folder in (other.pk, other.pk + 1000):
        with pytest.raises(NotFound, match="no longer in this collection"):
            results.page(ask(f"folder={folder}"))


def test_images_of_another_collection_do_not_show(ask):
    root = LibraryRootFactory(collection=CollectionFactory(slug="other"))
    ImageFactory(folder=FolderFactory(root=root))
    assert names(ask()) == []


def test_a_folder_shows_its_whole_subtree_and_no_sibling_with_a_like_name(collection, ask):
    root = LibraryRootFactory(collection=collection)
    elsewhere = LibraryRootFactory(collection=collection)
    for path in (
        "a",
        "a/b",
        "a/b/c",
        "ab",
        "a b",
        "A",
        "a_b",
        "x%",
        "x%/y",
        "xy/y",
        "x\\",
        "x\\/z",
    ):
        ImageFactory(folder=FolderFactory(root=root, path=path), name=path)
    ImageFactory(folder=FolderFactory(root=elsewhere, path="a/b"), name="elsewhere")
    top = FolderFactory(root=root, path="")
    by_path = {folder.path: folder.pk for folder in root.folders.all()}
    for path, expected in {
        "a": ["a", "a/b", "a/b/c"],
        "a_b": ["a_b"],
        "x%": ["x%", "x%/y"],
        "x\\": ["x\\", "x\\/z"],
    }.items():
        assert names(ask(f"sort=name&folder={by_path[path]}")) == expected
    assert len(names(ask(f"folder={top.pk}"))) == 12


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ("", ["best", "loved", "naked", "plain"]),
        ("rating=7", ["best"]),
        ("rating=none", ["loved", "naked", "plain"]),
        ("favourite=1", ["loved"]),
        ("nsfw=hide", ["best", "loved", "plain"]),
        ("nsfw=only", ["naked"]),
        ("view=trash", ["trashed"]),
        ("unavailable=1", ["best", "gone", "loved", "naked", "plain"]),
        ("view=trash&unavailable=1", ["gone trash", "trashed"]),
    ],
)
def test_filters(collection, ask, params, expected):
    folder = FolderFactory(root=LibraryRootFactory(collection=collection))
    for name, fields in {
        "plain": {},
        "best": {"rating": 8},
        "loved": {"is_favourite": True},
        "naked": {"is_nsfw": True},
        "trashed": {"is_for_deletion": True},
        "gone": {"is_available": False},
        "gone trash": {"is_available": False, "is_for_deletion": True},
    }.items():
        ImageFactory(folder=folder, name=name, **fields)
    assert names(ask(f"sort=name&{params}")) == expected


def test_images_that_a_stage_still_has_to_see(collection):
    done, stale, new = (ImageFactory(thumbnail_version=v) for v in (2, 1, None))
    ImageFactory(thumbnail_version=None, read_version=None)
    ImageFactory(thumbnail_version=None, is_available=False)
    missing = Image.objects.missing_stage("thumbnail_version", version=2)
    assert set(missing) == {stale, new} and done not in missing


def test_a_query_of_hostile_text_is_kept_but_made_harmless(collection):
    params = QueryDict(mutable=True)
    params["q"] = "fox\0 \ud800 “den” " + "x" * 20_000
    query = ResultQuery.from_params(params, collection)
    assert query.q.startswith('fox  ? "den" x') and len(query.q) == 10_000


def test_a_workflow_narrows_to_the_images_of_its_shape(ask):
    folder = FolderFactory()
    shape = Workflow.objects.create(fingerprint=uuid.uuid4(), node_classes=["KSampler"])
    ImageFactory(folder=folder, name="shaped", workflow=shape)
    ImageFactory(folder=folder, name="other")
    query = ask(f"workflow={shape.pk}")
    assert names(query) == ["shaped"]
    assert query.is_few
    assert names(ask(f"workflow={shape.pk + 1}")) == []
    with pytest.raises(BadInput):
        ask("workflow=x")
