import os
import struct
import time
import zlib
from pathlib import Path

import orjson
import pytest
from django.db import connection

from gallery.metadata import READ_VERSION
from gallery.models import Folder, Image, ImageMetadata, ImageResource, Prompt, StageFailure
from gallery.scanning import deep, reading
from tests import pictures
from tests.gallery.metadata import clips
from tests.gallery.scanning.conftest import Progress, look, names, read


def settled(path: Path) -> Path:
    """Old enough that nobody may still be writing it."""
    then = time.time_ns() - 3_600_000_000_000
    os.utime(path, ns=(then, then))
    return path


def scan(root) -> None:
    look(root)
    read(root)


def reason(name: str) -> str:
    return StageFailure.objects.get(image__name=name, stage="deep_scan").reason


def test_a_picture_says_how_it_was_made(root, library_folder):
    pictures.a1111_png(library_folder / "a.png")
    scan(root)
    image = Image.objects.get()
    assert (image.format, image.width, image.height) == ("png", 64, 48)
    assert (image.generator, image.seed, image.steps) == ("automatic1111", 4183920117736, 28)
    assert (image.sampler, image.scheduler, image.cfg_scale) == ("DPM++ 2M", "Karras", 5.5)
    assert image.prompt.text.startswith("masterpiece, fennec girl")
    assert image.negative_prompt.text == "blurry, watermark"
    assert image.checkpoint.name == "illustrious_v1"
    assert image.read_version == READ_VERSION
    assert image.fingerprint is not None
    assert [record["key"] for record in image.metadata.records] == ["parameters"]
    uses = {use.resource.name: use.weight for use in image.resources.select_related("resource")}
    assert uses["luna_v3"] == 0.8


def test_the_largest_seed_survives(root, library_folder):
    pictures.comfy_png(library_folder / "a.png")
    scan(root)
    assert Image.objects.get().seed == 18446744073709551615


def test_a_text_is_kept_once_whoever_uses_it(root, library_folder):
    for n in range(3):
        pictures.a1111_png(library_folder / f"{n}.png", size=(64 + n, 48))
    pictures.a1111_png(library_folder / "other.png", "a red fox\nSteps: 3, Seed: 1")
    scan(root)
    assert Prompt.objects.count() == 3  # two prompts, one negative
    assert Image.objects.values("prompt").distinct().count() == 2


def test_reading_again_changes_nothing_and_doubles_nothing(root, library_folder):
    pictures.a1111_png(library_folder / "a.png")
    scan(root)
    Image.objects.update(thumbnail_version=1, phash=5, rating=3)
    before = list(Image.objects.values()), ImageResource.objects.count()
    read(root, rebuild=True)
    assert (list(Image.objects.values()), ImageResource.objects.count()) == before
    assert ImageMetadata.objects.count() == 1


def test_what_was_read_is_not_read_again(root, library_folder, monkeypatch):
    pictures.png(library_folder / "a.png")
    scan(root)
    monkeypatch.setattr(reading.Reader, "read", lambda *args: pytest.fail("read again"))
    read(root)


def test_what_older_readers_read_is_read_again(root, library_folder):
    pictures.a1111_png(library_folder / "a.png")
    scan(root)
    Image.objects.update(read_version=0, sampler="wrong")
    read(root)
    assert Image.objects.get().sampler == "DPM++ 2M"


def test_newest_images_come_first(root, library_folder):
    for n in range(5):
        file = pictures.png(library_folder / f"{n}.png")
        os.utime(file, ns=((100 - n) * 10**9,) * 2)
    look(root)
    chunks = deep.chunks(Image.objects.all(), 2)
    order = [Image.objects.get(pk=pk).name for ids in chunks for pk in ids]
    assert order == ["0.png", "1.png", "2.png", "3.png", "4.png"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\0" * 4000, "holds only zeros"),
        (b"8BPS" + b"x" * 50, "a Photoshop document, a format that is not read"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"<script>alert(1)</script>", "not a picture"),
    ],
)
def test_what_is_no_picture_keeps_its_row_and_says_why(root, library_folder, content, said):
    (library_folder / "a.png").write_bytes(content)
    settled(library_folder / "a.png")
    pictures.a1111_png(library_folder / "good.png")
    scan(root)
    image = Image.objects.get(name="a.png")
    assert (image.format, image.read_version, image.is_available) == ("", READ_VERSION, True)
    assert said in reason("a.png")
    assert Image.objects.get(name="good.png").format == "png"


def test_a_truncated_picture_keeps_what_was_before_the_break(root, library_folder):
    whole = pictures.a1111_png(library_folder / "a.png", size=(900, 900)).read_bytes()
    (library_folder / "a.png").write_bytes(whole[: len(whole) // 2])
    settled(library_folder / "a.png")
    scan(root)
    image = Image.objects.get()
    assert (image.format, image.width, image.height) == ("png", 900, 900)
    assert image.prompt is not None


def test_a_picture_under_a_wrong_name_is_what_its_bytes_are(root, library_folder):
    pictures.jpeg(library_folder / "a.png", pictures.INFOTEXT)
    pictures.a1111_png(library_folder / "b.webp")
    scan(root)
    assert dict(Image.objects.values_list("name", "format")) == {"a.png": "jpeg", "b.webp": "png"}
    assert Image.objects.filter(prompt=None).count() == 0


def test_a_video_says_how_long_it_is_and_what_it_is_made_of(root, library_folder):
    (library_folder / "a.mp4").write_bytes(clips.clip("mp4", {"comment": pictures.INFOTEXT}))
    scan(root)
    image = Image.objects.get()
    assert (image.format, image.width, image.height) == ("mp4", *clips.SIZE)
    assert image.duration_ms == 1000 * clips.FRAMES // clips.FRAMES_PER_SECOND
    media = dict(image.metadata.media)
    assert (media["Codec"], media["Frame rate"]) == ("MPEG-4 Visual", "20")
    assert image.metadata.problems == []
    assert image.seed == 4183920117736


def test_a_video_whose_pictures_are_lost_counts_as_read(root, library_folder):
    whole = clips.clip("mp4", {"comment": pictures.INFOTEXT})
    at = whole.index(b"mdat") + 4
    end = at + int.from_bytes(whole[at - 8 : at - 4], "big") - 8
    (library_folder / "a.mp4").write_bytes(whole[:at] + bytes(end - at) + whole[end:])
    settled(library_folder / "a.mp4")
    scan(root)
    image = Image.objects.get()
    assert (image.format, image.seed) == ("mp4", 4183920117736)
    assert image.metadata.problems
    assert not StageFailure.objects.exists()


def test_enormous_dimensions_cost_nothing(root, library_folder):
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    for name, side in (("big.png", 2**31 - 1), ("impossible.png", 2**32 - 1)):
        header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
        end = chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
        (library_folder / name).write_bytes(b"\x89PNG\r\n\x1a\n" + header + end)
        settled(library_folder / name)
    scan(root)
    assert Image.objects.get(name="big.png").width == 2**31 - 1
    assert Image.objects.get(name="impossible.png").width is None
    assert Image.objects.filter(read_version=READ_VERSION).count() == 2


def test_a_file_still_being_written_is_left_for_the_next_scan(root, library_folder):
    file = pictures.a1111_png(library_folder / "a.png", size=(900, 900))
    whole = file.read_bytes()
    file.write_bytes(whole[:200])
    scan(root)
    assert Image.objects.get().read_version is None
    assert not StageFailure.objects.exists()
    file.write_bytes(whole)
    scan(root)
    assert Image.objects.get().prompt is not None


def test_a_file_from_the_future_is_read_all_the_same(root, library_folder):
    (library_folder / "a.png").write_bytes(b"8BPS")
    os.utime(library_folder / "a.png", (2**33, 2**33))
    scan(root)
    assert Image.objects.get().read_version == READ_VERSION


def test_a_file_that_vanished_since_the_quick_scan_becomes_unavailable(root, library_folder):
    pictures.png(library_folder / "stays.png")
    file = pictures.png(library_folder / "a.png")
    look(root)
    aside = file.rename(library_folder.parent / "aside.png")
    read(root)
    assert names(root, is_available=False) == {"a.png"}
    assert Folder.objects.get(path="").image_count == 1
    aside.rename(file)  # the folder looks again as the quick scan saw it
    look(root)
    assert names(root, is_available=False) == set()
    assert Folder.objects.get(path="").image_count == 2


def test_a_file_that_changed_since_the_quick_scan_is_taken_as_it_is(root, library_folder):
    file = pictures.a1111_png(library_folder / "a.png")
    old = file.read_bytes(), file.stat().st_mtime_ns
    look(root)
    pictures.png(file, size=(300, 200))
    read(root)
    image = Image.objects.get()
    assert (image.size, image.mtime_ns) == (file.stat().st_size, file.stat().st_mtime_ns)
    assert (image.width, image.prompt) == (300, None)
    file.write_bytes(old[0])
    os.utime(file, ns=(old[1], old[1]))  # restored from a backup, to the nanosecond
    scan(root)
    assert Image.objects.get().prompt is not None


def test_a_row_that_a_quick_scan_changed_meanwhile_is_left_to_the_next_deep_scan(
    root, library_folder, monkeypatch
):
    pictures.a1111_png(library_folder / "a.png")
    look(root)

    read_file = reading.Reader.read

    def slow(reader, target, imported):
        answer = read_file(reader, target, imported)
        Image.objects.update(size=1, mtime_ns=1)
        return answer

    monkeypatch.setattr(reading.Reader, "read", slow)
    read(root)
    assert Image.objects.get().read_version is None


def test_a_file_that_may_not_be_read_says_so_and_is_tried_again(root, library_folder, monkeypatch):
    pictures.a1111_png(library_folder / "a.png")
    look(root)

    def refuse(root, relative):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(reading, "open_inside", refuse)
        read(root)
        read(root)
    failure = StageFailure.objects.get()
    assert (failure.reason, failure.attempts) == ("The file cannot be read: Permission denied.", 2)
    assert Image.objects.get().read_version is None
    read(root)
    assert not StageFailure.objects.exists()
    assert Image.objects.get().prompt is not None


def test_a_broken_sector_is_no_verdict_on_the_picture(root, library_folder, monkeypatch):
    settled(pictures.a1111_png(library_folder / "a.png"))
    look(root)

    def fail(*args, **kwargs):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(reading, "read_stream", fail)
    read(root)
    assert reason("a.png") == "The file cannot be read: Input/output error."
    assert Image.objects.get().read_version is None


def test_a_picture_that_broke_forgets_what_it_said(root, library_folder):
    file = pictures.a1111_png(library_folder / "a.png")
    scan(root)
    file.write_bytes(b"8BPS")
    settled(file)
    scan(root)
    image = Image.objects.get()
    assert (image.prompt, image.checkpoint, image.format) == (None, None, "")
    assert not ImageMetadata.objects.exists()
    assert not ImageResource.objects.exists()


def test_an_image_that_killed_its_worker_is_not_tried_again(root, library_folder):
    pictures.png(library_folder / "a.png")
    look(root)
    deep.give_up([Image.objects.get().pk], "It ended the worker process three times.")
    read(root)
    assert Image.objects.get().read_version is None
    read(root, rebuild=True)
    assert Image.objects.get().read_version == READ_VERSION


def test_a_value_that_postgresql_refuses_costs_one_image_and_no_other(
    root, library_folder, monkeypatch
):
    for n in range(5):
        pictures.a1111_png(library_folder / f"{n}.png", size=(64 + n, 48))
    pictures.a1111_png(library_folder / "bad.png", "a cat\nSteps: 3, Sampler: poison, Seed: 1")
    from gallery.scanning import saving

    whole = saving._row

    def spoilt(reading, *args):
        row = list(whole(reading, *args))
        row[5] = 2**40 if "poison" in row else row[5]
        return tuple(row)

    monkeypatch.setattr(saving, "_row", spoilt)
    scan(root)
    assert Image.objects.filter(format="png").count() == 5
    assert "cannot be stored" in reason("bad.png")


def test_text_is_saved_before_it_fills_the_memory(root, library_folder, monkeypatch):
    for n in range(4):
        pictures.a1111_png(library_folder / f"{n}.png")
    look(root)
    monkeypatch.setattr(deep, "_BATCH_CHARS", 300)
    saved: list[int] = []
    save = deep.saving.save
    monkeypatch.setattr(
        deep.saving, "save", lambda batch, ids: saved.append(len(batch)) or save(batch, ids)
    )
    read(root)
    assert saved == [1, 1, 1, 1]


def test_a_chunk_costs_the_same_number_of_queries_however_many_images(
    root, library_folder, django_assert_max_num_queries
):
    for n in range(60):
        pictures.a1111_png(library_folder / f"{n}.png", f"prompt {n}\nSteps: {n}, Seed: {n}")
    look(root)
    ids = list(Image.objects.values_list("pk", flat=True))
    with django_assert_max_num_queries(30):
        deep.scan(ids, Progress())


def test_packed_records_are_whole(root, library_folder):
    text = "x" * 5000 + " ünï 😀"
    pictures.png(library_folder / "a.png", {"parameters": text, "note": "y"})
    scan(root)
    records = ImageMetadata.objects.get().records
    assert [record["text"] for record in records] == [text, "y"]
    assert orjson.dumps(records)


def test_nothing_is_left_in_the_sessions_tables(root, library_folder):
    """A second batch in the same session must not save the first one's rows again."""
    pictures.a1111_png(library_folder / "a.png")
    scan(root)
    Image.objects.update(sampler="kept")
    pictures.a1111_png(library_folder / "b.png")
    scan(root)
    assert Image.objects.get(name="a.png").sampler == "kept"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM read_stage")
        assert cursor.fetchone() == (1,)
