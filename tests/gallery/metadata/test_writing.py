"""Words into the bytes of each kind of file and out again: the packet alone changes."""

import random
import re
import struct
import time
from io import BytesIO

import pytest
from PIL import Image, ImageSequence

from gallery.metadata import read_stream, writing
from gallery.metadata.containers import box_texts
from gallery.metadata.containers.source import Source
from gallery.metadata.writing import Beside, FileWords, Unwritable, packet
from gallery.metadata.writing.words import rating_of, stars
from tests.gallery.metadata import box_builders, builders, gifs

WORDS = FileWords(
    *(9, True, False, ("a fox", 'snow & "ice"'), ("bad",), "A <note>\nof two lines", "mine", ""),
)
MADE = '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">'
FOREIGN = f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
{MADE}
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="uuid:7" xmlns:x1="http://ns.adobe.com/xap/1.0/"
   xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:digiKam="http://www.digikam.org/ns/1.0/"
   x1:Rating="3"
   digiKam:ColorLabel='0' x1:CreatorTool="a > b">
   <dc:subject><rdf:Bag><rdf:li>cat</rdf:li><rdf:li>bad</rdf:li></rdf:Bag></dc:subject>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">a prompt, Steps: 20</rdf:li></rdf:Alt>
   </dc:description>
   <digiKam:TagsList><rdf:Seq><rdf:li>cat</rdf:li></rdf:Seq></digiKam:TagsList>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
   <?xpacket end="w"?>""".encode()


def painted(kind: str, **options) -> bytes:
    file = BytesIO()
    picture = Image.radial_gradient("L").resize((24, 16)).convert(options.pop("mode", "RGB"))
    picture.save(file, kind, **options)
    return file.getvalue()


def moving(kind: str) -> bytes:
    file = BytesIO()
    frames = [Image.new("RGB", (12, 8), colour) for colour in ("red", "green", "blue")]
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=50)
    return file.getvalue()


_XMP_BOX = box_builders.box(b"uuid", box_texts.XMP_UUID[4:], FOREIGN)


def movie(*after: bytes) -> bytes:
    start = box_builders.ftyp(b"isom", b"mp42") + box_builders.box(b"moov", b"")
    return start + box_builders.box(b"mdat", b"media" * 50) + b"".join(after)


def jxl() -> bytes:
    signature = b"\0\0\0\x0cJXL \r\n\x87\n"
    return signature + box_builders.ftyp(b"jxl ") + box_builders.box(b"jxlc", b"\xff\x0a1234")


FILES = {
    "png": painted("PNG"),
    "png of a palette": painted("PNG", mode="P"),
    "png that moves": moving("PNG"),
    "png with a tail": painted("PNG") + b"something behind the end",
    "jpeg": painted("JPEG", exif=Image.Exif().tobytes() or b""),
    "jpeg in steps": painted("JPEG", progressive=True),
    "webp": painted("WEBP"),
    "webp lossless": painted("WEBP", lossless=True),
    "webp with alpha": painted("WEBP", mode="RGBA", lossless=True),
    "webp that moves": moving("WEBP"),
    "gif": painted("GIF"),
    "gif that moves": moving("GIF"),
    "mp4": movie(),
    "jxl": jxl(),
}


def source(data: bytes) -> Source:
    return Source(BytesIO(data), len(data), data)


def kind_of(name: str) -> str:
    return name.partition(" ")[0]


def spliced(data: bytes, splices) -> bytes:
    parts, position = [], 0
    for splice in sorted(splices, key=lambda each: (each.start, each.end)):
        parts += (data[position : splice.start], splice.data)
        position = splice.end
    return b"".join([*parts, data[position:]])


def written(data: bytes, words: FileWords, kind: str = "png") -> bytes:
    change = writing.change(source(data), kind, words)
    return data if change is None else spliced(data, change.splices)


def said(data: bytes):
    return writing.said(read_stream(BytesIO(data), len(data)).records)


def frames(data: bytes) -> list[bytes]:
    with Image.open(BytesIO(data)) as picture:
        return [each.convert("RGBA").tobytes() for each in ImageSequence.Iterator(picture)]


@pytest.mark.parametrize("name", FILES)
def test_words_go_in_come_back_and_go_again(name):
    data, kind = FILES[name], kind_of(name)
    now = written(data, WORDS, kind)
    assert said(now).words == packet.storable(WORDS)
    assert writing.digest(source(now), kind) == writing.digest(source(data), kind)
    assert writing.change(source(now), kind, WORDS) is None
    less = written(now, FileWords(rating=2), kind)
    assert said(less).words == FileWords(rating=2)
    assert len(less) < len(now)
    back = written(less, FileWords(), kind)
    assert said(back) is None
    if data[:6] != b"GIF87a":
        assert back == data
    if kind not in {"mp4", "jxl"}:
        assert frames(now) == frames(data)
        with Image.open(BytesIO(now)) as picture, Image.open(BytesIO(data)) as before:
            assert picture.info.get("duration") == before.info.get("duration")


@pytest.mark.parametrize("name", ["png", "jpeg", "webp"])
def test_other_programs_read_it(name):
    with Image.open(BytesIO(written(FILES[name], WORDS, name))) as picture:
        described = picture.getxmp()["xmpmeta"]["RDF"]["Description"]
    assert described["Rating"] == "5"
    assert described["subject"]["Bag"]["li"] == list(WORDS.tags)
    assert described["description"]["Alt"]["li"] == {"lang": "x-default", "text": WORDS.note}


def test_what_others_wrote_stays_to_the_byte():
    edited = packet.edited(FOREIGN, WORDS)
    assert packet.said(edited).words == packet.storable(WORDS)
    assert packet.said(edited).tags == ("cat",)
    # All but the rating and the keywords, which are one list for all.
    kept = re.sub(rb'\s+x1:Rating="3"', b"", FOREIGN)
    kept = re.sub(rb"<dc:subject>.*?</dc:subject>", b"", kept)
    ours = re.search(
        rb"<rdf:Description rdf:about=\"uuid:7\" xmlns:rdf.*?</rdf:Description>", edited, re.S
    )
    assert edited.replace(ours[0], b"") == kept
    assert b"A &lt;note&gt;" in ours[0]
    assert b"dc:description" not in ours[0]  # that of the others is the only one
    bare = packet.edited(edited, FileWords())
    assert packet.said(bare).tags == ("cat",)
    assert not packet.said(bare).is_ours
    assert b"Steps: 20" in bare


def test_where_nothing_is_said_a_foreign_packet_is_not_touched():
    assert packet.edited(FOREIGN, FileWords()) is FOREIGN
    assert packet.said(FOREIGN).suggested() == FileWords(rating=6, tags=("cat", "bad"))


def test_a_rating_says_nothing_of_keywords():
    edited = packet.edited(FOREIGN, FileWords(rating=10))
    assert b"<rdf:li>cat</rdf:li><rdf:li>bad</rdf:li></rdf:Bag></dc:subject>" in edited


def test_what_another_program_changed_later_counts():
    ours = packet.edited(None, FileWords(rating=9, tags=("a", "b")))
    later = ours.replace(b"<xmp:Rating>5<", b"<xmp:Rating>2<").replace(
        b"<dc:subject><rdf:Bag><rdf:li>a</rdf:li>", b"<dc:subject><rdf:Bag><rdf:li>c</rdf:li>"
    )
    assert packet.said(later).suggested() == FileWords(rating=4, tags=("b", "c"))


@pytest.mark.parametrize("rating", range(1, 11))
def test_stars_are_half_of_it_rounded_up(rating):
    assert stars(rating) == int(rating / 2 + 0.5)
    assert packet.said(packet.edited(None, FileWords(rating=rating))).words.rating == rating


@pytest.mark.parametrize(
    ("value", "rating"),
    [("4", 8), ("2.5", 5), ("0", None), ("-1", None), ("6", None), ("nan", None), ("x", None)],
)
def test_stars_of_others(value, rating):
    assert rating_of(value) == rating


@pytest.mark.parametrize(
    "data",
    [
        b"no XML",
        FOREIGN[:300],
        FOREIGN.decode().encode("utf-16"),
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + FOREIGN[57:],
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>',
        b"<a>" * 100 + b"</a>" * 100,
        b" " * 3_000_000 + FOREIGN,
    ],
)
def test_a_packet_that_cannot_be_edited_is_refused(data):
    with pytest.raises(Unwritable, match="its XMP"):
        packet.edited(data, WORDS)


def test_an_rdf_of_one_empty_tag_is_opened():
    empty = (
        MADE.encode()
        + b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'
    )
    assert packet.said(packet.edited(empty, WORDS)).words == packet.storable(WORDS)


def itxt(data: bytes, flags: bytes = b"\0\0") -> bytes:
    return builders.chunk(b"iTXt", b"XML:com.adobe.xmp\0" + flags + b"\0\0" + data)


def test_a_png_that_has_its_packet_behind_the_pixels_gets_it_before_them():
    data = builders.png(builders.text("parameters", "a fox"), after=itxt(FOREIGN))
    now = written(data, WORDS)
    assert now.index(b"XML:com") < now.index(b"IDAT")
    assert now.count(b"XML:com") == 1
    assert builders.text("parameters", "a fox") in now


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (builders.png(itxt(FOREIGN), itxt(FOREIGN)), "png", "several"),
        (builders.png(itxt(b"x" * 9, b"\1\0")), "png", "damaged"),
        (builders.png()[:-14], "png", "damaged"),
        (builders.SIGNATURE, "png", "damaged"),
        (builders.png().replace(b"IDAT", b"\0DAT"), "png", "damaged"),
        (builders.jpeg()[:14], "jpeg", "damaged"),
        (b"\xff\xd8\xff\xe1\0\1", "jpeg", "damaged"),
        (FILES["webp"][:-3], "webp", "damaged"),
        (FILES["webp"].replace(b"VP8 ", b"VPX "), "webp", "damaged"),
        (FILES["gif"][:40], "gif", "damaged"),
        (b"GIF89a", "gif", "damaged"),
        (movie()[:-4], "mp4", "damaged"),
    ],
)
def test_a_damaged_file_is_refused(data, kind, reason):
    with pytest.raises(Unwritable, match=reason):
        writing.change(source(data), kind, WORDS)


def test_a_jpeg_has_room_for_64_kib():
    with pytest.raises(Unwritable, match="64 KiB"):
        writing.change(source(FILES["jpeg"]), "jpeg", FileWords(note="x" * 70_000))


def test_a_jpeg_keeps_the_rest_of_a_long_packet():
    more = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32

    def extended(inner: bytes) -> bytes:
        whole = FOREIGN[: FOREIGN.index(b"<rdf:Desc")] + inner + b"</rdf:RDF></x:xmpmeta>"
        piece = more + struct.pack(">LL", len(whole), 0) + whole
        main = b"http://ns.adobe.com/xap/1.0/\0" + FOREIGN
        return builders.jpeg(builders.segment(0xE1, main), builders.segment(0xE1, piece))

    rest = b'<rdf:Description xmlns:z="urn:z" z:big="1"/>'
    now = written(extended(rest), WORDS, "jpeg")
    assert rest in now
    assert said(now).words == packet.storable(WORDS)
    theirs = rest.replace(b"urn:z", b"http://ns.adobe.com/xap/1.0/").replace(b"big", b"Rating")
    with pytest.raises(Unwritable, match="extension"):
        writing.change(source(extended(theirs)), "jpeg", WORDS)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (painted("TIFF"), "tiff"),
        (movie(struct.pack(">L4s", 0, b"mdat") + b"to the end"), "mp4"),
        (movie(box_builders.box(b"mfra", b"index")), "mp4"),
        (movie(_XMP_BOX, box_builders.box(b"free")), "mp4"),
        (b"\xff\x0a1234", "jxl"),
        # Signed as a whole: a changed file would be no longer what the credentials speak of.
        (builders.png(builders.chunk(b"caBX", b"sealed")), "png"),
        (builders.jpeg(builders.segment(0xEB, b"JP sealed")), "jpeg"),
        (movie(box_builders.box(b"uuid", box_texts.C2PA_UUID[4:], b"sealed")), "mp4"),
    ],
)
def test_where_something_would_move_the_words_lie_beside(data, kind):
    with pytest.raises(Beside):
        writing.change(source(data), kind, WORDS)


def test_a_gif_whose_packet_was_written_as_blocks_is_left():
    data = gifs.gif(b"\x21\xff\x0bXMP DataXMP" + gifs.blocks(FOREIGN), gifs.frame())
    with pytest.raises(Unwritable, match="safely"):
        writing.change(source(data), "gif", WORDS)


@pytest.mark.parametrize("name", ["png", "jpeg", "webp", "gif", "mp4", "jxl"])
def test_any_broken_byte_is_refused_or_written_whole(name):
    """Never an exception of another kind, never another word changed."""
    rng = random.Random(name)
    whole = written(FILES[name], FileWords(rating=3), name)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 3)):
            data[rng.randrange(12, len(data))] = rng.randrange(256)
        if rng.random() < 0.3:
            del data[rng.randrange(12, len(data)) :]
        broken = bytes(data)
        try:
            change = writing.change(source(broken), name, WORDS)
        except Unwritable:
            continue
        if change is not None:
            now = spliced(broken, change.splices)
            assert writing.digest(source(now), name) == writing.digest(source(broken), name)


def test_a_note_that_looks_like_parameters_is_none():
    note = "a dog\nNegative prompt: cat\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 1"
    now = written(
        builders.png(builders.text("parameters", "a fox, Steps: 9")), FileWords(note=note)
    )
    before = builders.read(builders.png(builders.text("parameters", "a fox, Steps: 9")))
    assert builders.read(now).understanding == before.understanding
    alone = builders.read(written(builders.png(), FileWords(note=note)))
    assert alone.parameters is None


def test_a_hostile_packet_takes_no_time():
    many = "".join(f"<d:p{n}/><o:p{n}/>" for n in range(6_000))
    items = "".join(f"<r:li>{n}</r:li>" for n in range(6_000))
    packet_ = (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:o="urn:o"'
        ' xmlns:d="urn:diffusiontoolkit:words:1.0#" xmlns:c="http://purl.org/dc/elements/1.1/">'
        f"<r:Description>{many}<c:subject><r:Bag>{items}</r:Bag></c:subject>"
        f"<d:tags><r:Bag>{items}</r:Bag></d:tags></r:Description></r:RDF>"
    ).encode()
    began = time.process_time()
    edited = packet.edited(packet_, WORDS)
    assert packet.said(edited).words == packet.storable(WORDS)
    gif = gifs.gif(*[b"\x21\xff\x0bXMP DataXMP\0"] * 10_000, gifs.frame())
    with pytest.raises(Unwritable, match="several"):
        writing.change(source(gif), "gif", WORDS)
    assert time.process_time() - began < 5


def test_lone_surrogates_and_what_xml_cannot_say_do_no_harm():
    odd = FileWords(note="a\0b\x0bc\ud800", tags=("x\x01",))
    found = said(written(FILES["png"], odd)).words
    assert (found.note, found.tags) == ("abc?", ("x",))
