import struct

import pytest

from tests.gallery.metadata.builders import exif, jpeg, read, tiff

TEXT = "a cat, café"
CJK = "初音未來"


def user_comment(value: bytes, order: str = ">"):
    return read(jpeg(exif(tiff({}, {0x9286: (7, value)}, order)))).records[0]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le"])
def test_the_zeros_of_latin_letters_tell_the_byte_order_whatever_the_header_says(order, encoding):
    record = user_comment(b"UNICODE\0" + TEXT.encode(encoding), order)
    assert (record.text, record.encoding) == (TEXT, encoding)


@pytest.mark.parametrize(
    ("mark", "encoding"), [(b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")]
)
def test_a_byte_order_mark_decides(mark, encoding):
    assert user_comment(b"UNICODE\0" + mark + CJK.encode(encoding)).text == CJK


@pytest.mark.parametrize(("order", "encoding"), [("<", "utf-16-le"), (">", "utf-16-be")])
def test_without_any_zero_or_valid_utf8_the_header_decides(order, encoding):
    assert user_comment(b"UNICODE\0" + CJK.encode(encoding), order).text == CJK


@pytest.mark.parametrize("code", [b"UNICODE\0", b"Unicode\0", b"ASCII\0\0\0", b"\0" * 8])
def test_utf8_is_read_under_every_code(code):
    assert user_comment(code + f"{TEXT} {CJK}".encode()).text == f"{TEXT} {CJK}"


def test_trailing_zeros_do_not_turn_the_byte_order():
    assert user_comment(b"UNICODE\0" + TEXT.encode("utf-16-le") + b"\0" * 40).text.startswith(TEXT)


def test_japanese_is_read():
    assert user_comment(b"JIS\0\0\0\0\0" + CJK[:2].encode("iso2022_jp")).text == CJK[:2]


@pytest.mark.parametrize("kind", [1, 2, 7])
def test_a_comment_without_code_in_the_first_directory_is_read(kind):
    record = read(jpeg(exif(tiff({0x9286: (kind, TEXT.encode())})))).records[0]
    assert (record.key, record.text) == ("UserComment", TEXT)


def test_texts_of_both_directories_are_named():
    found = read(
        jpeg(
            exif(
                tiff(
                    {
                        0x010E: (2, b"described\0"),
                        0x010F: (2, b"ab\0"),
                        0x013B: (2, b"ai\0"),
                        0x0123: (2, b"unnamed tag\0"),
                        0x011A: (5, b"\0" * 8),
                    },
                    {0xA434: (2, b"a lens\0")},
                )
            )
        )
    )
    assert [(record.key, record.text) for record in found.records] == [
        ("ImageDescription", "described"),
        ("Make", "ab"),
        ("0x0123", "unnamed tag"),
        ("Artist", "ai"),
        ("LensModel", "a lens"),
    ]


def test_windows_comments_are_utf16():
    value = TEXT.encode("utf-16-le") + b"\0\0"
    record = read(jpeg(exif(tiff({0x9C9C: (1, value)})))).records[0]
    assert (record.key, record.text) == ("XPComment", TEXT)


def test_directories_that_point_at_themselves_are_read_once():
    block = b"MM\0*" + struct.pack(">L", 8) + struct.pack(">HHHLL", 1, 0x8769, 4, 1, 8)
    found = read(jpeg(exif(block)))
    assert found.records == ()


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (b"", "no header"),
        (b"XX*\0\0\0\0\x08", "no header"),
        (b"MM\0*\xff\xff\xff\xf0", "cut off"),
        (b"MM\0*\0\0\0\x08\xff\xff", "cut off"),
    ],
)
def test_broken_blocks_are_said(block, problem):
    found = read(jpeg(exif(block)))
    assert problem in found.problems[0]


def test_a_value_beyond_the_block_is_cut_and_said():
    entry = struct.pack(">HHHLL", 1, 0x010E, 2, 0x7FFFFFFF, 20)
    block = b"MM\0*" + struct.pack(">L", 8) + entry + b"a cat"
    found = read(jpeg(exif(block)))
    assert found.records[0].is_damaged
    assert found.records[0].text.endswith("cat")
    assert "cut off" in found.problems[0]


@pytest.mark.parametrize("code", [b"ASCII\0\0\0", b""])
def test_wide_letters_are_seen_under_a_wrong_code_or_none(code):
    assert user_comment(code + TEXT.encode("utf-16-le")).text == TEXT


def test_an_odd_zero_at_the_end_is_no_letter():
    assert user_comment(b"UNICODE\0" + TEXT.encode("utf-16-be") + b"\0").text == TEXT


def test_a_comment_marked_japanese_that_is_utf8_is_read():
    assert user_comment(b"JIS\0\0\0\0\0" + CJK.encode()).text == CJK


@pytest.mark.parametrize("kind", [1, 7])
def test_texts_written_as_bytes_are_read(kind):
    found = read(jpeg(exif(tiff({0x010E: (kind, b"described"), 0x0201: (kind, b"pixels")}))))
    assert [(record.key, record.text) for record in found.records] == [
        ("ImageDescription", "described")
    ]
