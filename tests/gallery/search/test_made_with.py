"""Images that used one model file, whatever they call it."""

import pytest

from gallery.models import ImageResource, Resource, ResourceFile, ResourceFolder
from gallery.resources import linking
from gallery.search import conditions, results
from gallery.views import filters
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory

SHA = "0123456789abcdef" * 4


@pytest.fixture
def file(collection) -> ResourceFile:
    folder = ResourceFolder.objects.create(path="/models")
    return ResourceFile.objects.create(
        folder=folder, path="fennec.safetensors", name="fennec", kind="lora", size=1, mtime_ns=1,
        sha256=SHA, hashed_at="2026-01-01 00:00Z",
    )  # fmt: skip


@pytest.fixture
def use(collection):
    folder = FolderFactory(root=LibraryRootFactory(collection=collection))

    def use(*named: tuple[str, str]) -> int:
        image = ImageFactory(folder=folder)
        for position, (name, hash_) in enumerate(named):
            resource, _ = Resource.objects.get_or_create(kind="lora", name=name)
            ImageResource.objects.create(
                image=image, resource=resource, position=position, recorded_hash=hash_
            )
        return image.pk

    return use


def test_by_name_and_by_hash_once_each(file, use, ask):
    used = {
        use(("fennec", "")),
        use(("other", "")),
        use(("renamed", SHA[:10])),
        use(("fennec", ""), ("renamed", SHA[:12])),
        use(("fennec", "9" * 10)),
    }
    linking.link_all()
    query = ask(f"made_with={file.pk}")
    assert {image.pk for image in query.images()} == used - {min(used) + 1, max(used)}
    assert query.images().count() == 3
    assert len(results.page(query).images) == 3


def test_walking_gives_the_same_as_gathering(file, use, ask, monkeypatch):
    for _ in range(5):
        use(("fennec", ""))
    linking.link_all()
    query = ask(f"made_with={file.pk}&sort=name")
    assert query.is_few
    gathered = [image.pk for image in results.page(query).images]
    monkeypatch.setattr(conditions, "FEW_IMAGES", 2)
    walked = ask(f"made_with={file.pk}&sort=name")
    assert not walked.is_few
    assert [image.pk for image in results.page(walked).images] == gathered


def test_the_chip_names_the_file(file, ask):
    chip = filters.chips(ask(f"made_with={file.pk}&rating=8"))[-1]
    assert (chip.label, chip.value, chip.without) == ("made with", "fennec", "?rating=8")
    gone = filters.chips(ask("made_with=999"))[0]
    assert gone.value == "a model file no longer known"
