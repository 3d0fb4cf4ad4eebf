"""Words of the settings mark images as they are read, and never overrule a person."""

import pytest
from django.db import connection

from gallery import preferences
from gallery.models import Image
from gallery.preferences import NSFW_WORDS
from gallery.scanning import deep, quick
from gallery.scanning.saving import nsfw_words as marking
from gallery.services import nsfw_words
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


def is_marked(text: str) -> bool:
    made = image(text)
    nsfw_words.mark([made.pk])
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
    assert not is_marked("a nude statue")


def test_what_a_person_said_stays(words):
    unmarked = image("a nude statue", is_nsfw_said=True)
    marked = image("a hill", is_nsfw=True, is_nsfw_said=True)
    assert nsfw_words.mark([unmarked.pk, marked.pk]) == 0
    unmarked.refresh_from_db()
    marked.refresh_from_db()
    assert (unmarked.is_nsfw, marked.is_nsfw) == (False, True)


def test_a_mark_is_never_taken_away(words):
    by_sidecar = image("a hill", is_nsfw=True)
    nsfw_words.mark([by_sidecar.pk])
    by_sidecar.refresh_from_db()
    assert by_sidecar.is_nsfw


def test_the_library_is_counted_and_marked_in_batches(words):
    waiting = {image(f"nude {number}").pk for number in range(5)}
    image("a hill")
    count = nsfw_words.count()
    assert count is not None
    assert (count.value, count.is_exact) == (5, True)
    batches = list(nsfw_words.chunks(2))
    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert sum(nsfw_words.mark(batch) for batch in batches) == 5
    assert set(Image.objects.filter(is_nsfw=True).values_list("pk", flat=True)) == waiting
    assert list(nsfw_words.chunks(2)) == []


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
    with connection.cursor() as cursor:
        marking.find(cursor, preferences.get(NSFW_WORDS))
        assert cursor.fetchall() == []
