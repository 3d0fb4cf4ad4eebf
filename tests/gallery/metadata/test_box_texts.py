import json

import pytest
from PIL import ImageCms

from tests.gallery.metadata.box_builders import avif, box, iprp, ispe, mp4
from tests.gallery.metadata.builders import read
from tests.gallery.metadata.credentials import EXPECTED, STORE

C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
JXL = box(b"JXL ", b"\r\n\x87\n") + box(b"jxlc", b"\xff\x0a" + b"\x48" * 30)


def credentials(purpose=b"manifest"):
    return box(b"uuid", C2PA, b"\0\0\0\0", purpose + b"\0", b"\0" * 8, STORE)


@pytest.mark.parametrize(
    ("file", "container"),
    [
        (mp4(before=credentials()), "mp4:c2pa"),
        (avif(extra=credentials()), "avif:c2pa"),
        (JXL + STORE, "jxl:c2pa"),
    ],
    ids=["mp4", "avif", "jxl"],
)
def test_content_credentials_say_who_made_it(file, container):
    found = read(file)
    (record,) = found.records
    assert (record.container, record.key) == (container, "c2pa")
    assert json.loads(record.text) == EXPECTED
    assert found.problems == ()


def test_boxes_for_other_purposes_of_credentials_are_stepped_over():
    found = read(mp4(before=credentials(b"merkle")))
    assert (found.records, found.problems) == ((), ())


def test_xmp_beside_the_items_is_read():
    found = read(avif(extra=box(b"uuid", XMP_UUID, XMP)))
    assert [(record.container, record.text) for record in found.records] == [
        ("avif:xmp", XMP.decode())
    ]


def test_an_unusual_colour_profile_is_named():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    found = read(avif(properties=iprp(ispe(), box(b"colr", b"prof", profile))))
    assert [name for name, _ in found.media] == ["Colour profile"]
    assert read(avif(properties=iprp(ispe(), box(b"colr", b"nclx", b"\0" * 7)))).media == ()
