"""Paths below a root, as stored: '/' between parts, empty for the root itself."""

from collections.abc import Iterator


def parent(path: str) -> str:
    return path.rpartition("/")[0]


def way(path: str) -> Iterator[str]:
    """The folder, and all above it up to the root."""
    while path:
        yield path
        path = parent(path)
    yield path
