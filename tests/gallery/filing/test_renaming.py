"""One file by its name, many by a pattern; sidecars follow, endings stay."""

import pytest

from dtoolkit.core.errors import BadInput
from gallery.filing import disk, naming
from gallery.models import Image
from gallery.services import history
from tests.gallery.filing.conftest import agrees, image, reasons, tree
from tests.gallery.scanning.conftest import look

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_file_gets_a_name_and_keeps_its_ending_and_sidecars(root, library_folder, perform):
    pk = image("a/0.png").pk
    entry = perform("rename", "a/0.png", name="fox")
    assert entry.sentence == "1 image renamed to fox"
    names = set(tree(library_folder))
    assert {"a/fox.png", "a/fox.txt", "a/fox.png.json"} <= names
    assert not {name for name in names if name.startswith("a/0")}
    assert image("a/fox.png").pk == pk
    assert agrees(root)
    assert str(look(root)) == "nothing changed"
    history.undo(entry)
    assert image("a/0.png").pk == pk
    assert agrees(root)


def test_many_files_get_names_by_a_pattern(root, library_folder, perform):
    Image.objects.filter(name="1.png").update(seed=2**64 - 1)
    Image.objects.filter(name="2.png").update(seed=None)
    perform("rename", "a/1.png", "a/2.png", pattern="{date} fox {n} {seed} {name}")
    day = Image.objects.get(pk=image("b/9.png").pk).created_at.date().isoformat()
    names = {name for name in tree(library_folder) if name.startswith("a/") and "fox" in name}
    assert names == {
        f"a/{day} fox 1 18446744073709551615 1.png",
        f"a/{day} fox 2 no seed 2.png",
    }
    assert agrees(root)


def test_names_that_meet_are_refused_or_numbered(root, library_folder, perform):
    entry = perform("rename", "a/1.png", "a/2.png", "a/0.png", pattern="fox")
    assert reasons(entry) == [disk.TAKEN, disk.TAKEN]
    history.undo(entry)
    perform("rename", "a/1.png", "a/2.png", "a/0.png", pattern="fox", clash="number")
    names = {name for name in tree(library_folder) if name.endswith(".png") and "fox" in name}
    assert names == {"a/fox.png", "a/fox (2).png", "a/fox (3).png"}
    assert agrees(root)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, "Type the new name"),
        ({"name": "a", "pattern": "b"}, "Type the new name"),
        ({"name": "../up"}, "no slash"),
        ({"name": "a/b"}, "no slash"),
        ({"name": "LPT1"}, "device"),
        ({"name": "a\0"}, "invisible"),
        ({"name": "what?"}, "none of"),
        ({"name": "n" * 256}, "too long"),
        ({"pattern": "{colour}"}, "means nothing here"),
        ({"pattern": "{name}/{n}"}, "no slash"),
        ({"pattern": "con.{n}"}, "device"),
    ],
)
def test_a_name_that_no_file_may_have_is_said_before(perform, library_folder, values, says):
    then = tree(library_folder)
    with pytest.raises(BadInput, match=says):
        perform("rename", "a/0.png", **values)
    assert tree(library_folder) == then


def test_one_name_is_not_given_to_many(perform):
    with pytest.raises(BadInput, match="use a pattern"):
        perform("rename", "a/0.png", "a/1.png", name="fox")


def test_a_name_that_gets_too_long_by_its_ending_is_refused(root, perform, library_folder):
    assert reasons(perform("rename", "a/1.png", name="n" * 254)) == [
        "its name would be too long there"
    ]


def test_a_name_that_it_has_is_nothing_to_do(perform):
    assert reasons(perform("rename", "a/1.png", name="1")) == ["it is there already"]


def test_capitals_alone_are_another_name(root, library_folder, perform):
    perform("rename", "b/9.png", name="nine")
    perform("rename", "b/nine.png", name="Nine")
    assert "b/Nine.png" in tree(library_folder)
    assert agrees(root)


def test_the_preview_tells_the_first_few_and_how_many_would_meet(root):
    chosen = Image.objects.filter(folder__path="a")
    found = naming.preview(chosen, {"pattern": "fox"})
    assert (found.taken, found.looked_at, found.is_one) == (3, 3, False)
    assert [line.new for line in found.lines] == ["fox.png"] * 3
    found = naming.preview(chosen, {"pattern": "fox {n}"})
    assert (found.taken, [line.problem for line in found.lines]) == (0, ["", "", ""])
    assert "means nothing" in naming.preview(chosen, {"pattern": "{x}"}).problem
    assert naming.preview(chosen.filter(name="0.png"), {}).name == "0"
