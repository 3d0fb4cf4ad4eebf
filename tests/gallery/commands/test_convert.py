"""Converting in the terminal: an estimate, then the job."""

import io

import pytest
from django.core.management import CommandError, call_command

from tests.gallery.filing.conftest import image, root, trash, tree  # noqa: F401

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("convert", *arguments, stdout=out)
    return out.getvalue()


def test_a_dry_run_estimates_and_changes_nothing(root):  # noqa: F811
    before = tree(root.disk_path)
    said = run("--dry-run", "--bigger")
    assert "4 of 4 files" in said and "an estimate from 4 of them" in said
    assert tree(root.disk_path) == before


def test_a_folder_is_converted_and_what_stays_is_told(root, trash):  # noqa: F811
    said = run(str(root.disk_path / "b"), "--yes", "--to", "avif", "--bigger", "--quality", "60")
    assert "1 image converted to AVIF" in said
    assert image("b/9.avif").is_available and image("a/0.png").is_available
    said = run(str(root.disk_path / "b"), "--yes", "--to", "avif")
    assert "it is AVIF already" in said


def test_what_a_search_finds(root, trash):  # noqa: F811
    run("--query", "file:9.png", "--yes", "--bigger", "--originals", "keep")
    assert image("b/9.webp").is_available and image("b/9.png").is_available
    assert image("a/0.png").is_available


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--quality", "20"], "50 to 100"),
        (["--to", "avif", "--lossless"], "choose WebP"),
        (["--collection", "none"], "no such collection"),
        ([], "--yes"),
    ],
)
def test_what_cannot_be_is_said(root, arguments, words):  # noqa: F811
    with pytest.raises(CommandError, match=words):
        run(*arguments)
