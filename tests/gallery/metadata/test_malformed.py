"""Broken and hostile files beside the checkout, if any: no exception, soon, in little memory."""

import time
from pathlib import Path

import pytest

from gallery import metadata

MALFORMED = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "malformed"
STATUS = Path("/proc/self/status")
PEAK_RESET = Path("/proc/self/clear_refs")

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not MALFORMED.is_dir(), reason="no sample corpus beside the checkout"),
]


def files():
    return sorted(path for path in MALFORMED.rglob("*") if path.is_file())


def memory(line):
    """Megabytes that this process holds (VmRSS) or held at most since the reset (VmHWM)."""
    said = next(text for text in STATUS.read_text().splitlines() if text.startswith(line))
    return int(said.split()[1]) / 1024


def test_every_file_is_read_within_a_second():
    assert files()
    for path in files():
        started = time.process_time()
        found = metadata.read(path)
        assert time.process_time() - started < 1, path
        for record in found.records:
            record.text.encode()
        # What cannot be read says why.
        assert found.format or found.problems, path


@pytest.mark.skipif(not PEAK_RESET.exists(), reason="only Linux tells a process's peak of memory")
def test_no_file_takes_much_memory():
    for path in files():
        PEAK_RESET.write_text("5")
        before = memory("VmRSS")
        metadata.read(path)
        assert memory("VmHWM") - before < 300, path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("crc_bad_text.png", "Steps"),
        ("text_after_idat.png", "Steps"),
        ("text_after_iend.png", "Steps"),
        ("ztxt_bomb_after_good.png", "Steps"),
        ("ztxt_truncated.png", ""),
        ("png_as_jpg_ext.jpg", "Steps"),
        ("chunk_len_ffffffff.png", "Steps"),
        ("text_no_nul.png", "Steps"),
        ("webp_exif_prefixed.webp", "prompt:{}"),
        ("webp_riff_size_short.webp", "prompt:{}"),
        ("webp_chunk_size_huge.webp", "prompt:{}"),
        ("stealth_ok.png", "Steps"),
        ("gif_comment_loop.gif", "a"),
    ],
)
def test_text_that_can_be_saved_is_saved(name, text):
    path = MALFORMED / "synthetic" / name
    if not path.exists():
        pytest.skip("this part of the corpus lacks it")
    assert any(text in record.text for record in metadata.read(path).records)
