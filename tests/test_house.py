import pytest

from tests.factories import ImageFactory


@pytest.mark.django_db
def test_factory_rows_fit_the_schema():
    image = ImageFactory()
    assert image.folder.root.collection == image.collection
