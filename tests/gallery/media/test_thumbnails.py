import errno
import io
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest
from django.core.files.storage import InMemoryStorage
from PIL import Image

from gallery.media import locks, storing, thumbnails
from gallery.media.pictures import Picture
from gallery.media.storing import StorageUnwritable

KEY = uuid.UUID("00112233445566778899aabbccddeeff")


@pytest.fixture
def place(settings, tmp_path) -> Path:
    settings.ENV = settings.ENV.model_copy(update={"data_dir": tmp_path / "data"})
    return tmp_path / "thumbnails"


def picture(width: int = 1000, height: int = 500, mode: str = "RGB") -> Picture:
    return Picture(Image.new(mode, (width, height), 120), width, height)


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def test_three_sizes_lie_under_the_key_of_their_content(place):
    thumbnails.make(KEY, picture)
    assert files_in(place) == [
        f"00/11/{KEY.hex}-192.webp",
        f"00/11/{KEY.hex}-384.webp",
        f"00/11/{KEY.hex}-768.webp",
    ]
    with Image.open(place / thumbnails.name(KEY.hex, 384)) as made:
        assert (made.format, made.size) == ("WEBP", (384, 192))


def test_a_small_picture_is_never_enlarged(place):
    thumbnails.make(KEY, lambda: picture(200, 100))
    sizes = [size_of(place / thumbnails.name(KEY.hex, size)) for size in thumbnails.SIZES]
    assert sizes == [(200, 100), (200, 100), (192, 96)]


def test_transparency_survives(place):
    clear = Picture(Image.new("RGBA", (900, 900), (255, 0, 0, 0)), 900, 900)
    thumbnails.make(KEY, lambda: clear)
    with Image.open(place / thumbnails.name(KEY.hex, 192)) as made:
        assert made.getpixel((5, 5))[3] == 0


def test_many_at_once_make_it_once(place):
    calls: list[int] = []

    def decode() -> Picture:
        calls.append(1)
        time.sleep(0.05)
        return picture()

    threads = [threading.Thread(target=thumbnails.make, args=(KEY, decode)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(calls) == 1
    assert len(files_in(place)) == 3


_HOLD = """
import sys, time
from pathlib import Path
from gallery.media import locks
with locks.only_one(Path(sys.argv[1]), sys.argv[2]):
    print("held", flush=True)
    time.sleep(60)
"""


def test_another_process_waits_and_a_killed_one_frees_the_lock(tmp_path):
    other = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path), KEY.hex], stdout=subprocess.PIPE
    )
    assert other.stdout
    assert other.stdout.readline() == b"held\n"
    entered = threading.Event()

    def enter() -> None:
        with locks.only_one(tmp_path, KEY.hex):
            entered.set()

    thread = threading.Thread(target=enter)
    thread.start()
    assert not entered.wait(0.3)
    other.kill()
    assert entered.wait(10)
    thread.join()
    other.wait()
    other.stdout.close()


def test_a_failing_decoder_leaves_nothing_and_the_next_one_works(place):
    def broken() -> Picture:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        thumbnails.make(KEY, broken)
    thumbnails.make(KEY, picture)
    assert len(files_in(place)) == 3


def test_a_full_disk_leaves_no_half_file_and_says_so(place, monkeypatch):
    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(StorageUnwritable, match="is full"):
            thumbnails.make(KEY, picture)
    assert files_in(place) == []
    thumbnails.make(KEY, picture)
    assert len(files_in(place)) == 3


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /dev/full")
def test_a_really_full_device_is_told_as_full(place, monkeypatch):
    monkeypatch.setattr(Path, "with_name", lambda self, name: Path("/dev/full"))
    monkeypatch.setattr(Path, "unlink", lambda self, missing_ok: None)
    with pytest.raises(StorageUnwritable, match="is full"):
        thumbnails.make(KEY, picture)


def test_a_folder_that_may_not_be_written_is_told_with_its_reason(place):
    place.write_text("a file where the folder should be")
    with pytest.raises(StorageUnwritable, match="cannot be written"):
        thumbnails.make(KEY, picture)


_WRITE_FOR_EVER = """
import sys
from pathlib import Path
from gallery.media import storing
path = Path(sys.argv[1])
print("ready", flush=True)
while True:
    storing._replace(path, b"x" * 5_000_000)
    path.unlink()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills as POSIX systems do")
def test_a_kill_in_the_middle_leaves_the_whole_file_or_none(tmp_path):
    path = tmp_path / "made.webp"
    for pause in (0.011, 0.023, 0.037):
        child = subprocess.Popen(
            [sys.executable, "-c", _WRITE_FOR_EVER, str(path)], stdout=subprocess.PIPE
        )
        assert child.stdout
        child.stdout.readline()
        time.sleep(pause)
        child.kill()
        child.wait()
        child.stdout.close()
        assert not path.exists() or path.stat().st_size == 5_000_000
        assert len(os.listdir(tmp_path)) <= 2  # noqa: PTH208 - names, hidden ones too
    storing._replace(path, b"whole")
    assert [entry.name for entry in tmp_path.iterdir()] == ["made.webp"]


def test_locks_that_cannot_be_made_are_told_with_their_reason(place, settings):
    settings.ENV.data_dir.write_text("a file where the folder should be")
    with pytest.raises(StorageUnwritable, match="cannot be written"):
        thumbnails.make(KEY, picture)


def test_an_empty_file_does_not_count_as_made(place):
    thumbnails.make(KEY, picture)
    (place / thumbnails.name(KEY.hex, 192)).write_bytes(b"")
    assert not thumbnails.are_made(KEY)
    thumbnails.make(KEY, picture)
    assert thumbnails.are_made(KEY)


def test_any_storage_will_do():
    storage = InMemoryStorage()
    storing.put(storage, "a/b.webp", b"one")
    storing.put(storage, "a/b.webp", b"two")
    assert storage.open("a/b.webp").read() == b"two"
    assert storage.listdir("a") == ([], ["b.webp"])


def test_encoding_is_deterministic():
    assert thumbnails.encode(picture(), 192) == thumbnails.encode(picture(), 192)
    assert Image.open(io.BytesIO(thumbnails.encode(picture(), 192))).size == (192, 96)


@pytest.mark.parametrize("text", ["new", "", "0" * 31, "0" * 33, "../" + "0" * 29, "G" * 32])
def test_only_a_fingerprint_is_a_key(text):
    assert not thumbnails.is_key(text)


def test_a_fingerprint_is_a_key():
    assert thumbnails.is_key(KEY.hex)
