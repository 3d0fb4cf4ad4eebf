"""A library in which each keyword finds some images and not others."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import xxhash

from gallery.models import (
    Album,
    AlbumImage,
    Caption,
    Image,
    ImageEdit,
    ImageNodes,
    ImageResource,
    ImageTag,
    NodeValue,
    Resource,
    ResourceFile,
    ResourceFolder,
    ResourceMatch,
    Tag,
    Viewing,
    Workflow,
)
from gallery.search import counting, fulltext, results
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory, PromptFactory

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
SHA = "0123456789abcdef" * 4


@pytest.fixture
def image(collection):
    """`image("a", steps=20)` is one more in the folder `pics/best`."""
    root = LibraryRootFactory(collection=collection, path="/library/My Pictures")
    folder = FolderFactory(root=root, path="pics/best", name="best")

    def make(name: str, **fields) -> Image:
        values = {"prompt": None, "created_at": NOON, "modified_at": NOON, "folder": folder}
        return ImageFactory(name=name, **{**values, **fields})

    return make


@pytest.fixture
def use():
    def use(image: Image, kind: str, name: str, **fields) -> Resource:
        resource, _ = Resource.objects.get_or_create(kind=kind, name=name)
        position = image.resources.count()
        ImageResource.objects.create(image=image, resource=resource, position=position, **fields)
        if kind == "checkpoint" and not image.checkpoint:
            image.checkpoint = resource
            image.save()
        return resource

    return use


@pytest.fixture
def library(collection, image, use) -> None:
    a = image(
        "a", steps=20, cfg_scale=7.0, sampler="Euler a", scheduler="karras", seed=1234,
        width=512, height=768, generator="comfyui", denoise=0.5, clip_skip=2, rating=8,
        is_favourite=True, size=6_000_000, prompt=PromptFactory(text="a red fox"),
        negative_prompt=PromptFactory(text="blurry, extra fingers"),
    )  # fmt: skip
    b = image(
        "b", steps=30, cfg_scale=3.5, sampler="dpmpp_2m", seed=18446744073709551615,
        width=1920, height=1080, generator="forge", rating=3, is_nsfw=True, size=50_000,
        created_at=NOON - timedelta(days=30), modified_at=NOON - timedelta(days=400),
        negative_prompt=PromptFactory(text="blurry sky"),
    )  # fmt: skip
    c = image("c", seed=129, width=1024, height=1024, format="mp4", duration_ms=15_000)
    d = image("d", format="gif", duration_ms=800, width=None, height=None, generator="forge")
    image("e", is_for_deletion=True, steps=20)
    image("f", is_available=False, steps=20)
    other = FolderFactory(root=a.folder.root, path="pics/best/old", name="old")
    image("g_100%.png", folder=other, seed=12)

    use(a, "lora", "fennec_v2", weight=0.7)
    use(b, "lora", "fennec_v3")
    use(b, "lora", "desert", weight=-0.5)
    use(a, "checkpoint", "dreamshaper_8", recorded_hash=SHA[:10])
    renamed = use(b, "checkpoint", "renamed", recorded_hash=SHA[:12].upper())
    use(a, "vae", "sdxl_vae")
    use(b, "embedding", "easynegative")
    use(c, "controlnet", "openpose")
    use(c, "upscaler", "4x-UltraSharp")
    files = ResourceFolder.objects.create(path="/models")
    file = ResourceFile.objects.create(
        folder=files, path="ds.safetensors", name="the_true_name", kind="checkpoint", size=1,
        mtime_ns=1, sha256=SHA, autov1="aabbccdd", autov3="fedcba987654" * 5 + "0000",
    )  # fmt: skip
    ResourceMatch.objects.create(
        resource=renamed, recorded_hash=SHA[:12].upper(), file=file, rule="hash"
    )

    workflow = Workflow.objects.create(
        fingerprint=uuid.uuid4(), node_classes=["FaceDetailer", "KSampler"]
    )
    Image.objects.filter(pk=a.pk).update(workflow=workflow)
    values = []
    for node_class, name, value in (
        ("KSampler", "steps", "20"), ("CLIPTextEncode", "text", "a cat on 100% wool_x"),
    ):  # fmt: skip
        digest = xxhash.xxh3_128_digest(f"{node_class}{name}{value}".encode())
        made = NodeValue.objects.create(
            digest=uuid.UUID(bytes=digest), node_class=node_class, name=name, value=value
        )
        values.append(made.pk)
    ImageNodes.objects.create(image=a, value_ids=values)

    fox, eyes = (Tag.objects.create(name=name) for name in ("fox", "blue_eyes"))
    ImageTag.objects.create(image=a, tag=fox, source="sidecar")
    ImageTag.objects.create(image=b, tag=fox, source="wd14")
    ImageTag.objects.create(image=b, tag=fox, source="person", is_denied=True)
    ImageTag.objects.create(image=b, tag=eyes, source="wd14")
    Caption.objects.create(image=c, source="sidecar", text="A lonely dog, by the sea")
    ImageEdit.objects.create(image=d, note="print at 100% for Mia_B")

    best = Album.objects.create(collection=collection, name="Best of 100%")
    AlbumImage.objects.create(album=best, image=b, position=1)
    AlbumImage.objects.create(album=best, image=c, position=2)
    Album.objects.create(
        collection=collection, name="Smart", is_smart=True, params={"q": "rating:>=8"}
    )
    Viewing.objects.create(image=a, viewed_at=NOON)


@pytest.fixture
def found(ask):
    """The first letters of the images that a query finds, gathered, walked and counted alike."""

    def search(q: str, params: str = "") -> str:
        query = ask(f"sort=name&{params}", q=fulltext.clean(q))
        pages = [results.page(query)]
        walked = query.images().filter(query.condition.where()).order_by("name")
        assert list(walked) == pages[0].images
        assert counting.count(query).value == len(pages[0].images)
        return "".join(image.name[0] for image in pages[0].images)

    return search
