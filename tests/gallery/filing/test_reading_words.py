"""What files say comes into the library where it is silent, over it only where a person asks."""

import shutil

import pytest
from PIL import Image as Pictures
from PIL import PngImagePlugin

from dtoolkit.jobs.services.runner import run_inline
from gallery.models import Collection, FormerContent, HistoryEntry, Image, WordsWaiting
from gallery.services import history, roots, selections
from gallery.written import previews
from tests.gallery.filing.conftest import image
from tests.gallery.scanning.conftest import look, read

pytestmark = pytest.mark.django_db(transaction=True)

FOREIGN = """<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmp:Rating="4"><dc:subject><rdf:Bag><rdf:li>cat</rdf:li><rdf:li>a, b</rdf:li></rdf:Bag>
</dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"""


@pytest.fixture
def elsewhere(root, library_folder, perform, tmp_path):
    """Another library that finds copies of files with words in them."""
    perform("rate", "a/0.png", value="7")
    perform("favourite", "a/0.png", value="1")
    perform("nsfw", "a/0.png", value="1")
    perform("add-tags", "a/0.png", tags="a fox, two")
    perform("note", "a/0.png", note="mine")
    perform("edit-prompt", "a/0.png", text="said anew")
    perform("edit-negative-prompt", "a/0.png", text="")
    perform("write-words", "a/0.png")
    other = tmp_path / "other"
    shutil.copytree(library_folder / "a", other)
    collection = Collection.objects.create(name="Other", slug="other")
    new = roots.add(collection, other)
    run_inline(roots.start_scan(new), follow=True)
    return collection


def of(collection: Collection, name: str) -> Image:
    found = Image.objects.select_related("edit", "prompt", "negative_prompt")
    return found.get(collection=collection, name=name)


def tags(of_image: Image) -> set[str]:
    return set(of_image.tags.filter(source="person").values_list("tag__name", flat=True))


def test_a_fresh_library_takes_over_what_new_files_say(elsewhere):
    found = of(elsewhere, "0.png")
    assert (found.rating, found.is_favourite, found.is_nsfw, found.is_nsfw_said) == (
        *(7, True, True, True),
    )
    assert found.edit.note == "mine"
    assert found.prompt.text == "said anew"
    assert (found.negative_prompt, found.edit.has_negative_prompt) == (None, True)
    assert tags(found) == {"a fox", "two"}
    assert not WordsWaiting.objects.exists()
    entry = HistoryEntry.objects.get(collection=elsewhere)
    assert entry.sentence == "Words of 1 image read from their files"
    history.undo(entry)
    found = of(elsewhere, "0.png")
    assert (found.rating, found.is_favourite, tags(found)) == (None, False, set())
    read(elsewhere.roots.get(), rebuild=True)
    assert not WordsWaiting.objects.exists()  # what was cleared stays cleared


def test_what_was_said_here_stays_unless_the_files_words_are_asked_for(elsewhere):
    pk = of(elsewhere, "0.png").pk
    Image.objects.filter(pk=pk).update(rating=2)
    chosen = selections.of_images(elsewhere, [pk])
    assert history.perform("read-words", {}, chosen).pk is None
    assert of(elsewhere, "0.png").rating == 2
    shown = previews.of_reading(Image.objects.filter(pk=pk))
    assert (shown.speaking, shown.conflicts) == (1, [("ratings", 1)])
    assert shown.differences == [previews.Difference("0.png", "rating", "2", "7")]
    entry = history.perform("read-words", {"prefer": "files"}, chosen)
    assert of(elsewhere, "0.png").rating == 7
    history.undo(entry)
    assert of(elsewhere, "0.png").rating == 2


def test_other_programs_stars_and_keywords_come_only_when_asked_for(root, library_folder, perform):
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", FOREIGN)
    Pictures.new("RGB", (9, 9)).save(library_folder / "c" / "kam.png", "PNG", pnginfo=info)
    Pictures.new("RGB", (9, 8)).save(library_folder / "c" / "dark.bmp")
    (library_folder / "c" / "dark.bmp.xmp").write_text(FOREIGN.replace('"4"', '"1"'))
    look(root)
    read(root)
    assert image("c/kam.png").rating is None
    assert not WordsWaiting.objects.exists()
    beside = image("c/dark.bmp").tags.filter(source="sidecar")
    assert set(beside.values_list("tag__name", flat=True)) == {"cat", "a, b"}
    perform("read-words", "c/kam.png", "c/dark.bmp")
    assert image("c/kam.png").rating == 8
    assert tags(image("c/kam.png")) == {"cat", "a  b"}
    assert image("c/dark.bmp").rating == 2


def test_only_our_own_words_where_that_is_asked_for(root, library_folder, perform):
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", FOREIGN)
    Pictures.new("RGB", (9, 9)).save(library_folder / "c" / "kam.png", "PNG", pnginfo=info)
    look(root)
    read(root)
    assert perform("read-words", "c/kam.png", own="1").pk is None


def test_what_the_file_alone_says_is_kept_by_the_first_writing(elsewhere):
    """Of a file that met no words of this library yet."""
    pk = of(elsewhere, "0.png").pk
    FormerContent.objects.all().delete()
    history.undo(HistoryEntry.objects.get(collection=elsewhere))
    chosen = selections.of_images(elsewhere, [pk])
    history.perform("rate", {"value": "3"}, chosen)
    history.undo(history.perform("write-words", {}, chosen))
    history.perform("write-words", {}, chosen)
    look(elsewhere.roots.get())
    read(elsewhere.roots.get(), rebuild=True)
    history.perform("read-words", {}, chosen)
    found = of(elsewhere, "0.png")
    assert (found.rating, found.is_favourite, found.edit.note) == (3, True, "mine")
