"""The benchmark of conversion on a few small pictures: what it says is what was done."""

import pytest

from dtoolkit.core.bench import Bench
from gallery.bench import convert
from tests.gallery.filing.conftest import trash  # noqa: F401

pytestmark = pytest.mark.django_db


def test_it_converts_and_compares(tmp_path, trash, monkeypatch):  # noqa: F811
    monkeypatch.setattr(convert, "FILES", 3)
    monkeypatch.setattr(convert, "_SIDE", 256)
    monkeypatch.setattr(convert, "_SAMPLE_ROUNDS", 1)
    figures = convert.run(Bench(None, tmp_path, 1, None))
    assert figures["files"] == 3
    assert figures["metadata_equal"] == 1
    assert figures["metadata_compared"] > 50
    assert (
        0 < figures["files_per_s_vs_bare"] == min(figures["webp_vs_bare"], figures["avif_vs_bare"])
    )
