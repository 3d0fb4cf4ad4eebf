"""Folders of model files: what is found, what is read again, what moved, what is gone."""

import json
import os
import shutil
from pathlib import Path

import pytest

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.kinds import JobCancelled
from gallery.models import ResourceFile, ResourceFolder
from gallery.resources import reading, scanning
from gallery.resources.reachability import FolderOffline
from gallery.services import resources
from tests import pictures
from tests.gallery.resources import files
from tests.gallery.scanning.conftest import Progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(tmp_path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.fixture
def folder(place) -> ResourceFolder:
    return resources.add(place)


def scan(folder: ResourceFolder, **options) -> scanning.Scanned:
    folder.refresh_from_db()
    return scanning.scan(folder, Progress(), **options)


def only() -> ResourceFile:
    return ResourceFile.objects.get()


def paths_of(**filters) -> set[str]:
    return set(ResourceFile.objects.filter(**filters).values_list("path", flat=True))


def hashed(row: ResourceFile) -> None:
    ResourceFile.objects.filter(pk=row.pk).update(sha256="ab" * 32, hashed_at="2026-01-01T00:00Z")


@pytest.fixture
def opened(monkeypatch) -> list[str]:
    """Paths of the files that a scan reads."""
    seen: list[str] = []
    read = reading.read
    monkeypatch.setattr(
        reading,
        "read",
        lambda where, found, kind: seen.append(found.path) or read(where, found, kind),
    )
    return seen


def test_a_comfyui_folder_as_a_whole(place, folder):
    files.model(place / "checkpoints" / "sd.safetensors", "model.diffusion_model.x")
    (place / "checkpoints" / "old.ckpt").write_bytes(b"PK\x03\x04")
    files.model(place / "loras" / "style" / "a.safetensors", *files.LORA)
    (place / "vae").mkdir()
    (place / "vae" / "v.pt").write_bytes(b"\x80\x02")
    files.model(place / "loose.sft", "emb_params")
    (place / "loras" / "put_loras_here").write_text("")
    (place / ".hidden.safetensors").write_text("")
    assert scan(folder).found == 5
    kinds = dict(ResourceFile.objects.values_list("path", "kind"))
    assert kinds == {
        "checkpoints/sd.safetensors": "checkpoint",
        "checkpoints/old.ckpt": "checkpoint",
        "loras/style/a.safetensors": "lora",
        "vae/v.pt": "vae",
        "loose.sft": "embedding",
    }


def test_what_a_person_says_of_a_folder_goes_before_all(place):
    files.model(place / "loras" / "a.safetensors", *files.LORA)
    scan(resources.add(place, "controlnet"))
    assert only().kind == "controlnet"


def test_header_json_and_picture_are_kept(place, folder):
    files.model(
        place / "a.safetensors",
        *files.LORA,
        metadata={"ss_base_model_version": "sdxl_base_v1-0", "sshs_model_hash": "CD" * 32},
    )
    files.info(place / "a.civitai.info", modelId=3, id=4, model={"name": "Fennec"}, files=[])
    pictures.png(place / "a.preview.png")
    scan(folder)
    row = only()
    assert (row.name, row.title, row.base, row.kind) == ("a", "Fennec", "SDXL", "lora")
    assert (row.preview, row.stated_hashes) == ("a.preview.png", ["cd" * 32])
    assert row.aliases == ["civitai@4"]
    assert ["Precision", "F16"] in row.facts


def test_unchanged_files_are_not_opened_again(place, folder, opened):
    files.model(place / "a.safetensors")
    scan(folder)
    assert scan(folder).read == 0
    assert opened == ["a.safetensors"]
    assert scan(folder, rebuild=True).read == 1


@pytest.mark.parametrize("change", ["json", "picture", "size", "time"])
def test_what_changed_is_read_again(place, folder, change):
    path = files.model(place / "a.safetensors")
    scan(folder)
    if change == "json":
        files.info(place / "a.json", notes="good")
    elif change == "picture":
        pictures.png(place / "a.png")
    elif change == "size":
        files.model(path, "x", "y")
    else:
        os.utime(path, ns=(1, 1))
    assert scan(folder).read == 1


def test_hashes_stay_with_the_same_content_and_go_with_it(place, folder):
    path = files.model(place / "a.safetensors")
    scan(folder)
    hashed(only())
    os.utime(path, ns=(1, 1))
    scan(folder)
    assert only().sha256
    files.model(path, fill=1)
    scan(folder)
    assert (only().sha256, only().hashed_at) == ("", None)


def test_a_file_that_moved_keeps_its_row(place, folder):
    path = files.model(place / "a.safetensors")
    scan(folder)
    before = only()
    hashed(before)
    (place / "loras").mkdir()
    path.rename(place / "loras" / "b.safetensors")
    assert scan(folder).moved == 1
    after = only()
    assert (after.pk, after.path, after.name) == (before.pk, "loras/b.safetensors", "b")
    assert (after.kind, after.sha256, after.is_available) == ("lora", "ab" * 32, True)


def test_a_renamed_file_is_known_by_its_former_names(place, folder):
    path = files.model(place / "a.safetensors")
    scan(folder)
    for name in ("b", "c", "a"):
        path = path.rename(place / f"{name}.safetensors")
        assert scan(folder).moved == 1
    assert (only().name, only().former_names) == ("a", ["c", "b"])
    files.info(place / "a.json", notes="good")
    scan(folder)
    assert only().former_names == ["c", "b"]
    files.model(path, fill=1)
    scan(folder)
    assert only().former_names == []


def test_a_file_that_moved_into_another_folder_keeps_its_row(place, folder, tmp_path):
    path = files.model(place / "a.safetensors")
    files.model(place / "stays.safetensors", fill=2)
    scan(folder)
    before = ResourceFile.objects.get(name="a")
    (tmp_path / "other").mkdir()
    shutil.move(path, tmp_path / "other" / "a.safetensors")
    other = resources.add(tmp_path / "other")
    scan(other)
    after = ResourceFile.objects.get(name="a")
    assert (after.pk, after.folder) == (before.pk, other)
    assert scan(folder).vanished == 0


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_what_a_folder_that_is_away_holds_did_not_move(place, folder, tmp_path, how):
    path = files.model(place / "a.safetensors")
    scan(folder)
    before = only()
    (tmp_path / "other").mkdir()
    shutil.move(path, tmp_path / "other" / "a.safetensors")
    place.rename(tmp_path / "unplugged")
    if how == "empty":
        place.mkdir()
    assert scan(resources.add(tmp_path / "other")).moved == 0
    before.refresh_from_db()
    assert (before.folder, before.is_available) == (folder, True)


def test_what_another_folder_does_not_let_see_did_not_move(place, folder, tmp_path, monkeypatch):
    hidden = files.model(place / "loras" / "a.safetensors")
    scan(folder)
    copy = tmp_path / "other" / "a.safetensors"
    copy.parent.mkdir()
    shutil.copy2(hidden, copy)
    for name in ("stat", "lstat"):
        look = getattr(os, name)

        def refuse(path, *args, look=look, **options):
            if str(path) == str(hidden):
                raise PermissionError(13, "Permission denied")
            return look(path, *args, **options)

        monkeypatch.setattr(os, name, refuse)
    assert scan(resources.add(copy.parent)).moved == 0


def test_what_could_not_be_listed_did_not_move(place, folder, monkeypatch):
    hidden = files.model(place / "loras" / "a.safetensors")
    files.model(place / "b.safetensors", fill=1)
    scan(folder)
    shutil.copy2(hidden, place / "a.safetensors")
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("loras"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert scan(folder).moved == 0
    assert paths_of() == {"a.safetensors", "b.safetensors", "loras/a.safetensors"}


def test_a_copy_is_no_move(place, folder):
    path = files.model(place / "a.safetensors")
    scan(folder)
    shutil.copy2(path, place / "b.safetensors")
    assert scan(folder).moved == 0
    assert ResourceFile.objects.count() == 2


def test_a_vanished_file_stays_known_and_comes_back(place, folder):
    path = files.model(place / "a.safetensors")
    files.model(place / "b.safetensors")
    scan(folder)
    data = path.read_bytes()
    path.unlink()
    assert scan(folder).vanished == 1
    assert paths_of(is_available=False) == {"a.safetensors"}
    path.write_bytes(data)
    scan(folder)
    assert paths_of(is_available=False) == set()


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_an_offline_folder_touches_nothing(place, folder, how):
    files.model(place / "a.safetensors")
    scan(folder)
    shutil.rmtree(place)
    if how == "empty":
        place.mkdir()
    with pytest.raises(FolderOffline, match="stay as they are"):
        scan(folder)
    assert only().is_available
    folder.refresh_from_db()
    assert folder.offline_since
    files.model(place / "a.safetensors")
    scan(folder)
    folder.refresh_from_db()
    assert folder.offline_since is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_below_a_folder_that_cannot_be_read_nothing_is_called_gone(place, folder):
    files.model(place / "loras" / "a.safetensors")
    files.model(place / "b.safetensors")
    scan(folder)
    (place / "loras").chmod(0)
    try:
        assert scan(folder).vanished == 0
    finally:
        (place / "loras").chmod(0o755)


def test_a_folder_that_cannot_be_listed_keeps_what_was_in_it(place, folder, monkeypatch):
    files.model(place / "loras" / "a.safetensors")
    files.model(place / "b.safetensors")
    scan(folder)
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("loras"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = scan(folder)
    assert (found.vanished, found.unseen) == (0, 1)


def test_links_out_of_the_folder_are_passed_over(place, folder, tmp_path):
    outside = files.model(tmp_path / "outside" / "a.safetensors")
    (place / "a.safetensors").symlink_to(outside)
    (place / "folder").symlink_to(outside.parent)
    (place / "loop").symlink_to(place)
    inside = files.model(place / "b.safetensors")
    (place / "c.safetensors").symlink_to(inside)
    assert scan(folder).unseen == 1
    assert paths_of() == {"b.safetensors", "c.safetensors"}


def test_json_and_pictures_that_are_links_outside_are_not_read(place, folder, tmp_path):
    files.model(place / "a.safetensors")
    secret = files.info(tmp_path / "secret.json", notes="password")
    (place / "a.json").symlink_to(secret)
    scan(folder)
    assert only().facts == [["Precision", "F16"]]
    assert "a.json" in only().problem


def test_names_of_any_bytes(place, folder):
    name = os.fsdecode(b"\xff\xfe'\"<b>\n.safetensors")
    files.model(place / name)
    (place / os.fsdecode(b"\xff\xfe'\"<b>\n.json")).write_text(json.dumps({"notes": "odd"}))
    scan(folder)
    assert ["Notes", "odd"] in only().facts


def test_named_pipes_do_not_hang(place, folder):
    os.mkfifo(place / "a.safetensors")
    files.model(place / "b.safetensors")
    os.mkfifo(place / "b.json")
    scan(folder)
    assert paths_of() == {"b.safetensors"}


def test_a_broken_file_keeps_its_row_and_says_why(place, folder):
    files.with_header(place / "a.safetensors", b"{}", length=2**40)
    scan(folder)
    assert "claims to be" in only().problem


def test_a_json_bomb_is_not_read(place, folder):
    files.model(place / "a.safetensors")
    with (place / "a.json").open("wb") as file:
        file.write(b'{"notes": "')
        file.truncate(1 << 30)
    files.model(place / "b.safetensors", fill=1)
    (place / "b.json").write_text("[" * 100_000)
    scan(folder)
    assert ResourceFile.objects.filter(problem__contains="says nothing").count() == 2


def test_nul_and_surrogates_in_texts_can_be_saved(place, folder):
    files.with_header(
        place / "a.safetensors",
        rb'{"__metadata__": {"modelspec.title": "a\u0000b", "ss_output_name": "c\u0000"}}',
    )
    (place / "a.json").write_bytes(rb'{"notes": "x\u0000y"}')
    scan(folder)
    assert (only().title, only().aliases) == ("ab", ["c"])


def test_a_scan_that_is_cancelled_goes_on_where_it_was(place, folder):
    for n in range(3):
        files.model(place / f"{n}.safetensors", fill=n)
    with pytest.raises(JobCancelled):
        scanning.scan(folder, Progress(cancel_after=3))
    assert ResourceFile.objects.count() == 3
    assert scan(folder).read == 0


def test_folders_may_not_overlap(place, folder, tmp_path):
    (place / "loras").mkdir()
    assert resources.add(place).pk == folder.pk
    with pytest.raises(BadInput, match="lies inside"):
        resources.add(place / "loras")
    with pytest.raises(BadInput, match="contains"):
        resources.add(tmp_path)
    with pytest.raises(BadInput, match="no folder"):
        resources.add(tmp_path / "nowhere")
    with pytest.raises(BadInput, match="kind"):
        resources.add(place, "photo")
