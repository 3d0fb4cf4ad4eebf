"""Hashes are those that other programs compute, from one pass."""

import hashlib
import io
import struct

import pytest
from safetensors.numpy import load_file, save_file

from dtoolkit.jobs.kinds import JobCancelled
from gallery.models import ResourceFile
from gallery.resources import hashes, hashing, scanning
from gallery.services import resources
from tests.gallery.resources import files
from tests.gallery.scanning.conftest import Progress


def test_one_pass_gives_what_separate_ones_give(monkeypatch):
    monkeypatch.setattr(hashing, "_BLOCK", 1000)
    data = bytes(range(256)) * 40
    for tensors_at in (0, 8, 999, 1000, 1001, 5500, len(data)):
        told: list[int] = []
        found = hashing.all_of(io.BytesIO(data), tensors_at, told.append)
        assert found.sha256 == hashlib.sha256(data).hexdigest()
        expected = hashlib.sha256(data[tensors_at:]).hexdigest() if tensors_at else ""
        assert found.tensors == expected
        assert told[-1] == len(data)


def test_autov1_is_of_64_kib_at_the_first_mib():
    data = bytes(0x100000) + b"x" * 0x10000 + b"y" * 10
    expected = hashlib.sha256(b"x" * 0x10000).hexdigest()[:8]
    assert hashing.autov1(io.BytesIO(data), len(data)) == expected
    assert hashing.autov1(io.BytesIO(b"small"), 5) == ""


@pytest.fixture
def row(db, tmp_path) -> ResourceFile:
    files.model(tmp_path / "models" / "a.safetensors", metadata={"title": "x"})
    folder = resources.add(tmp_path / "models")
    scanning.scan(folder, Progress())
    return ResourceFile.objects.get()


def test_a_files_hashes(row, tmp_path):
    path = tmp_path / "models" / "a.safetensors"
    hashes.compute(row.pk, Progress())
    row.refresh_from_db()
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    assert row.sha256 == hashlib.sha256(data).hexdigest()
    assert row.autov3 == hashlib.sha256(data[8 + length :]).hexdigest()
    assert row.hashed_at


def test_autov3_survives_an_edit_of_the_header(row, tmp_path):
    path = tmp_path / "models" / "a.safetensors"
    hashes.compute(row.pk, Progress())
    first = ResourceFile.objects.get()
    save_file(load_file(path), path, {"title": "something much longer than before"})
    scanning.scan(row.folder, Progress())
    hashes.compute(row.pk, Progress())
    second = ResourceFile.objects.get()
    assert second.autov3 == first.autov3
    assert second.sha256 != first.sha256


def test_a_pickle_has_no_tensors_hash(db, tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "a.ckpt").write_bytes(b"PK\x03\x04 some zip")
    scanning.scan(resources.add(tmp_path / "m"), Progress())
    hashes.compute(ResourceFile.objects.get().pk, Progress())
    row = ResourceFile.objects.get()
    assert (len(row.sha256), row.autov3) == (64, "")


def test_a_file_that_changed_since_its_scan_waits_for_the_next(row, tmp_path):
    files.model(tmp_path / "models" / "a.safetensors", fill=3)
    hashes.compute(row.pk, Progress())
    row.refresh_from_db()
    assert row.hashed_at is None


def test_a_vanished_file_and_a_vanished_row_are_passed_over(row, tmp_path):
    (tmp_path / "models" / "b").mkdir()
    (tmp_path / "models" / "a.safetensors").unlink()
    hashes.compute(row.pk, Progress())
    hashes.compute(row.pk + 1, Progress())
    row.refresh_from_db()
    assert row.hashed_at is None


def test_cancelling_ends_within_a_file(row):
    with pytest.raises(JobCancelled):
        hashes.compute(row.pk, Progress(cancel_after=0))
    row.refresh_from_db()
    assert row.hashed_at is None


def test_wanted_ones_come_first_and_others_only_on_request(row, tmp_path):
    for n, size in enumerate((30, 20, 10)):
        path = tmp_path / "models" / f"{n}.ckpt"
        path.write_bytes(b"PK\x03\x04" + bytes([n]) * size)
    scanning.scan(row.folder, Progress())
    ResourceFile.objects.filter(name__in=["0", "1"]).update(is_hash_wanted=True)
    names = dict(ResourceFile.objects.values_list("pk", "name"))
    assert [names[pk] for pk, _ in hashes.due()] == ["1", "0"]
    assert [names[pk] for pk, _ in hashes.due(everything=True)] == ["1", "0", "2", "a"]
