"""Which file a recorded use means: by hash, then by name, and never by a guess."""

import uuid

import pytest
from django.db import connection

from gallery.models import ImageResource, Resource, ResourceFile, ResourceFolder, ResourceMatch
from gallery.resources import linking
from gallery.services import resources
from tests.factories import ImageFactory

pytestmark = pytest.mark.django_db
SHA = "0123456789abcdef" * 4
TENSORS = "fedcba9876543210" * 4
HASHED = "2026-01-01 00:00Z"
LORA, CHECKPOINT = Resource.Kind.LORA, Resource.Kind.CHECKPOINT


@pytest.fixture
def folder() -> ResourceFolder:
    return ResourceFolder.objects.create(path="/models")


@pytest.fixture
def make(folder):
    def make(path: str, kind: str = LORA, **fields) -> ResourceFile:
        stem = path.rpartition("/")[2]
        defaults = {"name": stem, "size": 10, "mtime_ns": 1, "fingerprint": uuid.uuid4()}
        return ResourceFile.objects.create(
            folder=folder, path=f"{path}.safetensors", kind=kind, **defaults | fields
        )

    return make


def use(name: str, hash_: str = "", kind: str = LORA) -> ImageResource:
    resource, _ = Resource.objects.get_or_create(kind=kind, name=name)
    image = ImageFactory()
    return ImageResource.objects.create(image=image, resource=resource, recorded_hash=hash_)


def meant(of: ImageResource) -> tuple[ResourceFile, str] | None:
    match = ResourceMatch.objects.filter(
        resource=of.resource_id, recorded_hash=of.recorded_hash
    ).first()
    return (match.file, match.rule) if match else None


@pytest.mark.parametrize(
    "recorded",
    [
        SHA[:8],
        SHA[:10],
        SHA[:12].upper(),
        SHA,
        f"sha256:{SHA}",
        f"0x{TENSORS}",
        TENSORS[:12],
        TENSORS[:10],
        "a1b2c3d4",
        f"AutoV2:{SHA[:10]}",
    ],
)
def test_hashes_of_every_form_and_length(make, recorded):
    file = make("renamed", sha256=SHA, autov3=TENSORS, autov1="a1b2c3d4", hashed_at=HASHED)
    make("other", sha256="9" * 64, autov3="8" * 64, autov1="77777777", hashed_at=HASHED)
    used = use("original", recorded)
    assert linking.link_all() == 1
    assert meant(used) == (file, "hash")


def test_a_stated_hash_serves_until_the_file_is_read(make):
    file = make("renamed", stated_hashes=[TENSORS[:12]])
    used = use("original", TENSORS)
    linking.link_all()
    assert meant(used) == (file, "hash")


@pytest.mark.parametrize("recorded", ["0123456", "xyz", "blake3:" + SHA, SHA + "0", "", "None"])
def test_what_is_no_hash_decides_nothing(make, recorded):
    file = make("fennec", sha256="9" * 64, hashed_at=HASHED)
    make("other", sha256=SHA, hashed_at=HASHED)
    used = use("fennec", recorded)
    linking.link_all()
    assert meant(used) == (file, "name")


def test_the_hash_goes_before_the_name(make):
    make("fennec")
    renamed = make("renamed", sha256=SHA, hashed_at=HASHED)
    used = use("fennec", SHA[:10])
    linking.link_all()
    assert meant(used) == (renamed, "hash")


def test_a_hash_that_contradicts_the_files_own_is_not_linked_by_name(make):
    make("fennec", sha256="9" * 64, autov3="8" * 64, hashed_at=HASHED)
    used = use("fennec", SHA[:10])
    assert linking.link_all() == 0
    assert meant(used) is None


def test_a_stated_autov2_contradicts_too(make):
    make("fennec", sha256="9" * 64)
    use("fennec", SHA[:10])
    assert linking.link_all() == 0


def test_the_old_checkpoint_hash_contradicts_as_soon_as_it_is_known(make):
    make("model", CHECKPOINT, autov1="77777777")
    use("model", "a1b2c3d4", CHECKPOINT)
    use("model", "77777777", CHECKPOINT)
    linking.link_all()
    assert ResourceMatch.objects.get().recorded_hash == "77777777"


def test_without_the_files_hash_the_name_serves_and_the_hash_is_wanted(make):
    file, other = make("fennec"), make("other")
    used = use("fennec", SHA[:10])
    use("other")
    linking.link_all()
    assert meant(used) == (file, "name")
    file.refresh_from_db()
    other.refresh_from_db()
    assert (file.is_hash_wanted, other.is_hash_wanted) == (True, False)
    ResourceFile.objects.filter(pk=file.pk).update(sha256="9" * 64, hashed_at=HASHED)
    linking.link_all()
    assert meant(used) is None
    file.refresh_from_db()
    assert not file.is_hash_wanted


def test_exact_name_then_its_letters_then_other_names(make):
    exact, letters = make("Fennec"), make("sub/fennec", size=11)
    alias = make("fx_v2", aliases=["fennec-fox", "civitai@7"])
    uses = {name: use(name) for name in ("Fennec", "FENNEC", "Fennec-Fox", "civitai@7", "fx")}
    letters.delete()
    linking.link_all()
    assert meant(uses["Fennec"]) == (exact, "name")
    assert meant(uses["FENNEC"]) == (exact, "name")
    assert meant(uses["Fennec-Fox"]) == (alias, "name")
    assert meant(uses["civitai@7"]) == (alias, "name")
    assert meant(uses["fx"]) is None


def test_a_file_that_was_renamed_is_meant_by_its_former_name(make):
    renamed = make("tidy/style v1", former_names=["Style"])
    used = use("style")
    linking.link_all()
    assert meant(used) == (renamed, "name")
    now = make("style", size=11)
    linking.link_all()
    assert meant(used) == (now, "name")


def test_no_name_is_guessed(make):
    make("fennec_v2")
    for name in ("fennec", "fennec_v3", "fennec_v2.1", "ennec_v2"):
        use(name)
    assert linking.link_all() == 0


def test_a_name_means_a_file_of_its_kind(make):
    make("fennec", CHECKPOINT)
    unknown = make("zebra", "")
    use("fennec")
    zebra = use("zebra")
    linking.link_all()
    assert meant(zebra) == (unknown, "name")
    assert ResourceMatch.objects.count() == 1


def test_different_files_of_one_name_are_none(make):
    make("sdxl/detail"), make("sd15/detail", size=11)
    used = use("detail")
    linking.link_all()
    assert meant(used) is None


def test_same_size_but_other_hashes_are_different_files_too(make):
    make("a/detail", sha256="1" * 64), make("b/detail", sha256="2" * 64)
    use("detail")
    assert linking.link_all() == 0


def test_copies_are_one_file(make):
    first = make("a/detail")
    make("b/detail")
    used = use("detail")
    linking.link_all()
    assert meant(used) == (first, "name")


def test_a_file_that_is_there_goes_before_one_that_is_gone(make):
    make("a/detail", is_available=False)
    there = make("b/detail", size=11)
    used = use("detail")
    linking.link_all()
    assert meant(used) == (there, "name")


def test_the_short_old_hash_of_several_files_needs_the_name(make):
    make("other", CHECKPOINT, autov1="a1b2c3d4", size=1)
    named = make("model", CHECKPOINT, autov1="a1b2c3d4", size=2)
    used, unnamed = use("model", "a1b2c3d4", CHECKPOINT), use("x", "a1b2c3d4", CHECKPOINT)
    linking.link_all()
    assert meant(used) == (named, "hash")
    assert meant(unnamed) is None


def test_links_follow_what_becomes_known(make):
    file = make("fennec")
    used = use("fennec", SHA[:10])
    linking.link_all()
    renamed = make("renamed", sha256=SHA, hashed_at=HASHED)
    linking.link_all()
    assert meant(used) == (renamed, "hash")
    renamed.delete()
    linking.link_all()
    assert meant(used) == (file, "name")
    ImageResource.objects.all().delete()
    assert linking.link_all() == 0


def test_new_images_are_linked_alone(make):
    file = make("fennec")
    old, new = use("fennec", SHA[:10]), use("fennec", TENSORS[:12])
    linking.link_images([new.image_id])
    assert meant(new) == (file, "name")
    assert meant(old) is None
    file.refresh_from_db()
    assert file.is_hash_wanted


def test_new_images_cost_one_query_where_there_are_no_files(django_assert_num_queries):
    used = use("fennec")
    with django_assert_num_queries(1):
        linking.link_images([used.image_id])


def test_links_that_hold_are_not_written_again(make):
    make("fennec")
    use("fennec")
    linking.link_all()
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM gallery_resourcematch")
        before = cursor.fetchall()
        linking.link_all()
        cursor.execute("SELECT xmin::text FROM gallery_resourcematch")
        assert cursor.fetchall() == before


def test_forgetting_a_folder_forgets_its_links(make, folder):
    make("fennec")
    use("fennec")
    linking.link_all()
    resources.remove(folder)
    assert not ResourceMatch.objects.exists()
    assert ImageResource.objects.count() == 1
