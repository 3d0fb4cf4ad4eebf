"""The language of names: what it holds, what is wrong in it, and hostile values made harmless."""

from datetime import UTC, datetime
from types import SimpleNamespace as Row

import pytest

from dtoolkit.core.errors import BadInput
from gallery.filing import names, ordering
from gallery.filing.patterns import expanding
from gallery.filing.patterns.expanding import Made
from gallery.models import Image, Resource
from tests.factories import FolderFactory


class Many(list):
    def all(self):
        return self


def image(**values):
    """One that is not in the database."""
    made = {
        "name": "fox.png", "seed": 42, "created_at": datetime(2026, 1, 31, 14, 25, tzinfo=UTC),
        "steps": 20, "cfg_scale": 7.0, "width": 832, "height": 1216, "rating": 8,
        "sampler": "euler", "scheduler": "", "is_favourite": False, "is_nsfw": False,
        "generator": "ComfyUI", "format": "PNG", "fingerprint": None, "modified_at": None,
        "first_seen_at": None, "checkpoint": Row(name="SDXL_base 1.0"),
        "prompt": Row(text="masterpiece, (a red fox:1.2) in snow, <lora:ink:0.8> night"),
        "folder": Row(path="old/dir", root_id=1), "resources": Many(), "albums": Many(),
        "tags": Many(),
    }  # fmt: skip
    return Row(**(made | values))


def made(pattern, number=1, width=1, **values) -> Made:
    return expanding.checked(pattern, has_folders=True).made(image(**values), number, width)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{checkpoint}/{created:%Y-%m}/{seed}", "SDXL_base 1.0/2026-01/42"),
        ("{created:%Y/%m}/", "2026/01/fox"),
        ("{folder:-1}/{name}.{ext}", "dir/fox"),
        ("{folder}/{name}", "old/dir/fox"),
        ("{prompt:4}", "masterpiece a red fox"),
        ("{n:4} {steps:3} {megapixels} {cfg:.2}", "0001 020 1.0 7.00"),
        ("{scheduler} {sampler:upper} {checkpoint:4}", "no scheduler EULER SDXL"),
        ("{scheduler|none}< {scheduler}>< rated {rating}>", "none rated 8"),
        ("{favourite}/{orientation}/{rating:02}", "others/portrait/08"),
        ("a\\b/{name}", "a/b/fox"),
        ("{{name}}", "{fox}"),
        (" {sampler} / {name} ", "euler/fox"),
    ],
)
def test_what_a_pattern_makes(pattern, expected):
    found = made(pattern)
    assert f"{found.folder}/{found.stem}".strip("/") == expected


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("", "Type a pattern"),
        ("{colour}", "means nothing here"),
        ("{created:%Q}", "no part of a date"),
        ("{created:abc}", "its form"),
        ("{seed:abc}", "how long"),
        ("{prompt:99}", "at most 30"),
        ("{steps|a/b}", "no slash"),
        ("../{name}", "name is needed"),
        ("a/../../{name}", "name is needed"),
        ("con/{name}", "device"),
        ("a?/{name}", "none of"),
        ("{n}/{name}", "counts the images"),
        ("<{name}", "not closed"),
        ("{name}>", "without a <"),
        ("<a>{name}", "no field"),
        ("<<{name}>>", "in another"),
        ("{name}" + "x" * 300, "at most 255"),
    ],
)
def test_what_is_wrong_in_a_pattern_is_said(pattern, says):
    with pytest.raises(BadInput, match=says):
        expanding.checked(pattern, has_folders=True)


@pytest.mark.parametrize(
    ("hostile", "expected"),
    [
        ("../../etc/passwd", "_.._etc_passwd/fox"),
        ("a/b\\c:d", "a_b_c_d/fox"),
        ("CON", "_CON/fox"),
        ("con.txt", "_con.txt/fox"),
        (" . .. ", "no checkpoint/fox"),
        ("a\0b\u202ec\nd", "a b c d/fox"),
        ("e\u0301", "\u00e9/fox"),
        ("trailing. ", "trailing/fox"),
    ],
)
def test_values_from_files_stay_inside_and_legal(hostile, expected):
    found = made("{checkpoint}/{name}", checkpoint=Row(name=hostile))
    assert f"{found.folder}/{found.stem}" == expected
    for part in expected.split("/"):
        assert not names.problem(part)


def test_what_is_too_long_is_cut_at_a_whole_character():
    long = made("{checkpoint:200}{checkpoint:200}", checkpoint=Row(name="\U0001f98a" * 200))
    assert not names.problem(long.stem + ".png")
    assert set(long.stem) == {"\U0001f98a"}
    assert len(made("{checkpoint}", checkpoint=Row(name="x" * 500)).stem) == 80


def test_the_name_a_file_has_is_kept_to_the_byte():
    odd = "we\uf7e9ird: ."
    assert made("{checkpoint}/{name}", name=f"{odd}.png").stem == odd


def test_what_is_missing_is_told():
    assert made("{scheduler}/{vae}/{name}").missing == {"scheduler", "vae"}


@pytest.mark.parametrize(
    "waits",
    [{}, {1: 2}, {1: 2, 2: 3}, {1: 2, 2: 1}, {1: 2, 2: 3, 3: 1, 4: 1, 5: 4}, {1: 9, 2: 9, 9: 3}],
)
def test_whoever_holds_a_place_goes_first(waits):
    turns = list(ordering.turns(waits))
    final = [one for one, is_aside in turns if not is_aside]
    everybody = set(waits) | set(waits.values())
    assert sorted(final) == sorted(everybody)
    for waiter, holder in waits.items():
        left = next(place for place, (one, _) in enumerate(turns) if one == holder)
        assert left < turns.index((waiter, False))


def test_a_long_chain_needs_no_deep_stack():
    waits = {n: n + 1 for n in range(50_000)}
    assert next(iter(ordering.turns(waits))) == (50_000, False)
    assert len(list(ordering.turns(waits))) == 50_001


@pytest.mark.django_db
def test_relations_are_read_by_the_batch(django_assert_num_queries):
    from gallery.filing import arranging
    from tests.factories import ImageFactory, ResourceFactory

    folder = FolderFactory()
    for n in range(3):
        one = ImageFactory(folder=folder, name=f"{n}.png")
        lora = ResourceFactory(kind=Resource.Kind.LORA, name=f"ink {n}")
        one.resources.create(resource=lora, position=0)
    with django_assert_num_queries(6):
        found = list(arranging.planned(Image.objects.all(), "{loras}/{album|x}/{name}", None))
    assert sorted(each.spot.folder for each in found) == ["ink 0/x", "ink 1/x", "ink 2/x"]
