"""A library in which every sort has ties and gaps."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from gallery.models import Collection, Image
from gallery.search.query import ResultQuery
from tests.factories import CollectionFactory, FolderFactory, ImageFactory, LibraryRootFactory

START = datetime(2025, 11, 1, 12, 0, 0, 123457, tzinfo=UTC)


@pytest.fixture
def collection(db) -> Collection:
    return CollectionFactory()


@pytest.fixture
def ask(collection):
    """`ask("sort=name&q=fox")` is the query of that query string."""

    def parse(params: str = "", **fields) -> ResultQuery:
        query = ResultQuery.from_params(QueryDict(params), collection)
        return query.replace(**fields) if fields else query

    return parse


@pytest.fixture
def tied_library(collection) -> list[Image]:
    """43 images: four to a moment and a size, each name in three folders, two in three unrated."""
    root = LibraryRootFactory(collection=collection)
    folders = [FolderFactory(root=root, path=f"folder-{n}") for n in range(3)]
    return [
        ImageFactory(
            folder=folders[n % 3],
            name=f"{n // 3:03d}.png",
            size=1000 + n // 4,
            created_at=START + timedelta(days=n // 4 * 9, microseconds=n // 4),
            modified_at=START - timedelta(hours=n // 5),
            rating=n % 10 + 1 if n % 3 == 0 else None,
            prompt=None,
        )
        for n in range(43)
    ]
