import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery.metadata.containers import xmp
from gallery.metadata.containers.contents import Contents

OPENING = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about=""'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:e="http://ns.adobe.com/exif/1.0/" xmlns:a="urn:a"'
    ' xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"'
)
CLOSING = "</rdf:Description></rdf:RDF></x:xmpmeta>"


def packet(inside: str, attributes: str = "") -> bytes:
    return f"{OPENING} {attributes}>{inside}{CLOSING}".encode()


def read(data: bytes) -> Contents:
    contents = Contents()
    xmp.read(data, "jpeg:xmp", 7, contents)
    return contents


def properties(data: bytes) -> dict[str, str]:
    contents = read(data)
    assert contents.problems == []
    return {record.key: record.text for record in contents.records[1:]}


def test_the_packet_stays_whole_beside_its_properties():
    data = packet("<dc:format>image/png</dc:format>")
    whole, said = read(data).records
    assert (whole.container, whole.key, whole.text) == ("jpeg:xmp", "xmp", data.decode())
    assert (said.container, said.key, said.text, said.position) == (
        "jpeg:xmp",
        "dc:format",
        "image/png",
        7,
    )


def test_properties_are_elements_or_attributes():
    said = properties(packet("<a:b>x</a:b>", 'xmp:CreatorTool="Draw Things"'))
    assert said == {"xmp:CreatorTool": "Draw Things", "a:b": "x"}


def test_the_usual_prefix_is_told_whatever_the_file_calls_it():
    assert properties(packet("<e:UserComment>{}</e:UserComment>")) == {"exif:UserComment": "{}"}


def test_of_alternatives_the_default_counts_and_lists_are_joined():
    inside = (
        "<dc:description><rdf:Alt><rdf:li xml:lang='de'>eine Katze</rdf:li>"
        "<rdf:li xml:lang='x-default'>a cat</rdf:li></rdf:Alt></dc:description>"
        "<dc:title><rdf:Alt><rdf:li>first</rdf:li><rdf:li>second</rdf:li></rdf:Alt></dc:title>"
        "<dc:creator><rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Bob</rdf:li></rdf:Seq></dc:creator>"
    )
    assert properties(packet(inside)) == {
        "dc:description": "a cat",
        "dc:title": "first",
        "dc:creator": "Ann, Bob",
    }


def test_references_and_qualified_values_are_values():
    inside = (
        '<a:where rdf:resource="http://example.org/x"/>'
        '<a:what rdf:parseType="Resource"><rdf:value>inner</rdf:value></a:what>'
    )
    assert properties(packet(inside)) == {"a:where": "http://example.org/x", "a:what": "inner"}


def test_generators_keys_are_told_bare():
    said = properties(packet('<a:prompt>{"1": "&lt;"}</a:prompt><a:workflow>{}</a:workflow>'))
    assert said == {"prompt": '{"1": "<"}', "workflow": "{}"}


def test_structures_and_an_editors_settings_are_left_in_the_packet():
    inside = (
        "<a:s rdf:parseType='Resource'><a:t>deep</a:t></a:s><crs:Exposure>1</crs:Exposure>"
        "<e:ColorSpace>1</e:ColorSpace><dc:format>image/png</dc:format>"
    )
    assert properties(packet(inside)) == {"dc:format": "image/png"}


def test_utf16_and_padding_are_read():
    data = packet("<dc:format>狐</dc:format>").decode().encode("utf-16")
    assert properties(data) == {"dc:format": "狐"}
    assert properties(packet("<dc:format>狐</dc:format>") + b"\n  \0\0") == {"dc:format": "狐"}


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    ],
)
def test_entities_are_never_declared(doctype):
    contents = read(doctype.encode() + packet("<dc:format>&b;</dc:format>"))
    assert [record.key for record in contents.records] == ["xmp"]
    assert "declares entities" in contents.problems[0]


def test_what_came_before_the_damage_is_kept():
    contents = read(packet("<dc:format>x</dc:format>")[:-30])
    assert [record.key for record in contents.records] == ["xmp", "dc:format"]
    assert "damaged" in contents.problems[0]


@pytest.mark.parametrize(
    "inside",
    [
        "<a:b>" * 300_000,
        "<a:b/>" * 300_000,
        "".join(f"<a:b{n}>1</a:b{n}>" for n in range(50_000)),
    ],
)
def test_no_packet_is_too_large(inside):
    started = time.process_time()
    contents = read(packet(inside))
    assert "too large" in contents.problems[0]
    assert len(contents.records) <= 101
    assert time.process_time() - started < 1


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=6)), max_size=8),
    end=st.integers(0, 2000),
)
def test_any_bytes_are_read(changes, end):
    data = bytearray(packet("<dc:creator><rdf:Seq><rdf:li>Ann</rdf:li></rdf:Seq></dc:creator>"))
    for place, replacement in changes:
        start = place % len(data)
        data[start : start + len(replacement)] = replacement
    for record in read(bytes(data[:end])).records:
        record.key.encode()
        record.text.encode()
