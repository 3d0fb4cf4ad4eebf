import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery.metadata.containers import c2pa, cbor
from gallery.metadata.containers.contents import Contents
from tests.gallery.metadata import credentials
from tests.gallery.metadata.builders import VP8X, chunk, jpeg, png, read, riff_chunk, webp
from tests.gallery.metadata.credentials import (
    EXPECTED,
    MADE,
    STORE,
    actions,
    app11,
    claim,
    manifest,
    store,
)


def learn(data: bytes) -> dict[str, str]:
    contents = Contents()
    c2pa.read(data, "png:c2pa", 0, contents)
    (record,) = contents.records
    assert record.key == "c2pa"
    return json.loads(record.text)


@pytest.mark.parametrize(
    ("file", "container"),
    [
        (png(chunk(b"caBX", STORE)), "png:c2pa"),
        (jpeg(*app11(STORE, 100_000)), "jpeg:c2pa"),
        (jpeg(*app11(STORE, 50)), "jpeg:c2pa"),
        (jpeg(app11(STORE, 200)[0], *reversed(app11(STORE, 200)[1:])), "jpeg:c2pa"),
        (webp(VP8X, riff_chunk(b"C2PA", STORE)), "webp:c2pa"),
    ],
    ids=["png", "jpeg", "jpeg in pieces", "jpeg out of order", "webp"],
)
def test_every_container_says_who_made_it(file, container):
    found = read(file)
    (record,) = found.records
    assert (record.container, record.key) == (container, "c2pa")
    assert json.loads(record.text) == EXPECTED
    assert found.problems == ()


def test_the_manifest_that_speaks_of_generating_counts_before_later_edits():
    edited = manifest("b", actions({"action": "c2pa.cropped"}), claim(claim_generator="Editor/2"))
    made = manifest("a", actions(MADE), claim(claim_generator="Maker/1"))
    assert learn(store(made, edited))["claim_generator"] == "Maker/1"
    assert learn(store(manifest("a", claim(claim_generator="Camera")), edited)) == {
        "claim_generator": "Editor/2"
    }


def test_programs_that_are_plain_texts_and_descriptions_are_read():
    said = learn(
        store(
            manifest(
                "a",
                actions(
                    {
                        "action": "c2pa.created",
                        "softwareAgent": "Adobe Firefly",
                        "description": "Created by\nit " + "x" * 500,
                    }
                ),
            )
        )
    )
    assert said["software_agent"] == "Adobe Firefly"
    assert said["description"].startswith("Created byit xx")
    assert len(said["description"]) <= 200


def test_the_word_for_the_source_is_found_in_iptc_metadata_too():
    said = credentials.told(
        "stds.iptc", {"Iptc4xmpExt:DigitalSourceType": credentials.GENERATED}, b"json"
    )
    data = store(manifest("a", credentials.labelled("c2pa.assertions", said)))
    assert learn(data) == {"digital_source_type": "trainedAlgorithmicMedia"}


def test_other_boxes_are_none_of_it():
    contents = Contents()
    c2pa.read(credentials.labelled("other", STORE), "png:c2pa", 0, contents)
    assert contents.records == []
    assert "cannot be read" in contents.problems[0]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x9f\x01\x02\xff", [1, 2]),
        (b"\xbf\x61a\x20\xff", {"a": -1}),
        (b"\x7f\x61a\x61b\xff", "ab"),
        (b"\x5f\x41a\x41b\xff", b"ab"),
        (b"\xc1\x1a\x00\x00\x00\x05", 5),
        (b"\x83\xf5\xf4\xf9\x3c\x00", [True, False, 1.0]),
    ],
)
def test_cbor_is_read(data, expected):
    assert cbor.loads(data) == expected


@pytest.mark.parametrize(
    "data",
    [b"", b"\x9a\xff\xff\xff\xff", b"\x81" * 1000, b"\x9f" * 20, b"\x1c", b"\x5a\xff\xff\xff\xff"],
)
def test_what_is_no_cbor_is_said(data):
    with pytest.raises(cbor.UnreadableCbor):
        cbor.loads(data)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=6)), max_size=8),
    end=st.integers(0, len(STORE)),
)
def test_any_bytes_are_read(changes, end):
    data = bytearray(STORE)
    for place, replacement in changes:
        start = place % len(data)
        data[start : start + len(replacement)] = replacement
    contents = Contents()
    c2pa.read(bytes(data[:end]), "png:c2pa", 0, contents)
    for record in contents.records:
        assert all(isinstance(text, str) for text in json.loads(record.text).values())
        record.text.encode()


def test_boxes_within_boxes_without_end_end():
    contents = Contents()
    c2pa.read(b"\0\0\0\0jumb" * 200_000, "png:c2pa", 0, contents)
    assert contents.records == []
