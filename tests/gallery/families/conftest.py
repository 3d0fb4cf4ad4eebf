"""What the tests of families share."""

from tests.gallery.kinship import make

__all__ = ["make"]
