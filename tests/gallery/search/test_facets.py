"""What a result has in common: counted whole where a library is small, whatever its numbers."""

import pytest

from gallery.search import facets
from gallery.search.query import ResultQuery
from tests.factories import FolderFactory, ImageFactory

pytestmark = pytest.mark.django_db


def counts(found: facets.Facets, name: str) -> dict[str, int]:
    (facet,) = [each for each in found.facets if each.name == name]
    return {value.label: value.count for value in facet.values}


def test_a_small_library_with_high_numbers_is_counted_whole():
    folder = FolderFactory()
    for number in range(6):
        sampler = "Euler" if number % 2 else "DDIM"
        ImageFactory(pk=50_000_000 + number * 1_000_000, folder=folder, sampler=sampler)
    found = facets.of(ResultQuery(folder.root.collection))
    assert found.is_exact
    assert counts(found, "samplers") == {"Euler": 3, "DDIM": 3}


def test_of_a_large_library_a_sample_is_counted_and_says_so(monkeypatch):
    monkeypatch.setattr(facets, "FEW_IMAGES", 20)
    monkeypatch.setattr(facets, "SAMPLE", 10)
    folder = FolderFactory()
    for number in range(1, 61):  # as many as there are numbers, of which a sample is drawn
        ImageFactory(pk=number, folder=folder, sampler="Euler")
    found = facets.of(ResultQuery(folder.root.collection))
    assert not found.is_exact
