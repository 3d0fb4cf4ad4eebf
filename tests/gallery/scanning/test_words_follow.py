"""What people wrote of images and where they put them: no scan and no move loses a word of it."""

from datetime import UTC, datetime

import pytest

from dtoolkit.jobs.kinds import Unwatched
from gallery.models import (
    Album,
    AlbumImage,
    DuplicateGroup,
    DuplicateMember,
    Image,
    ImageEdit,
    ImageTag,
    Prompt,
    Stacked,
    StackWord,
    Tag,
    Viewing,
)
from gallery.services import families, history, selections
from tests import pictures
from tests.gallery.scanning.conftest import look, read
from tests.gallery.scanning.moving import scan, three

__all__ = ["three"]


def perform(name: str, image: Image, **values: str):
    return perform_on(name, [image], **values)


def perform_on(name: str, images: list[Image], **values: str):
    chosen = selections.of_images(images[0].collection, [image.pk for image in images])
    return history.perform(name, values, chosen)


def prompts(name: str):
    image = Image.objects.select_related("prompt", "edit__recorded_prompt").get(name=name)
    recorded = image.edit.recorded_prompt
    return image.prompt.text, recorded.text if recorded else None


def test_an_edited_prompt_survives_reading_again(three, library_folder):
    image = Image.objects.get(name="one.png")
    perform("edit-prompt", image, text="a red fox")
    Image.objects.filter(pk=image.pk).update(read_version=None)
    read(three)
    assert prompts("one.png") == ("a red fox", "a 0 on a hill")


def test_an_edited_prompt_survives_new_content_and_knows_what_the_file_says_now(
    three, library_folder
):
    perform("edit-prompt", Image.objects.get(name="one.png"), text="a red fox")
    infotext = {"parameters": "a blue hare\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 5"}
    pictures.png(library_folder / "a" / "one.png", texts=infotext)
    scan(three)
    assert prompts("one.png") == ("a red fox", "a blue hare")


def test_a_rename_takes_all_along(three, library_folder):
    image = Image.objects.get(name="one.png")
    album = Album.objects.create(collection=image.collection, name="Foxes")
    AlbumImage.objects.create(album=album, image=image, position=1)
    perform("edit-prompt", image, text="a red fox")
    perform("note", image, note="print this")
    (library_folder / "a" / "one.png").rename(library_folder / "b" / "uno.png")
    scan(three)
    moved = Image.objects.get(name="uno.png")
    assert moved.pk == image.pk
    assert prompts("uno.png") == ("a red fox", "a 0 on a hill")
    assert moved.edit.note == "print this"
    assert moved.albums.get().album == album


def test_what_was_said_of_the_new_row_is_joined(three, library_folder):
    old = Image.objects.get(name="one.png")
    album = Album.objects.create(collection=old.collection, name="Foxes")
    tag = Tag.objects.create(name="fox")
    perform("note", old, note="first")
    (library_folder / "a" / "one.png").rename(library_folder / "a" / "uno.png")
    look(three)
    new = Image.objects.get(name="uno.png")
    perform("note", new, note="second")
    perform("edit-prompt", new, text="a red fox")
    perform("add-to-album", new, album=str(album.pk))
    ImageTag.objects.create(image=new, tag=tag, source="person", is_denied=True)
    Viewing.objects.create(image=new, viewed_at=new.created_at)
    Album.objects.filter(pk=album.pk).update(cover=new)
    Image.objects.filter(pk=new.pk).update(is_nsfw_said=True)
    read(three)
    kept = Image.objects.get(name="uno.png")
    assert kept.pk == old.pk
    assert kept.edit.note == "first\n\nsecond"
    assert prompts("uno.png") == ("a red fox", "a 0 on a hill")
    assert kept.albums.get().album == album
    assert kept.tags.get(source="person").is_denied
    assert kept.viewing.viewed_at == new.created_at
    assert kept.is_nsfw_said
    album.refresh_from_db()
    assert album.cover == kept


def test_what_was_said_of_stacks_is_joined(three, library_folder):
    old, other = Image.objects.get(name="one.png"), Image.objects.get(name="two.png")
    perform_on("stack", [old, other])
    (library_folder / "a" / "one.png").rename(library_folder / "a" / "uno.png")
    look(three)
    new = Image.objects.get(name="uno.png")
    StackWord.objects.create(image=new, word="cover")
    scan(three)
    kept = Image.objects.get(name="uno.png")
    assert kept.pk == old.pk
    assert set(kept.stack_words.values_list("word", flat=True)) == {"together", "cover"}
    families.find(kept.collection, Unwatched())
    assert Stacked.objects.get(image=kept).cover_at
    assert Stacked.objects.get(image=kept).version == Stacked.objects.get(image=other).version


def test_what_was_said_to_be_no_duplicate_stays_so(three, library_folder):
    old, other = Image.objects.get(name="one.png"), Image.objects.get(name="two.png")
    (library_folder / "a" / "one.png").rename(library_folder / "a" / "uno.png")
    look(three)
    new = Image.objects.get(name="uno.png")
    group = DuplicateGroup.objects.create(
        collection=old.collection, channel="near", distance=1, state="dismissed", keeper=new
    )
    for image in (new, other):
        DuplicateMember.objects.create(group=group, image=image, distance=1)
    scan(three)
    assert not Image.objects.filter(pk=new.pk).exists()
    assert set(group.members.values_list("image", flat=True)) == {old.pk, other.pk}
    group.refresh_from_db()
    assert group.keeper == old


def test_two_files_that_swap_names_keep_their_own_words(three, library_folder):
    a, b = library_folder / "a" / "one.png", library_folder / "a" / "two.png"
    one, two = Image.objects.get(name="one.png"), Image.objects.get(name="two.png")
    perform("edit-prompt", one, text="a red fox")
    aside = a.rename(library_folder / "aside")
    b.rename(a)
    aside.rename(b)
    scan(three)
    assert Image.objects.get(pk=one.pk).name == "two.png"
    assert prompts("two.png") == ("a red fox", "a 0 on a hill")
    other = Image.objects.select_related("prompt").get(pk=two.pk)
    assert (other.name, other.prompt.text) == ("one.png", "a 1 on a hill")
    assert not ImageEdit.objects.filter(image=other).exists()


SAID = datetime(2001, 2, 3, 4, 5, tzinfo=UTC)


def dates(name: str):
    image = Image.objects.select_related("edit").get(name=name)
    return image.created_at, image.edit.recorded_created_at


def say_date(image: Image):
    return perform("edit-details", image, date_how="set", date_at="2001-02-03T04:05")


def test_a_date_survives_new_content_and_knows_the_files_own(three, library_folder):
    image = Image.objects.get(name="one.png")
    entry = say_date(image)
    pictures.png(library_folder / "a" / "one.png", size=(7, 7))
    scan(three)
    said, recorded = dates("one.png")
    assert said == SAID
    assert abs((recorded - datetime.now(UTC)).total_seconds()) < 3600
    history.undo(entry)
    assert Image.objects.get(pk=image.pk).created_at == recorded


def test_a_date_goes_along_with_a_rename_a_new_row_and_a_swap(three, library_folder):
    one, two = Image.objects.get(name="one.png"), Image.objects.get(name="two.png")
    say_date(one)
    (library_folder / "a" / "one.png").rename(library_folder / "b" / "uno.png")
    scan(three)
    assert Image.objects.get(name="uno.png").pk == one.pk
    assert dates("uno.png")[0] == SAID and dates("uno.png")[1] not in (None, SAID)
    # Said of the new row, before it was known that it is the old image.
    (library_folder / "a" / "two.png").rename(library_folder / "a" / "dos.png")
    look(three)
    say_date(Image.objects.get(name="dos.png"))
    read(three)
    assert Image.objects.get(name="dos.png").pk == two.pk
    assert dates("dos.png")[0] == SAID and dates("dos.png")[1] not in (None, SAID)
    a, b = library_folder / "a" / "dos.png", library_folder / "b" / "three.png"
    aside = a.rename(library_folder / "aside")
    b.rename(a)
    aside.rename(b)
    scan(three)
    assert Image.objects.get(pk=two.pk).name == "three.png"
    assert dates("three.png")[0] == SAID
    other = Image.objects.get(name="dos.png")
    assert other.created_at != SAID and not ImageEdit.objects.filter(image=other).exists()


@pytest.mark.parametrize("name", ["edit-prompt", "edit-negative-prompt"])
def test_taking_an_edit_back_after_a_move_gives_what_the_file_says(three, library_folder, name):
    image = Image.objects.get(name="one.png")
    entry = perform(name, image, text="mine")
    (library_folder / "a" / "one.png").rename(library_folder / "b" / "uno.png")
    scan(three)
    history.undo(entry)
    moved = Image.objects.select_related("prompt", "negative_prompt").get(pk=image.pk)
    assert moved.prompt.text == "a 0 on a hill"
    assert moved.negative_prompt != Prompt.objects.filter(text="mine").first()
