"""Bytes in, verified bytes out: whatever the picture and whatever it says."""

import io
import json
import os
import random
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from gallery import metadata
from gallery.convert import carrying, encoding, one
from gallery.convert.orders import Order, read
from gallery.filing.refusals import Refused
from gallery.metadata.containers import carried
from tests import pictures

LOSSY, LOSSLESS = Order(takes_bigger=True), Order(is_lossless=True, takes_bigger=True)
AVIF = Order("avif", takes_bigger=True)


def saved(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png(image: Image.Image | None = None, **texts: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    return saved(image or pictures.paint(), pnginfo=info)


def said(data: bytes):
    found = metadata.read_stream(io.BytesIO(data), len(data))
    records = [(each.container, each.key, each.text, each.encoding) for each in found.records]
    return records, found.understanding, (found.width, found.height)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, shape, dtype=np.uint8)


GRAPH = json.dumps(pictures.GRAPH)
FILES = {
    "infotext": png(parameters=pictures.INFOTEXT),
    "a graph": png(prompt=GRAPH, workflow='{"nodes": [], "links": []}'),
    "odd words": png(parameters="fox\x01 \u2028 \U0001f98a </rdf:RDF> & <x>", Comment="a\nb"),
    "a jpeg": saved(
        pictures.paint(), "JPEG", exif=pictures.exif_with_comment(pictures.INFOTEXT), comment=b"hi"
    ),
    "a gif": saved(pictures.paint().convert("P"), "GIF", comment=pictures.INFOTEXT.encode()),
    "nothing": saved(pictures.paint()),
}


@pytest.mark.parametrize("order", [LOSSY, LOSSLESS, AVIF], ids=["lossy", "lossless", "avif"])
@pytest.mark.parametrize("name", FILES)
def test_it_says_the_same_word_by_word(name, order):
    made = one.convert(FILES[name], order)
    assert said(made.data) == said(FILES[name])


@pytest.mark.parametrize("order", [LOSSY, AVIF], ids=["webp", "avif"])
def test_a_workflow_of_more_than_a_megabyte_comes_along(order):
    rng = random.Random(2)
    nodes = [{"id": n, "type": rng.choice("abc"), "at": rng.random()} for n in range(32_000)]
    workflow = json.dumps({"nodes": nodes, "links": []})
    assert len(workflow) > 1_600_000
    data = png(prompt=GRAPH, workflow=workflow)
    assert said(one.convert(data, order).data) == said(data)


def test_other_programs_find_what_they_look_for():
    exif = opened(one.convert(FILES["infotext"], LOSSY).data).getexif()
    comment = exif.get_ifd(0x8769)[0x9286]
    assert comment == b"UNICODE\0" + pictures.INFOTEXT.encode("utf-16-be")
    exif = opened(one.convert(FILES["a graph"], LOSSY).data).getexif()
    assert exif[0x0110] == f"prompt:{GRAPH}"
    assert exif[0x010F].startswith('workflow:{"nodes"')


def test_what_another_program_changes_afterwards_is_read_too():
    data = one.convert(FILES["infotext"], LOSSY).data
    picture = opened(data)
    exif = pictures.exif_with_comment("a wolf\nSteps: 3, Sampler: Euler, Seed: 4, Size: 64x48")
    again = saved(picture, "WEBP", exif=exif, xmp=picture.info["xmp"])
    texts = [record[2] for record in said(again)[0]]
    assert texts[0] == pictures.INFOTEXT
    assert any(text.startswith("a wolf") for text in texts[1:])


def test_an_xmp_packet_stays_what_it_was():
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/'
        '22-rdf-syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'rdf:about="" xmp:CreatorTool="Draw Things"/></rdf:RDF></x:xmpmeta>'
    )
    data = saved(pictures.paint(), "WEBP", xmp=packet.encode())
    made = one.convert(data, AVIF).data
    assert said(made) == said(data)
    assert b'xmp:CreatorTool="Draw Things"' in made
    assert said(one.convert(made, LOSSY).data) == said(data)


@pytest.mark.parametrize("order", [LOSSY, LOSSLESS], ids=["lossy", "lossless"])
def test_a_text_that_is_hidden_in_the_pixels_is_carried(order):
    text = pictures.INFOTEXT.encode()
    bits = np.unpackbits(
        np.frombuffer(b"stealth_pnginfo" + struct.pack(">L", len(text) * 8) + text, dtype=np.uint8)
    )
    alpha = np.full(80 * 80, 254, dtype=np.uint8)
    alpha[: len(bits)] |= bits
    pixels = np.dstack([noise(80, 80, 3), alpha.reshape(80, 80).T])
    data = saved(Image.fromarray(pixels))
    made = one.convert(data, order).data
    assert said(data)[1].parameters.seed == 4183920117736
    assert said(made)[:2] == said(data)[:2]
    if order.is_lossless:
        assert np.array_equal(np.asarray(opened(made)), pixels)


def test_a_profile_and_the_right_way_up_are_kept():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = pictures.paint((40, 20))
    data = saved(picture, "JPEG", exif=exif.tobytes(), icc_profile=profile, quality=95)
    for order in (LOSSLESS, AVIF):
        made = opened(one.convert(data, order).data)
        assert made.info["icc_profile"] == profile
        assert made.size == (20, 40)
        assert made.getexif().get(0x0112, 1) == 1
    turned = opened(data).transpose(Image.Transpose.ROTATE_270)
    made = opened(one.convert(data, LOSSLESS).data).convert("RGB")
    assert np.array_equal(np.asarray(made), np.asarray(turned))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_usual_form_of_pixels_without_loss(mode):
    picture = Image.fromarray(noise(30, 20, 4)).convert(mode)
    made = one.convert(saved(picture), LOSSLESS).data
    expected = picture.convert("RGBA")
    assert np.array_equal(np.asarray(opened(made).convert("RGBA")), np.asarray(expected))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (saved(Image.fromarray(noise(9, 9).astype(np.uint16) * 200)), "16 bits"),
        (saved(Image.new("CMYK", (9, 9), (9, 80, 3, 1)), "JPEG"), "CMYK"),
    ],
)
def test_what_has_no_place_is_kept_from_a_conversion_without_loss(data, reason):
    with pytest.raises(Refused, match=reason):
        one.convert(data, LOSSLESS)
    assert opened(one.convert(data, LOSSY).data).mode == "RGB"


MOVING = [Image.new("RGB", (24, 16), colour) for colour in ("red", "green", "green", "blue")]
TIMES = [40, 100, 60, 500]


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
@pytest.mark.parametrize("order", [LOSSY, LOSSLESS, AVIF], ids=["lossy", "lossless", "avif"])
def test_animations_keep_their_frames_and_times(kind, order):
    if kind == "WEBP" and order is not AVIF:
        pytest.skip("is WebP already")
    options = {"lossless": True} if kind == "WEBP" else {}
    data = saved(
        MOVING[0], kind, save_all=True, append_images=MOVING[1:], duration=TIMES, loop=0, **options
    )
    converted = one.convert(data, order).data
    made = opened(converted)
    times = []
    for number in range(made.n_frames):
        made.seek(number)
        made.load()
        times.append(made.info["duration"])
    assert sum(times) == sum(TIMES)
    assert said(converted)[0] == said(data)[0]


def test_how_often_it_plays():
    options = {"save_all": True, "append_images": MOVING[1:], "duration": 50}
    for loop, plays in ((None, 1), (0, 0), (2, 3)):
        given = {} if loop is None else {"loop": loop}
        data = saved(MOVING[0], "GIF", **options, **given)
        assert opened(one.convert(data, LOSSY).data).info["loop"] == plays
        if plays:
            with pytest.raises(Refused, match="plays for ever"):
                one.convert(data, AVIF)


def test_what_is_left_as_it_is():
    whole = FILES["infotext"]
    for data, order, reason in (
        (whole[:-40], LOSSY, "something would be lost"),
        (saved(Image.fromarray(noise(64, 64, 3)), "JPEG")[:-900], LOSSY, "cut off or damaged"),
        (saved(pictures.paint(), "WEBP"), LOSSY, "WebP already"),
        (b"nothing at all", LOSSY, "no picture"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", LOSSY, "a video"),
        (saved(Image.new("1", (16_384, 1))), LOSSY, "16,383 a side"),
        (saved(Image.new("1", (32_769, 1))), AVIF, "32,768 a side"),
        (saved(pictures.paint((4, 4))), Order(), "no smaller"),
    ):
        with pytest.raises(Refused, match=reason):
            one.convert(data, order)


def test_a_wrong_picture_is_not_taken_for_the_right_one(monkeypatch):
    real = encoding._saved

    def black(image, order, options):
        return real(Image.new("RGB", image.size), order, options)

    monkeypatch.setattr(encoding, "_saved", black)
    bright = saved(Image.new("RGB", (30, 30), "white"))
    for order in (LOSSY, LOSSLESS):
        with pytest.raises(Refused, match="did not come out right"):
            one.convert(bright, order)


def test_no_bomb_and_no_sidecar_comes_out_of_what_was_carried():
    record = metadata.RawRecord("sidecar:json", "a.json", "{}", "utf-8")
    packet = carried.packet(carried.Carried((record,)))
    data = saved(pictures.paint(), "WEBP", xmp=packet)
    assert said(data)[0] == []
    bomb = metadata.RawRecord("png:tEXt", "x", "a" * 40_000_000, "utf-8")
    data = saved(pictures.paint(), "WEBP", xmp=carried.packet(carried.Carried((bomb,))))
    found = metadata.read_stream(io.BytesIO(data), len(data))
    assert found.problems and sum(len(each.text) for each in found.records) < 9_000_000


def test_orders_from_outside():
    assert read({"quality": "50"}) == Order(quality=50)
    for values in ({"quality": "49"}, {"quality": "x"}, {"format": "bmp"}, {"originals": "?"}):
        with pytest.raises(Exception, match=r"Choose|Quality|Originals"):
            read(values)


def test_a_broken_exif_block_is_turned_without_harm():
    for length in range(0, 60, 7):
        block = pictures.exif_with_comment("x")[6:][:length]
        assert len(carrying.upright(block)) in {0, len(block)}
    assert carrying.upright(os.urandom(64)) == b""
