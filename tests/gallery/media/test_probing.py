import io
from fractions import Fraction

import pytest

from gallery.media import probing
from gallery.media.probing import MediaFacts, is_playable
from tests.gallery.media.encoded import quadrants
from tests.gallery.media.films import film, sound_alone


@pytest.mark.parametrize("kind", ["mp4", "mov", "webm", "mkv", "avi"])
def test_each_kind_tells_its_duration_and_size(tmp_path, kind):
    facts = probing.probe(film(tmp_path / f"a.{kind}"), kind)
    assert facts.duration_ms == pytest.approx(2000, abs=130)
    assert (facts.width, facts.height) == (64, 48)
    assert dict(facts.pairs)["Frame rate"] == "8"
    assert facts.problems == ()


def test_facts_are_in_words_of_people(tmp_path):
    facts = probing.probe(film(tmp_path / "a.mp4", has_sound=True), "mp4")
    pairs = dict(facts.pairs)
    assert pairs["Codec"].startswith("H.264 (")
    assert pairs["Sound"] == "Opus, stereo"
    assert pairs["Pixels"] == "8 bit 4:2:0"
    assert pairs["Bit rate"].endswith("bit/s")
    assert "Brightness" not in pairs


def test_an_open_file_is_probed_and_stays_open(tmp_path):
    file = io.BytesIO(film(tmp_path / "a.webm").read_bytes())
    assert dict(probing.probe(file, "webm").pairs)["Codec"] == "VP8"
    assert not file.closed


@pytest.mark.parametrize(("turn", "size"), [(90, (48, 64)), (-90, (48, 64)), (180, (64, 48))])
def test_a_turned_video_tells_its_upright_size(tmp_path, turn, size):
    facts = probing.probe(film(tmp_path / "a.mp4", turn=turn), "mp4")
    assert (facts.width, facts.height) == size


def test_pixels_that_are_not_square_are_counted_square(tmp_path):
    facts = probing.probe(film(tmp_path / "a.mp4", aspect=Fraction(2, 1)), "mp4")
    assert (facts.width, facts.height) == (128, 48)


def test_hdr_is_said(tmp_path):
    path = film(tmp_path / "a.mp4", codec="libx265", pixels="yuv420p10le", colours=(9, 16, 9))
    pairs = dict(probing.probe(path, "mp4").pairs)
    assert (pairs["Brightness"], pairs["Pixels"]) == ("HDR (PQ)", "10 bit 4:2:0")


@pytest.mark.parametrize("kind", ["mp4", "webm", "avi"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_cut_video_never_raises(tmp_path, kind, share):
    data = film(tmp_path / f"a.{kind}").read_bytes()
    facts = probing.probe(io.BytesIO(data[: int(len(data) * share)]), kind)
    assert facts.problems or facts.width == 64


def test_what_is_no_video_says_so():
    facts = probing.probe(io.BytesIO(b"no video at all" * 100), "mp4")
    assert facts == MediaFacts(
        problems=("The video is damaged: none of its pictures could be decoded.",)
    )


def test_a_file_without_pictures_says_so(tmp_path):
    facts = probing.probe(sound_alone(tmp_path / "a.mkv"), "mkv")
    assert facts == MediaFacts(
        problems=("The file holds no pictures, only sound or nothing at all.",)
    )


def test_a_codec_that_nobody_knows_is_said(tmp_path):
    data = film(tmp_path / "a.mov").read_bytes().replace(b"avc1", b"????").replace(b"avcC", b"free")
    assert "not known here" in probing.probe(io.BytesIO(data), "mov").problems[0]


def test_a_file_that_gives_its_bytes_slowly_is_given_up(tmp_path, monkeypatch):
    data = film(tmp_path / "a.mp4").read_bytes()

    class Slow(io.BytesIO):
        def read(self, size=-1):
            monkeypatch.setattr(probing.streams.time, "monotonic", lambda: 1e12)
            return super().read(size)

    assert "took too long" in probing.probe(Slow(data), "mp4").problems[0]


def test_a_playlist_does_not_lead_out(tmp_path):
    """Formats are told from our own look at the bytes; FFmpeg never guesses one."""
    secret = film(tmp_path / "secret.mp4")
    playlist = tmp_path / "a.mp4"
    playlist.write_text(f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n")
    for kind in ("mp4", "mkv", "avi"):
        assert probing.probe(playlist, kind).problems


@pytest.mark.parametrize(
    ("kind", "codec", "expected"),
    [
        ("mp4", "H.264 (High)", True),
        ("mp4", "H.264 (High 10)", False),
        ("mp4", "H.265 (Main)", False),
        ("mov", "H.264 (Main)", True),
        ("mov", "ProRes (HQ)", False),
        ("webm", "VP9", True),
        ("webm", "AV1", True),
        ("mkv", "VP8", True),
        ("avi", "H.264 (High)", False),
        ("mp4", "", False),
    ],
)
def test_what_browsers_play(kind, codec, expected):
    pairs = [("Frame rate", "24"), ("Codec", codec)] if codec else []
    assert is_playable(kind, pairs) is expected


def test_it_is_quick(tmp_path):
    path = film(tmp_path / "a.mp4", [quadrants((640, 480))] * 100)
    started = probing.streams.time.monotonic()
    probing.probe(path, "mp4")
    assert probing.streams.time.monotonic() - started < probing.LIMIT_S
