"""Every broken file of the corpus through decoding, thumbnails and previews, each in bounds."""

import io
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from gallery.media import decoding, formats, posters, probing, strips, thumbnails
from gallery.media.pictures import UndecodableImage

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "malformed"
LONGEST_S, MOST_BYTES = 1.0, 300_000_000

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.slow,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="measures in forked processes"),
]


def test_no_file_crashes_hangs_or_fills_the_memory():
    """In a fresh process: what the tests before took would count as each file's."""
    script = (
        "import django; django.setup();"
        "from tests.gallery.media import test_malformed; test_malformed.survey()"
    )
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    assert (found.returncode, found.stdout.strip()) == (0, "[]"), found.stdout + found.stderr
    assert found.stderr == ""


def survey() -> None:
    files = sorted(path for path in CORPUS.rglob("*") if path.is_file())
    assert len(files) > 100
    sys.stdout.write(repr([said for path in files if (said := _measured(path))]))


def _measured(path: Path) -> str:
    """What is wrong with how a process of its own came through it; empty is nothing."""
    child = os.fork()
    if child == 0:
        os._exit(_through(path))
    _, status, usage = os.wait4(child, 0)
    # The processor's time: the machine may be busy with other tests.
    took = usage.ru_utime + usage.ru_stime
    peak = usage.ru_maxrss * 1024
    if status or took > LONGEST_S or peak > MOST_BYTES:
        return f"{path.name}: status {status}, {took:.2f} s, {peak / 1e6:.0f} MB"
    return ""


def _through(path: Path) -> int:
    limit = 4 << 30
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    data = path.read_bytes()
    kind = formats.of(data[: formats.HEAD_BYTES])
    try:
        if formats.is_video(kind):
            facts = probing.probe(io.BytesIO(data), kind)
            assert facts.width or facts.problems
            picture = posters.poster(io.BytesIO(data), kind, thumbnails.LARGEST)
        else:
            picture = decoding.decode(data, thumbnails.LARGEST)
        for size in thumbnails.SIZES:
            thumbnails.encode(picture, size)
        if formats.is_video(kind):
            strips.of_video(io.BytesIO(data), kind)
        elif formats.is_animated(kind, 1):
            strips.of_animation(data)
    except UndecodableImage as error:
        return 0 if error.reason.endswith(".") else 2
    except Exception:
        return 1
    return 0
