import pytest

from gallery.models import Image, ImageEdit
from gallery.services import history


def prompt(image):
    return Image.objects.get(pk=image.pk).prompt.text


def test_a_prompt_is_edited_the_files_own_is_kept_and_comes_back(images, perform):
    recorded = images[0].prompt
    entry = perform("edit-prompt", images[:1], text="a red fox")
    assert prompt(images[0]) == "a red fox"
    assert ImageEdit.objects.get().recorded_prompt == recorded
    history.undo(entry)
    assert prompt(images[0]) == recorded.text
    assert not ImageEdit.objects.get().has_prompt
    history.redo(entry)
    assert prompt(images[0]) == "a red fox"


def test_setting_back_to_what_the_file_says(images, perform):
    perform("edit-prompt", images[:1], text="a red fox")
    entry = perform("edit-prompt", images, original="1")
    assert entry.image_count == 1
    assert prompt(images[0]) == images[0].prompt.text
    history.undo(entry)
    assert prompt(images[0]) == "a red fox"


def test_two_edits_are_undone_one_after_the_other(images, perform):
    first = perform("edit-prompt", images[:1], text="one")
    second = perform("edit-prompt", images[:1], text="two")
    history.undo(second)
    assert prompt(images[0]) == "one"
    history.undo(first)
    assert prompt(images[0]) == images[0].prompt.text


def test_an_empty_prompt_is_an_edit_too(images, perform):
    entry = perform("edit-negative-prompt", images[:1], text="")
    assert entry.image_count == 1
    assert ImageEdit.objects.get().has_negative_prompt
    history.undo(entry)
    assert not ImageEdit.objects.get().has_negative_prompt


@pytest.mark.parametrize("text", ["keep", "a\nb", "x" * 9000])
def test_notes_are_kept_and_undone(images, perform, text):
    perform("note", images[:1], note="before")
    entry = perform("note", images[:2], note=text)
    assert set(ImageEdit.objects.values_list("note", flat=True)) == {text}
    history.undo(entry)
    assert list(ImageEdit.objects.order_by("image_id").values_list("note", flat=True)) == [
        "before",
        "",
    ]
