import pytest

from gallery.media import storing, strips, thumbnails
from gallery.models import Image, StageFailure
from gallery.pipeline import planning, registry, runner
from gallery.pipeline.strip_stage import StripStage
from tests import pictures
from tests.gallery.media.encoded import encoded
from tests.gallery.media.films import film, shades
from tests.gallery.pipeline.stage_doubles import NotedProgress
from tests.gallery.scanned import scanned

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_data(settings, tmp_path):
    settings.ENV = settings.ENV.model_copy(update={"data_dir": tmp_path / "data"})


@pytest.fixture
def video(library_folder) -> Image:
    return scanned(film(library_folder / "a.mp4"), format="mp4", duration_ms=2000)


def run(*images: Image) -> None:
    runner.run([image.pk for image in images], registry.stages("default"), NotedProgress())
    for image in images:
        image.refresh_from_db()


def waiting() -> set[int]:
    return set(StripStage().missing(Image.objects.all()).values_list("pk", flat=True))


def test_a_video_gets_thumbnails_a_hash_and_a_strip(video):
    run(video)
    assert thumbnails.are_made(video.fingerprint)
    assert video.phash is not None
    assert video.strip_of == video.fingerprint
    assert storing.exists(thumbnails.storage(), strips.name(video.fingerprint.hex))
    assert strips.url(video).endswith(f"/strip/{video.fingerprint.hex}.webp")
    assert waiting() == set()
    assert not StageFailure.objects.exists()


def test_an_animation_gets_one_too(library_folder):
    first, *others = shades(40, 80, 120, 160)
    path = library_folder / "a.gif"
    path.write_bytes(encoded(first, "GIF", save_all=True, append_images=others, duration=100))
    image = scanned(path, format="gif", duration_ms=400)
    run(image)
    assert image.strip_of == image.fingerprint


def test_a_still_waits_for_none(library_folder):
    image = scanned(pictures.png(library_folder / "a.png"))
    assert waiting() == set()
    run(image)
    assert image.strip_of is None


def test_other_content_waits_for_another(video):
    run(video)
    Image.objects.update(fingerprint="00000000-0000-0000-0000-000000000001")
    assert waiting() == {video.pk}


@pytest.mark.parametrize(
    "fields", [{"is_available": False}, {"read_version": None}, {"fingerprint": None}]
)
def test_vanished_and_unread_videos_wait(video, fields):
    Image.objects.update(**fields)
    assert waiting() == set()


def test_a_broken_video_fails_with_its_reason_in_every_stage(video):
    data = video.disk_path.read_bytes()
    video.disk_path.write_bytes(data[:40] + bytes(len(data) - 40))
    stat = video.disk_path.stat()
    Image.objects.update(mtime_ns=stat.st_mtime_ns)
    run(video)
    reasons = dict(StageFailure.objects.values_list("stage", "reason"))
    assert set(reasons) == {"thumbnail", "phash", "strip"}
    assert "damaged" in reasons["strip"]


def test_it_is_planned_with_the_others(video):
    (stages,) = planning.stages_by_image([video.pk], registry.stages("default")).values()
    assert [stage.name for stage in stages] == ["thumbnail", "phash", "strip"]
