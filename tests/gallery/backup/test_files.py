"""The format: what is written is read, and whatever is not a whole backup is refused."""

import gzip
import io
import uuid
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtoolkit.core.errors import BadInput
from gallery.backup import files, folders, taking
from gallery.backup.records import Album, Header, ImageWords, Membership, Preference, Root, Tag

NOW = datetime(2026, 5, 3, 14, 0, tzinfo=UTC)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=80)
names = texts.filter(bool)
moments = st.datetimes(timezones=st.just(UTC))
positions = st.floats(-1e15, 1e15)
images = st.builds(
    ImageWords,
    fingerprint=st.none() | st.uuids(),
    size=st.integers(-1, 2**63 - 1),
    root=texts,
    path=texts,
    others=st.lists(texts, max_size=3),
    rating=st.none() | st.integers(1, 10),
    favourite=st.booleans(),
    nsfw=st.none() | st.booleans(),
    note=texts,
    prompt=st.none() | texts,
    edited_at=st.none() | moments,
    viewed_at=st.none() | moments,
    tags=st.lists(names, max_size=4),
    albums=st.lists(st.builds(Membership, album=names, position=positions), max_size=3),
)
heads = st.one_of(
    st.builds(Preference, name=names, value=st.lists(names, max_size=3)),
    st.builds(Tag, name=names, category=texts, aliases=st.lists(names, max_size=3)),
    st.builds(
        Album,
        name=names,
        is_smart=st.booleans(),
        params=st.dictionaries(names, texts, max_size=3),
        named=st.dictionaries(names, st.lists(texts, max_size=2), max_size=3),
        position=positions,
    ),
    st.builds(
        Root,
        name=names,
        path=texts,
        is_watched=st.booleans(),
        extensions=st.lists(names, max_size=3),
        ignored=st.lists(names, max_size=3),
        takes_hidden=st.booleans(),
        follows_links=st.booleans(),
        treatments=st.dictionaries(texts, names, max_size=3),
    ),
)


def written(records, **changes) -> bytes:
    counts: dict[str, int] = {}
    for record in records:
        counts[record.kind] = counts.get(record.kind, 0) + 1
    header = {"program": "1", "made_at": NOW, "collection": "default", "counts": counts}
    out = io.BytesIO()
    writer = files.Writer(out, Header(**{**header, **changes}))
    for record in records:
        writer.put(record)
    writer.end()
    return out.getvalue()


def read(data: bytes):
    return list(files.Reader(io.BytesIO(data)))


@given(st.lists(heads, max_size=4), st.lists(images, max_size=4))
def test_what_is_written_is_read(before, after):
    assert read(written([*before, *after])) == [*before, *after]


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(data):
    with pytest.raises(BadInput):
        read(data)


@pytest.fixture
def small() -> bytes:
    image = ImageWords(fingerprint=uuid.UUID(int=1), size=3, root="r", path="a.png", rating=8)
    return written([Album(name="ä", is_smart=False, position=1.0), image])


def test_cut_off_at_any_byte_it_is_refused(small):
    for length in range(len(small)):
        with pytest.raises(BadInput):
            read(small[:length])
    packed = gzip.compress(small, mtime=0)
    for length in range(len(packed)):
        with pytest.raises(BadInput), files.unpacked(io.BytesIO(packed[:length])) as file:
            list(files.Reader(file))


def test_changed_at_any_byte_it_is_refused_or_says_the_same(small):
    whole = read(small)
    for place in range(len(small)):
        changed = bytearray(small)
        changed[place] ^= 0x20
        try:
            assert read(bytes(changed)) == whole, place
        except BadInput:
            continue


def test_a_newer_format_is_told_apart_from_a_foreign_file(small):
    with pytest.raises(BadInput, match=r"version 9 of the format.*Update the program"):
        read(small.replace(b'"version":2', b'"version":9'))
    for foreign in (
        b"",
        b"\n",
        b"SQLite format 3\0",
        b'{"format": "other"}\n',
        b"[1]\n",
        b"\x1f\x8b",
    ):
        with pytest.raises(BadInput), files.unpacked(io.BytesIO(foreign)) as file:
            files.Reader(file)


LINE = {"kind": "image", "size": 3, "root": "r", "path": "a.png"}


@pytest.mark.parametrize(
    "line",
    [
        {**LINE, "rating": 11},
        {**LINE, "rating": "8"},
        {**LINE, "rating": True},
        {**LINE, "note": "\0"},
        {**LINE, "note": ["x"]},
        {**LINE, "note": "x" * 100_001},
        {**LINE, "tags": [""]},
        {**LINE, "fingerprint": "../../etc/passwd"},
        {**LINE, "unheard_of": 1},
        {**LINE, "kind": "user"},
        {**LINE, "edited_at": "yesterday"},
        {**LINE, "size": 2**63},
        {"kind": "album", "name": "x", "is_smart": False, "position": 1e300},
        {"kind": "album", "name": "x", "is_smart": 0, "position": 1},
    ],
    ids=str,
)
def test_a_line_of_wrong_types_is_refused_with_its_number(small, line):
    start = small.index(b"\n") + 1
    with pytest.raises(files.Damaged, match="Line 2 cannot be understood"):
        read(small[:start] + orjson.dumps(line) + b"\n" + small[start:])


@pytest.mark.parametrize("position", [b"NaN", b"Infinity", b"1e999"])
def test_no_position_is_out_of_this_world(small, position):
    with pytest.raises(BadInput):
        read(small.replace(b'"position":1.0', b'"position":' + position))


def test_a_line_without_end_is_not_read_into_memory(small, monkeypatch):
    monkeypatch.setattr(files, "MOST_LINE_BYTES", 1000)
    start = small.index(b"\n") + 1
    with pytest.raises(files.Damaged, match="longer than any"):
        read(small[:start] + b" " * 2000 + small[start:])


def test_nothing_stays_of_what_was_refused(small, data_folder):
    for data in (small[:-5], small + b"{}\n", b"nothing"):
        with pytest.raises(BadInput):
            taking.take(io.BytesIO(data))
    assert list((data_folder / "backups" / "taken").iterdir()) == []
    taken = taking.take(io.BytesIO(gzip.compress(small)))
    assert taking.taken(taken.token) == taken
    assert [path.name for path in taken.path.parent.iterdir()] == [f"{taken.token}.jsonl"]


def test_counts_that_do_not_fit_and_images_before_albums_are_refused(small):
    image = ImageWords(size=3, root="r", path="a.png")
    with pytest.raises(files.Damaged, match="other counts"):
        taking.take(io.BytesIO(written([image], counts={"image": 2})))
    album = Album(name="x", is_smart=False, position=1.0)
    with pytest.raises(files.Damaged, match="before its images"):
        taking.take(io.BytesIO(written([image, album])))


@pytest.mark.parametrize("token", ["../../secret", "a" * 31, "A" * 32, "", "/etc/passwd"])
def test_a_token_leads_nowhere_else(token):
    with pytest.raises(folders.NotFound):
        taking.taken(token)


def test_the_file_is_there_whole_or_not_at_all(tmp_path):
    path = tmp_path / "deep" / "words.jsonl.gz"
    with pytest.raises(RuntimeError), files.replacing(path) as out:
        out.write(b"half")
        raise RuntimeError
    assert list(path.parent.iterdir()) == []
    with files.replacing(path) as out:
        out.write(b"whole")
    assert gzip.decompress(path.read_bytes()) == b"whole"
