import pytest

from dtoolkit.core.errors import BadInput
from gallery.models import ImageTag, Tag
from gallery.services import history


def said(image):
    return {
        (use.tag.name, use.source, use.is_denied)
        for use in ImageTag.objects.filter(image=image).select_related("tag")
    }


def test_tags_are_given_and_undone(images, perform):
    entry = perform("add-tags", images, tags="red scarf, fox")
    assert said(images[0]) == {("red scarf", "person", False), ("fox", "person", False)}
    assert entry.sentence == "4 images tagged red scarf, fox"
    history.undo(entry)
    assert said(images[0]) == set()


def test_what_a_tagger_said_is_denied_and_comes_back_with_undo(images, perform):
    tag = Tag.objects.create(name="fox")
    ImageTag.objects.create(image=images[0], tag=tag, source="sidecar")
    entry = perform("remove-tags", images, tags="fox")
    assert entry.image_count == 1
    assert said(images[0]) == {("fox", "sidecar", False), ("fox", "person", True)}
    history.undo(entry)
    assert said(images[0]) == {("fox", "sidecar", False)}


def test_giving_a_denied_tag_again_ends_the_denial(images, perform):
    tag = Tag.objects.create(name="fox")
    ImageTag.objects.create(image=images[0], tag=tag, source="sidecar")
    perform("remove-tags", images[:1], tags="fox")
    perform("add-tags", images[:1], tags="fox")
    assert said(images[0]) == {("fox", "sidecar", False)}


def test_removing_a_tag_that_nobody_knows_changes_nothing(images, perform):
    assert perform("remove-tags", images, tags="nothing like it").pk is None
    assert not Tag.objects.exists()


@pytest.mark.parametrize("tags", ["", " , ,", "x" * 300, ",".join(map(str, range(60)))])
def test_no_tag_and_too_many_are_refused(images, perform, tags):
    with pytest.raises(BadInput):
        perform("add-tags", images, tags=tags)


def test_hostile_names_are_kept_as_text(images, perform):
    perform("add-tags", images[:1], tags="<script>alert(1)</script>, '; DROP TABLE x; --, \0nul")
    names = {name for name, _, _ in said(images[0])}
    assert names == {"<script>alert(1)</script>", "'; DROP TABLE x; --", "nul"}
