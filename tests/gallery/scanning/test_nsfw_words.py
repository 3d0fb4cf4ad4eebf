"""Words of the settings mark images as they are read, and never overrule a person."""

import pytest

from dtoolkit.core.errors import BadInput
from gallery import preferences
from gallery.models import Image
from gallery.preferences import NSFW_WORDS
from gallery.scanning import deep, quick
from gallery.services import history, nsfw_words
from tests import pictures
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory, PromptFactory

pytestmark = pytest.mark.django_db


class Quiet:
    def report(self, *args: object, **kwargs: object) -> None: ...

    def check(self) -> None: ...


@pytest.fixture
def words():
    preferences.put(NSFW_WORDS, ["nude", "red light"])


def image(text: str, **fields: object) -> Image:
    folder = FolderFactory(root=LibraryRootFactory())
    return ImageFactory(folder=folder, prompt=PromptFactory(text=text), **fields)


def mark(collection):
    return history.perform_on("nsfw-by-words", {}, collection)


def is_marked(text: str) -> bool:
    made = image(text)
    mark(made.collection)
    made.refresh_from_db()
    assert not made.is_nsfw_said
    return made.is_nsfw


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a nude statue", True),
        ("NUDE, (nude:1.3)", True),
        ("<lora:nude_v2:1>", True),
        ("nudes and denuded hills", False),
        ("in the red light of dusk", True),
        ("a light red scarf", False),
        ("", False),
    ],
)
def test_a_word_is_a_whole_word(words, text, expected):
    assert is_marked(text) is expected


def test_without_words_nothing_is_marked():
    with pytest.raises(BadInput, match="No word is chosen"):
        is_marked("a nude statue")


def test_what_a_person_said_stays(words):
    unmarked = image("a nude statue", is_nsfw_said=True)
    marked = image("a hill", is_nsfw=True, is_nsfw_said=True)
    assert mark(marked.collection).pk is None
    unmarked.refresh_from_db()
    marked.refresh_from_db()
    assert (unmarked.is_nsfw, marked.is_nsfw) == (False, True)


def test_a_mark_is_never_taken_away(words):
    by_sidecar = image("a hill", is_nsfw=True)
    mark(by_sidecar.collection)
    by_sidecar.refresh_from_db()
    assert by_sidecar.is_nsfw


def test_the_library_is_counted_and_marked_and_undone_as_one_act(words):
    waiting = {image(f"nude {number}").pk for number in range(5)}
    collection = image("a hill").collection
    count = nsfw_words.count(collection)
    assert count is not None
    assert (count.value, count.is_exact) == (5, True)
    entry = mark(collection)
    assert entry.sentence == "5 images marked NSFW by their words"
    assert set(Image.objects.filter(is_nsfw=True).values_list("pk", flat=True)) == waiting
    history.undo(entry)
    assert not Image.objects.filter(is_nsfw=True).exists()
    assert mark(collection).pk is None, "who took it back has decided"
    history.redo(entry)
    assert Image.objects.filter(is_nsfw=True).count() == 5


def test_the_deep_scan_marks_what_it_reads(words, library_folder):
    pictures.a1111_png(library_folder / "a.png", "a nude statue\nSteps: 20, Seed: 1")
    pictures.a1111_png(
        library_folder / "b.png", "a hill\nNegative prompt: nude\nSteps: 20, Seed: 1"
    )
    root = LibraryRootFactory(path=str(library_folder))
    quick.scan(root, Quiet())
    deep.scan(Image.objects.values_list("pk", flat=True), Quiet())
    assert dict(Image.objects.values_list("name", "is_nsfw")) == {"a.png": True, "b.png": False}


def test_reading_again_does_not_overrule(words, library_folder):
    pictures.a1111_png(library_folder / "a.png", "a nude statue\nSteps: 20, Seed: 1")
    root = LibraryRootFactory(path=str(library_folder))
    quick.scan(root, Quiet())
    ids = list(Image.objects.values_list("pk", flat=True))
    deep.scan(ids, Quiet())
    Image.objects.update(is_nsfw=False, is_nsfw_said=True)
    deep.scan(ids, Quiet())
    assert not Image.objects.get().is_nsfw


def test_quotes_and_operators_are_only_text():
    preferences.put(NSFW_WORDS, ["it's & | !nude", "a'); --"])
    collection = image("hill").collection
    assert nsfw_words.count(collection).value == 0
    assert mark(collection).pk is None
