"""What is exported is what is stored, and can be read by those who wrote the formats."""

import io
import json
import threading

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from safetensors.numpy import load_file

from embeddings.exports import arrays, documents, files, rows
from embeddings.models import ClipHVector, ClipLVector
from embeddings.spaces import SPACES
from gallery.models import Image
from tests.embeddings.known import vector_of
from tests.factories import ImageFactory, PromptFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def images() -> list[Image]:
    """Two of one prompt, one of another without a vector, one of none; looks of the first three."""
    seen, unseen = PromptFactory(text="seen"), PromptFactory(text="unseen")
    images = [ImageFactory(prompt=prompt) for prompt in (seen, seen, unseen, None)]
    ClipLVector.objects.create(prompt=seen, model_key="l@1", vector=vector_of("clip-l", b"seen"))
    for n, image in enumerate(images[:3]):
        ClipHVector.objects.create(
            image=image,
            content=image.fingerprint or "0" * 32,
            model_key=f"h@{n % 2}",
            vector=vector_of("clip-h", bytes([n])),
        )
    return images


def test_an_image_as_json_has_the_names_of_the_seeds(images):
    [(pk, text)] = documents.of(Image.objects.filter(pk=images[0].pk))
    assert pk == images[0].pk
    found = json.loads(text)
    assert set(found) == {
        "ImageId", "ImagePath", "Width", "Height", "ClipL", "ClipG", "ImageEmbedding",
        "ModelKeys", "Norms",
    }  # fmt: skip
    wanted = vector_of("clip-l", b"seen").astype(np.float16)
    np.testing.assert_array_equal(np.array(found["ClipL"], np.float16), wanted)
    assert len(found["ImageEmbedding"]) == 1024
    assert found["ClipG"] is None
    assert found["ModelKeys"] == {"ClipL": "l@1", "ImageEmbedding": "h@0"}
    assert found["Norms"]["ClipL"] == pytest.approx(np.linalg.norm(wanted.astype(float)), rel=1e-4)
    assert found["ImagePath"] == str(images[0].disk_path)


def test_some_images_are_one_list(images):
    listed = json.loads(b"".join(documents.as_list(Image.objects.all())))
    assert [each["ImageId"] for each in listed] == sorted(image.pk for image in images)


def written(write) -> io.BytesIO:
    file = io.BytesIO()
    with arrays.of(Image.objects.all(), documents.USUAL) as found:
        write(found, file)
    file.seek(0)
    return file


def assert_right(loaded, images):
    ids = list(loaded["image_ids"])
    assert ids == sorted(image.pk for image in images)
    assert loaded["clip_l"].shape == (1, 768)
    assert list(loaded["clip_l_of"]) == [0, 0, -1, -1]
    assert list(loaded["clip_h_of"]) == [0, 1, 2, -1]
    assert loaded["clip_g"].shape == (0, 1280)
    for n in range(3):
        wanted = vector_of("clip-h", bytes([n])).astype(np.float16)
        np.testing.assert_array_equal(loaded["clip_h"][n], wanted)
    assert loaded["clip_h_norms"][0] == pytest.approx(
        np.linalg.norm(loaded["clip_h"][0].astype(float)), rel=1e-4
    )
    ends = [0, *loaded["path_ends"]]
    paths = bytes(loaded["paths_utf8"])
    assert paths[ends[0] : ends[1]].decode() == str(images[0].disk_path)


def test_numpy_reads_the_npz(images):
    with np.load(written(files.write_npz)) as loaded:
        assert_right(loaded, images)
        assert list(loaded["clip_h_model"]) == [0, 1, 0]
        about = json.loads(loaded["about.json"])
    assert json.loads(about["clip_h"]) == ["h@0", "h@1"]


def test_safetensors_reads_its_file(images, tmp_path):
    path = tmp_path / "vectors.safetensors"
    path.write_bytes(written(files.write_safetensors).getvalue())
    assert_right(load_file(path), images)


def test_the_command_writes_a_file_an_image(images, tmp_path, capsys):
    call_command("export_embeddings", str(tmp_path / "out"), images=[str(images[1].pk)])
    [path] = (tmp_path / "out").iterdir()
    assert path.name == f"image_{images[1].pk}.json"
    assert json.loads(path.read_text())["ImageId"] == images[1].pk
    assert "1 file" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["npz", "safetensors"])
def test_the_command_writes_one_file_of_all(images, tmp_path, form):
    path = tmp_path / f"all.{form}"
    call_command("export_embeddings", str(path), collection=images[0].collection.slug)
    assert path.stat().st_size > 3 * 2048
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_was_there_stays_where_the_new_one_fails(images, tmp_path, monkeypatch):
    path = tmp_path / "all.npz"
    path.write_bytes(b"before")

    def fail(query):
        raise OSError(28, "No space left on device")
        yield

    monkeypatch.setattr(rows, "halves", fail)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("export_embeddings", str(path), collection=images[0].collection.slug)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"before"]


def test_what_is_removed_meanwhile_is_still_what_was_counted(images):
    with arrays.of(Image.objects.all(), documents.USUAL) as found:
        removed = threading.Thread(target=remove_vectors)
        removed.start()
        removed.join()
        file = io.BytesIO()
        files.write_npz(found, file)
    assert not ClipHVector.objects.exists()
    file.seek(0)
    with np.load(file) as loaded:
        assert_right(loaded, images)


def remove_vectors():
    ClipHVector.objects.all().delete()
    connection.close()


def test_other_spaces_are_exported_by_name(images, tmp_path):
    call_command("export_embeddings", str(tmp_path), images=[str(images[0].pk)], space=["style"])
    found = json.loads(next(tmp_path.iterdir()).read_text())
    assert "ClipL" in found
    assert "ImageEmbedding" not in found


def test_what_is_not_there_is_said(images, tmp_path):
    with pytest.raises(CommandError, match="number: 999"):
        call_command("export_embeddings", str(tmp_path), images=["999"])
    with pytest.raises(CommandError, match="no space vibes"):
        call_command("export_embeddings", str(tmp_path), space=["vibes"])
    assert set(documents.NAMES) == set(SPACES)
