import re
import uuid
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from dtoolkit.jobs.models import Job
from gallery.media import displays
from gallery.models import (
    Caption,
    Image,
    ImageMetadata,
    ImageResource,
    ImageSource,
    ImageTag,
    ImageVersion,
    ImportedSidecar,
    StageFailure,
    Tag,
    Workflow,
)
from gallery.models.metadata import pack_records
from tests.factories import (
    CollectionFactory,
    FolderFactory,
    ImageFactory,
    LibraryRootFactory,
    PromptFactory,
    ResourceFactory,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
HOSTILE = "<script>alert(1)</script>\u202e\x07\n\"'&"


def address(image: Image, name: str = "image", **params: str) -> str:
    query = "?" + "&".join(f"{k}={v}" for k, v in params.items()) if params else ""
    return reverse(name, args=[image.collection.slug, image.pk]) + query


def fragment(client, image: Image, name: str = "image", **params: str) -> str:
    response = client.get(address(image, name, **params), headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def folder():
    return FolderFactory(root=LibraryRootFactory(name="ComfyUI"), path="output/2026-11")


def with_metadata(image: Image, records=(), **fields) -> Image:
    ImageMetadata.objects.create(image=image, packed_records=pack_records(list(records)), **fields)
    return image


def test_a_plain_get_is_a_whole_page_and_htmx_gets_the_viewer(client, folder):
    image = ImageFactory(folder=folder, name="fennec.png")
    page = client.get(address(image))
    assert page.status_code == 200
    assert b"<html" in page.content
    assert b"data-viewer" in page.content
    assert "HX-Request" in page["Vary"]
    assert "<html" not in fragment(client, image)


def test_it_says_how_the_picture_was_made(client, folder):
    image = ImageFactory(
        folder=folder,
        name="fennec.png",
        prompt=PromptFactory(text="fennec girl singing"),
        negative_prompt=PromptFactory(text="watermark"),
        checkpoint=ResourceFactory(name="illustrious_v1"),
        seed=18446744073709551615,
        steps=28,
        cfg_scale=5.5,
        sampler="euler_ancestral",
        scheduler="normal",
        generator="ComfyUI",
    )
    lora = ResourceFactory(kind="lora", name="luna_v3")
    ImageResource.objects.create(image=image, resource=lora, weight=0.8, clip_weight=0.6)
    with_metadata(image, facts=[["Hires upscale", "2"]], rule="comfyui-graph")
    html = fragment(client, image)
    for text in (
        "fennec girl singing",
        "watermark",
        "illustrious_v1",
        "luna_v3",
        "0.80 · CLIP 0.60",
        "euler_ancestral · normal",
        "28 · 5.5",
        "18\u202f446\u202f744\u202f073\u202f709\u202f551\u202f615",
        'data-copy="18446744073709551615"',
        "1024 \u00d7 1024",
        "1.05 MP",
        "ComfyUI/output/2026-11",
        f"?folder={folder.pk}",
        "Hires upscale",
        "comfyui-graph",
        "Negative prompt: watermark",
    ):
        assert text in html, text


def test_file_texts_are_texts(client, folder):
    image = ImageFactory(
        folder=folder,
        name=f"{HOSTILE}.png",
        prompt=PromptFactory(text=HOSTILE),
        negative_prompt=PromptFactory(text=f"no {HOSTILE}"),
        checkpoint=ResourceFactory(name=HOSTILE),
        sampler=HOSTILE,
        generator=HOSTILE,
    )
    with_metadata(image, facts=[[HOSTILE, HOSTILE]], rule=HOSTILE, problems=[HOSTILE])
    StageFailure.objects.create(image=image, stage=HOSTILE, version=1, reason=HOSTILE)
    for name in ("image", "image-panel"):
        html = fragment(client, image, name)
        assert "<script>" not in html
        assert "\u202e" not in html
        assert "\x07" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;\ufffd\ufffd" in html


def test_previous_and_next_follow_the_result_of_the_query_string(client, folder):
    first, second, third = (ImageFactory(folder=folder, name=name) for name in ("c", "a", "b"))
    html = fragment(client, third, sort="name")
    assert f'{address(second)}?sort=name" rel="prev"' in html
    assert f'{address(first)}?sort=name" rel="next"' in html
    newest_first = fragment(client, second)
    assert f'{address(third)}" rel="prev"' in newest_first
    assert f'{address(first)}" rel="next"' in newest_first


def test_the_ends_of_the_result_have_one_neighbour(client, folder):
    only = ImageFactory(folder=folder)
    html = fragment(client, only)
    assert "rel=" not in html.replace('rel="noopener"', "")


def test_the_way_back_leads_to_the_place_in_the_result(client, folder):
    image = ImageFactory(folder=folder)
    html = fragment(client, image, rating="none", at="")
    assert f"{reverse('library', args=['default'])}?rating=none&amp;at=" in html


def test_a_query_that_cannot_be_read_is_refused_in_words(client, folder):
    response = client.get(address(ImageFactory(folder=folder), sort="bogus"), headers=HTMX)
    assert response.status_code == 400
    assert "Sort by one of" in response.content.decode()


def test_an_image_of_another_collection_is_not_found(client, folder):
    image = ImageFactory(folder=folder)
    CollectionFactory(slug="other")
    for name in ("image", "image-panel", "image-records"):
        assert client.get(reverse(name, args=["other", image.pk])).status_code == 404
    assert client.get(reverse("image", args=["nowhere", image.pk])).status_code == 404
    assert client.get(reverse("image", args=["default", 10**30])).status_code == 404


def test_a_vanished_file_keeps_its_thumbnail_and_data(client, folder):
    image = ImageFactory(folder=folder, is_available=False)
    html = fragment(client, image)
    assert "not there since the last scan" in html
    assert "/thumbs/" in html
    assert "/files/" not in html
    assert image.prompt.text in html


def test_a_picture_that_cannot_be_decoded_says_why_and_how_often_it_was_tried(client, folder):
    image = ImageFactory(folder=folder, prompt=None)
    StageFailure.objects.create(
        image=image, stage="thumbnail", version=1, reason="The file ends early.", attempts=3
    )
    html = fragment(client, image)
    assert "The file ends early." in html
    assert "3 attempts" in html


@pytest.mark.parametrize(
    ("generator", "version", "is_shown"),
    [("forge_neo", "neo", False), ("comfyui", "ComfyUI", False), ("swarmui", "0.9.7.4", True)],
)
def test_a_version_that_only_repeats_the_name_is_left_out(
    client, folder, generator, version, is_shown
):
    image = with_metadata(
        ImageFactory(folder=folder, generator=generator), generator_version=version
    )
    found = f'<span class="weight">{version}</span>' in fragment(client, image)
    assert found is is_shown


def test_what_the_columns_say_is_not_told_again(client, folder):
    image = ImageFactory(folder=folder, denoise=0.73)
    pairs = [["Denoising strength", "0.73"], ["Mask blur", "4"]]
    html = fragment(client, with_metadata(image, facts=pairs))
    assert "Mask blur" in html
    assert "<dt>Denoising strength" not in html
    other = with_metadata(ImageFactory(folder=folder, denoise=0.5), facts=pairs)
    assert "<dt>Denoising strength" in fragment(client, other)


def test_stages_that_fail_alike_say_so_once_in_words(client, folder):
    image = with_metadata(
        ImageFactory(folder=folder, prompt=None, read_version=None),
        problems=["It is no picture.", "Its text is broken."],
    )
    for stage, reason, attempts in (
        ("deep_scan", "It is no picture (its name says PNG).", 1),
        ("phash", "It is no picture.", 2),
        ("thumbnail", "It is no picture.", 3),
    ):
        StageFailure.objects.create(
            image=image, stage=stage, version=1, reason=reason, attempts=attempts
        )
    html = fragment(client, image)
    assert html.count("It is no picture (its name says PNG).") == 2  # over the picture and beside
    assert html.count("It is no picture") == 2
    assert "Reading metadata, Perceptual hashes, Thumbnails · 3 attempts" in html
    assert html.count("Its text is broken.") == 1
    assert "phash" not in html


def test_a_still_has_a_copy_for_browsers_that_stumble_over_it(client, folder):
    image = ImageFactory(folder=folder)
    assert f'data-fallback="{displays.copy_url(image)}"' in fragment(client, image)
    StageFailure.objects.create(image=image, stage="thumbnail", version=1, reason="It is broken.")
    assert "data-fallback" not in fragment(client, image)


def test_an_unread_file_says_when_its_data_come(client, folder):
    image = ImageFactory(
        folder=folder,
        read_version=None,
        fingerprint=None,
        format="",
        width=None,
        height=None,
        prompt=None,
    )
    assert "not read yet" in fragment(client, image)


def test_a_picture_without_parameters_says_so(client, folder):
    assert "No generation parameters" in fragment(client, ImageFactory(folder=folder, prompt=None))


def test_the_viewer_takes_few_queries_however_much_is_known(
    client, folder, django_assert_max_num_queries
):
    image = ImageFactory(folder=folder, negative_prompt=PromptFactory())
    for position in range(20):
        use = ResourceFactory(kind="lora", name=f"lora-{position}")
        ImageResource.objects.create(image=image, resource=use, position=position)
    with_metadata(image)
    for stage in ("deep_scan", "thumbnail", "phash"):
        StageFailure.objects.create(image=image, stage=stage, version=1, reason="broken")
    ImageFactory.create_batch(3, folder=folder)
    with django_assert_max_num_queries(17):
        fragment(client, image, folder=str(folder.pk))


def test_raw_records_are_not_read_for_the_viewer(client, folder, django_assert_max_num_queries):
    image = with_metadata(
        ImageFactory(folder=folder), [{"container": "png:tEXt", "key": "k", "text": "t" * 10_000}]
    )
    html = fragment(client, image)
    assert address(image, "image-records") in html
    assert "t" * 100 not in html


def test_the_panel_beside_the_grid_has_picture_marks_and_details(client, folder):
    image = ImageFactory(folder=folder, rating=8)
    html = fragment(client, image, "image-panel", sort="name")
    assert "data-image-panel" in html
    assert 'aria-checked="true"' in html
    assert image.prompt.text in html
    assert f'href="{address(image)}?sort=name"' in html


def test_dates_are_told_for_machines_too(client, folder):
    image = ImageFactory(folder=folder, created_at=datetime(2026, 11, 21, 7, 5, tzinfo=UTC))
    html = fragment(client, image)
    assert '<time datetime="2026-11-21T07:05:00+00:00">' in html


def test_the_filmstrip_shows_what_lies_around_in_the_result(
    client, folder, django_assert_max_num_queries
):
    images = [ImageFactory(folder=folder, name=f"{number:02}") for number in range(50)]
    with django_assert_max_num_queries(8):
        html = fragment(client, images[25], "image-strip", sort="name", folder=str(folder.pk))
    shown = [int(pk) for pk in re.findall(r'data-frame="(\d+)"', html)]
    assert shown == [image.pk for image in images[5:46]]
    assert "data-more-before" in html
    assert "data-more-after" in html
    assert "data-more-before" not in fragment(client, images[3], "image-strip", sort="name")


def test_the_filmstrip_alone_leads_to_its_image(client, folder):
    image = ImageFactory(folder=folder)
    response = client.get(address(image, "image-strip", sort="name"))
    assert response.status_code == 302
    assert response["Location"] == address(image) + "?sort=name"


def test_it_tells_what_else_is_known(client, folder, django_assert_max_num_queries):
    shape = Workflow.objects.create(
        fingerprint=uuid.uuid4(), node_classes=["KSampler"], node_count=9
    )
    source = ImageFactory(folder=folder, name="sketch.png")
    image = ImageFactory(
        folder=folder, name="fox.png", generator="google", workflow=shape, sidecar_stamp=7
    )
    sibling = ImageFactory(folder=folder, workflow=shape)
    ImageSource.objects.create(image=image, kind="img2img", name="in/sketch.png [input]")
    ImageSource.objects.create(image=image, position=1, kind="mask", name="gone.png")
    ImageSource.objects.create(image=sibling, kind="reference", name="fox.png")
    tag = Tag.objects.create(name="red_scarf", category="general")
    ImageTag.objects.create(image=image, tag=tag, source="sidecar", confidence=0.91)
    Caption.objects.create(image=image, source="sidecar", text="A fox in snow.")
    ImportedSidecar.objects.create(image=image, name="given.txt", text="fox")
    ImageVersion.objects.create(
        image=image,
        fingerprint=uuid.uuid4(),
        size=2048,
        modified_at=image.modified_at,
        prompt=PromptFactory(text="an older fox"),
        seed=77,
    )
    with_metadata(
        image,
        [{"container": "sidecar:txt", "key": "fox.txt", "text": "fox"}],
        rule="provenance",
        media=[["Bit depth", "16"], ["Colour", "RGBA"]],
        facts=[["Refiner", "sdxl_refiner"], ["Refiner steps", "10"], ["Styles", "Fooocus V2"]],
    )
    with django_assert_max_num_queries(18):
        html = fragment(client, image)
    for text in (
        "Google",
        "its content credentials",
        "Bit depth 16",
        ">RGBA<",
        "<h3>Refiner</h3>",
        "sdxl_refiner",
        "Fooocus V2",
        "fox.txt",
        "given.txt",
        "red_scarf",
        "0.91",
        "A fox in snow.",
        "gone.png",
        "9 nodes",
        f"?workflow={shape.pk}",
        "1 other image<",
        "an older fox",
        'seed <span class="mono">77</span>',
    ):
        assert text in html, text
    assert f'href="{address(source)}"' in html
    assert f'href="{address(sibling)}"' in html


def test_long_texts_are_folded_and_whole(client, folder):
    text = "fox " * 400
    html = fragment(client, ImageFactory(folder=folder, prompt=PromptFactory(text=text)))
    assert 'class="fold"' in html
    assert text.strip() in html
    assert 'class="fold"' not in fragment(client, ImageFactory(folder=folder))


def test_a_video_plays_where_browsers_know_its_codec(client, folder):
    image = ImageFactory(folder=folder, name="a.mp4", format="mp4", duration_ms=6000)
    with_metadata(image, media=[["Codec", "H.264 (High)"]])
    html = fragment(client, image)
    assert re.search(r"<video[^>]* controls[^>]* loop", html)
    assert "autoplay" not in html
    assert "0:06" in html


def test_a_video_that_does_not_play_says_why_and_offers_the_file(client, folder):
    image = ImageFactory(folder=folder, name="a.mp4", format="mp4", duration_ms=6000)
    with_metadata(image, media=[["Codec", "H.265 (Main)"]])
    html = fragment(client, image)
    assert "<video" not in html
    assert "Browsers do not play H.265 (Main) in MP4." in html
    assert "?download=1" in html


def test_formats_that_browsers_do_not_know_are_shown_converted(client, folder):
    image = ImageFactory(folder=folder, name="a.tiff", format="tiff")
    html = fragment(client, image)
    assert f'data-original src="{displays.url(image)}"' in html


def test_read_again_reads_this_image_alone(client, folder):
    image, other = ImageFactory(folder=folder), ImageFactory(folder=folder)
    answer = client.post(address(image, "read-again"), headers=HTMX)
    assert "jobs:ended from:document" in answer.content.decode()
    assert Image.objects.get(read_version=None) == image
    assert Job.objects.get().kind == "deep_scan"
    assert client.post(address(other, "read-again")).status_code == 302
    assert client.get(address(other, "read-again")).status_code == 405
