"""Details of many images at once: one act, undone as one, whatever was changed since left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.actions.editing import EditDetails
from gallery.editing import preview
from gallery.editing.rewriting import TextChange, rewritten
from gallery.models import HistoryPart, Image, ImageEdit, ImageTag, Prompt
from gallery.services import history
from tests.factories import PromptFactory

pytestmark = pytest.mark.django_db


def known(text: str) -> Prompt:
    return Prompt.objects.filter(text=text).first() or PromptFactory(text=text)


@pytest.fixture
def named(images):
    texts = ("a red fox, masterpiece", "a red fox, masterpiece", "blue hare (masterpiece:1.2)", "")
    for image, text in zip(images, texts, strict=True):
        prompt = known(text) if text else None
        Image.objects.filter(pk=image.pk).update(prompt=prompt)
    return images


def prompts() -> list[str]:
    found = Image.objects.order_by("pk").values_list("prompt__text", flat=True)
    return [text or "" for text in found]


def dates() -> list[datetime]:
    return list(Image.objects.order_by("pk").values_list("created_at", flat=True))


def edit(perform, images, **values):
    return perform("edit-details", images, **values)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"how": "set", "text": "x"}, ["x", "x", "x", "x"]),
        (
            {"how": "before", "text": "best"},
            ["best, a red fox, masterpiece", "best, a red fox, masterpiece",
             "best, blue hare (masterpiece:1.2)", "best"],
        ),
        (
            {"how": "after", "text": ", night"},
            ["a red fox, masterpiece, night", "a red fox, masterpiece, night",
             "blue hare (masterpiece:1.2), night", ", night"],
        ),
        (
            {"how": "replace", "find": ", MASTERPIECE"},
            ["a red fox", "a red fox", "blue hare (masterpiece:1.2)", ""],
        ),
        (
            {"how": "replace", "find": ", MASTERPIECE", "exact": "1"},
            ["a red fox, masterpiece", "a red fox, masterpiece", "blue hare (masterpiece:1.2)", ""],
        ),
        (
            {"how": "replace", "find": r"\(?\bmasterpiece(:([\d.]+)\))?", "with": r"<\2>",
             "pattern": "1"},
            ["a red fox, <>", "a red fox, <>", "blue hare <1.2>", ""],
        ),
        (
            {"how": "replace", "find": "red (fox)", "with": r"\0 \1", "pattern": "1"},
            ["a red fox fox, masterpiece", "a red fox fox, masterpiece",
             "blue hare (masterpiece:1.2)", ""],
        ),
    ],
)  # fmt: skip
def test_a_prompt_is_set_added_to_or_searched_through(named, perform, values, expected):
    then = prompts()
    entry = edit(perform, named, **{f"prompt_{key}": value for key, value in values.items()})
    assert prompts() == expected
    if entry.pk:
        history.undo(entry)
    assert prompts() == then
    assert not ImageEdit.objects.filter(has_prompt=True).exists()


def test_all_fields_are_one_act_and_one_undo(named, perform):
    then, before = prompts(), dates()
    perform("rate", named[:1], value="3")
    perform("add-tags", named[:2], tags="old")
    entry = edit(
        perform, named, prompt_how="after", prompt_text="night", note_how="set", note_text="print",
        negative_prompt_how="set", negative_prompt_text="blurry", add_tags="fox, snow",
        remove_tags="old", rating="8", date_how="shift", date_days="1", date_hours="-1.5",
    )  # fmt: skip
    assert entry.image_count == 4
    assert entry.sentence == (
        "4 images edited: prompt, negative prompt, note, tags +fox +snow −old, rating 8, date"  # noqa: RUF001
    )
    shift = timedelta(hours=22.5)
    assert dates() == [at + shift for at in before]
    assert set(Image.objects.values_list("rating", flat=True)) == {8}
    assert ImageTag.objects.filter(tag__name="old").count() == 0
    assert ImageTag.objects.filter(tag__name__in=["fox", "snow"]).count() == 8
    assert set(ImageEdit.objects.values_list("note", flat=True)) == {"print"}
    history.undo(entry)
    assert (prompts(), dates()) == (then, before)
    assert list(Image.objects.order_by("pk").values_list("rating", flat=True))[:2] == [3, None]
    assert ImageTag.objects.filter(tag__name="old").count() == 2
    assert not ImageTag.objects.exclude(tag__name="old").exists()
    edits = ImageEdit.objects.values_list("note", "has_prompt", "has_negative_prompt", "has_date")
    assert set(edits) == {("", False, False, False)}
    history.redo(entry)
    assert dates() == [at + shift for at in before]


def test_what_was_changed_since_stays_and_all_else_comes_back(named, perform):
    entry = edit(perform, named, prompt_how="set", prompt_text="x", rating="8")
    perform("edit-prompt", named[:1], text="mine")
    history.undo(entry)
    assert prompts()[0] == "mine"
    assert prompts()[1] == "a red fox, masterpiece"
    assert not Image.objects.exclude(rating=None).exists()
    entry.refresh_from_db()
    assert entry.refused_count == 1


def test_going_on_after_a_kill_adds_nothing_twice(named, perform, monkeypatch):
    monkeypatch.setattr(EditDetails, "waits_for", 1)
    monkeypatch.setattr(EditDetails, "batch_size", 2)
    before = dates()
    entry = edit(perform, named, prompt_how="after", prompt_text="x", date_how="shift",
                 date_hours="1")  # fmt: skip
    first = [image.pk for image in named[:2]]
    history.run(entry, first)  # its transaction was committed, and then the power went
    run_inline(Job.objects.latest("pk"))
    assert dates() == [at + timedelta(hours=1) for at in before]
    assert prompts()[0] == "a red fox, masterpiece, x"
    entry.refresh_from_db()
    assert entry.image_count == 4
    assert HistoryPart.objects.filter(entry=entry).count() == 4


def test_a_date_is_typed_in_ones_own_clock_and_given_back(images, perform):
    before = dates()
    edit(perform, images, date_how="set", date_at="2024-05-03T14:30", zone="Europe/Berlin")
    assert set(dates()) == {datetime(2024, 5, 3, 12, 30, tzinfo=UTC)}
    assert ImageEdit.objects.first().recorded_created_at == before[0]
    entry = edit(perform, images, date_how="own")
    assert dates() == before
    assert not ImageEdit.objects.filter(has_date=True).exists()
    history.undo(entry)
    assert set(dates()) == {datetime(2024, 5, 3, 12, 30, tzinfo=UTC)}


def test_a_date_is_taken_from_names_folders_and_metadata(images, perform):
    one, two, three, four = images
    Image.objects.filter(pk=one.pk).update(name="ComfyUI_2024-05-03_00012_.png")
    Image.objects.filter(pk=two.pk).update(name="20230405_142501.png")
    Image.objects.filter(pk=three.pk).update(name="00012-1234567890.png")
    before = dates()
    edit(perform, images, date_how="name", zone="Europe/Berlin")
    assert dates()[:2] == [
        datetime(2024, 5, 2, 22, tzinfo=UTC),
        datetime(2023, 4, 5, 12, 25, 1, tzinfo=UTC),
    ]
    assert dates()[2:] == before[2:]
    from gallery.models import ImageMetadata
    from gallery.models.metadata import pack_records

    exif = [{"container": "jpeg:exif", "key": "DateTimeOriginal", "text": "2022:01:02 03:04:05"}]
    ImageMetadata.objects.create(image=three, packed_records=pack_records(exif))
    told = [["Generated on", "2021-01-02T03:04:05+01:00"]]
    ImageMetadata.objects.create(image=four, packed_records=b"[]", facts=told)
    edit(perform, images, date_how="metadata")
    assert dates()[2:] == [
        datetime(2022, 1, 2, 3, 4, 5, tzinfo=UTC),
        datetime(2021, 1, 2, 2, 4, 5, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, "Nothing is to be changed"),
        ({"prompt_how": "burn"}, "one of"),
        ({"note_how": "own"}, "one of"),
        ({"prompt_how": "after"}, "what to add"),
        ({"prompt_how": "replace"}, "what to search for"),
        ({"prompt_how": "replace", "prompt_find": "(", "prompt_pattern": "1"}, "not balanced"),
        ({"prompt_how": "replace", "prompt_find": "***=a", "prompt_pattern": "1"}, "no regular"),
        ({"prompt_how": "replace", "prompt_find": "a" * 501}, "at most 500"),
        ({"add_tags": "a, b", "remove_tags": "b"}, "added and removed"),
        ({"rating": "11"}, "1 to 10"),
        ({"rating": "٣"}, "1 to 10"),
        ({"date_how": "set", "date_at": "yesterday"}, "Type the date"),
        ({"date_how": "set", "date_at": "0001-01-01"}, "between 1900"),
        ({"date_how": "shift"}, "by how many"),
        ({"date_how": "shift", "date_hours": "nan"}, "at most"),
        ({"date_how": "shift", "date_hours": "1e300"}, "at most"),
        ({"date_how": "name", "zone": "../../etc/passwd"}, "no time zone"),
        ({"date_how": "name", "zone": "Europe"}, "no time zone"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_done(named, perform, values, says):
    then = prompts()
    with pytest.raises(BadInput, match=says):
        edit(perform, named, **values)
    assert prompts() == then
    found = preview.of(Image.objects.all(), values)
    assert found.is_empty or says in found.problem


def test_an_expression_that_would_take_for_ever_is_stopped(db):
    for_ever = r"(.*)(.*)(.*)(.*)\4\3\2\1x"
    change = TextChange("replace", find=for_ever, is_pattern=True)
    with pytest.raises(BadInput, match="takes too long"):
        rewritten(change, ["x" * 20_000], limit_ms=100)
    bomb = TextChange("replace", find="((a{1,255}){1,255}){1,255}", is_pattern=True)
    with pytest.raises(BadInput, match="too complex"):
        rewritten(bomb, ["a"])


def test_what_backtracks_elsewhere_is_quick_and_what_would_explode_is_left(named, perform):
    long = "a" * 50_000 + "b"
    Image.objects.filter(pk=named[0].pk).update(prompt=known(long))
    entry = edit(
        perform, named[:1], prompt_how="replace", prompt_find="(a+)+$|((a|aa)+)+c",
        prompt_pattern="1", prompt_with="x",
    )  # fmt: skip
    assert entry.pk is None
    values = {"prompt_how": "replace", "prompt_find": "a", "prompt_with": "xx" * 5000}
    assert preview.of(Image.objects.filter(pk=named[0].pk), values).too_long == 1
    assert edit(perform, named[:1], **values).pk is None


def test_the_preview_tells_words_numbers_and_what_stays(named, django_assert_max_num_queries):
    values = {"prompt_how": "replace", "prompt_find": "red", "prompt_with": "arctic",
              "add_tags": "fox", "rating": "5"}  # fmt: skip
    Image.objects.filter(pk=named[3].pk).update(rating=5)
    with django_assert_max_num_queries(24):
        found = preview.of(Image.objects.all(), {**values, "add_tags": ""})
    assert (found.changed, found.same, found.texts, found.is_all) == (3, 1, 1, True)
    change = found.examples[0].changes[0]
    assert [piece.text for piece in change.before if piece.is_different] == ["red"]
    assert [piece.text for piece in change.after if piece.is_different] == ["arctic"]
    assert preview.of(Image.objects.all(), values).changed == 4
    assert preview.of(Image.objects.all(), {"zone": "UTC"}).is_empty
    assert not ImageEdit.objects.exists()
