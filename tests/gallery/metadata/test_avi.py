import pytest

from tests.gallery.metadata.box_builders import avi, chunk, info
from tests.gallery.metadata.builders import read, webp

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'


def texts(found):
    return {record.key: record.text for record in found.records}


def test_size_duration_and_texts_are_read():
    found = read(avi(info(ICMT="a 狐", ISFT="Lavf", IZZZ="other")))
    assert (found.format, found.width, found.height) == ("avi", 64, 48)
    assert found.duration_ms == 1500
    assert texts(found) == {"comment": "a 狐", "encoder": "Lavf", "IZZZ": "other"}
    assert found.problems == ()


def test_texts_behind_the_pictures_are_read():
    assert texts(read(avi() + info(ICMT=b"caf\xe9"))) == {"comment": "café"}


def test_the_frames_of_large_files_are_counted_in_all_parts():
    odml = chunk(b"LIST", b"odml", chunk(b"dmlh", (60).to_bytes(4, "little")))
    data = avi()
    place = data.index(b"LIST") + 4
    headers = int.from_bytes(data[place : place + 4], "little")
    end = place + 4 + headers
    longer = (headers + len(odml)).to_bytes(4, "little")
    found = read(data[:place] + longer + data[place + 4 : end] + odml + data[end:])
    assert (found.duration_ms, found.problems) == (3000, ())


def test_further_parts_are_stepped_over():
    more = chunk(b"RIFF", b"AVIX", chunk(b"LIST", b"movi", b"frames" * 20))
    assert texts(read(avi() + more + info(ICMT="a cat"))) == {"comment": "a cat"}


def test_xmp_is_read():
    assert texts(read(avi(chunk(b"_PMX", XMP)))) == {"xmp": XMP.decode()}


def test_a_recording_broken_off_hides_nothing():
    """Its lists have no length, so that the texts seem to go on to the end."""
    data = avi(info(ICMT="a cat"))
    place = data.index(b"INFO") - 4
    found = read(data[:place] + b"\xff" * 4 + data[place + 4 :])
    assert (texts(found), found.width) == ({"comment": "a cat"}, 64)


@pytest.mark.parametrize("end", range(12, 120, 7))
def test_a_file_cut_anywhere_is_read_as_far_as_it_goes(end):
    found = read(avi(info(ICMT="a cat"))[:end])
    assert found.format == "avi"
    assert found.problems


def test_nonsense_between_chunks_ends_the_walk():
    assert "damaged at byte" in read(avi() + b"\x01\x02\x03\x04aaaa").problems[0]


def test_a_file_without_headers_has_no_size():
    found = read(chunk(b"RIFF", b"AVI ", info(ICMT="a cat")))
    assert texts(found) == {"comment": "a cat"}
    assert found.problems == ("The file has no size: its video header is missing.",)


def test_a_webp_is_none():
    assert read(webp()).format == "webp"
