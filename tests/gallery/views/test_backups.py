import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gallery import preferences
from gallery.backup import folders
from tests.factories import ImageFactory
from tests.gallery.backup.conftest import data_folder, made  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/c/default/backups/"


def test_a_file_from_elsewhere_is_looked_at_and_restored(client, tmp_path):
    image = ImageFactory(rating=8)
    data = made(tmp_path / "words.jsonl").read_bytes()
    given = {"file": SimpleUploadedFile("../../words.jsonl", data)}
    looked = client.post(f"{PAGE}take/", given, follow=True)
    assert "The library says all of it already." in looked.content.decode()
    address = looked.redirect_chain[0][0]
    restored = client.post(address, {"prefer": "library"}, follow=True)
    assert "Nothing was changed." in restored.content.decode()
    assert client.get(address).status_code == 404
    type(image).objects.update(rating=None)
    client.post(f"{PAGE}take/", {"file": SimpleUploadedFile("words.jsonl", data)})
    restored = client.post(address, {"prefer": "library"}, follow=True)
    assert "restored to 1 image" in restored.content.decode()
    image.refresh_from_db()
    assert image.rating == 8


def test_what_is_none_is_told(client, tmp_path):
    ImageFactory(rating=8)
    data = made(tmp_path / "words.jsonl").read_bytes()
    for wrong in (data[:-9], b"", b"\x1f\x8b\x08 no gzip", b"{}\n"):
        given = {"file": SimpleUploadedFile("words.jsonl", wrong)}
        answer = client.post(f"{PAGE}take/", given)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    assert client.post(f"{PAGE}take/").status_code == 422
    assert client.get(f"{PAGE}{'a' * 32}/").status_code == 404


def test_only_backups_are_fetched(client):
    collection = ImageFactory(rating=8).collection
    path = made(folders.new(collection))
    (path.parent / "secret.jsonl.gz").write_bytes(b"secret")
    answer = client.get(f"{PAGE}files/{path.name}")
    assert b"".join(answer.streaming_content) == path.read_bytes()
    assert "attachment" in answer.headers["Content-Disposition"]
    for name in ("secret.jsonl.gz", "..", f"..%2F{path.parent.name}%2Fsecret.jsonl.gz", "taken"):
        assert client.get(f"{PAGE}files/{name}").status_code == 404


def test_one_a_day_is_switched_on_and_off(client):
    ImageFactory()
    client.post(f"{PAGE}daily/", {"value": "1"})
    assert preferences.get(preferences.DAILY_BACKUP) is True
    assert 'value="1" checked' in client.get(PAGE).content.decode()
    client.post(f"{PAGE}daily/")
    assert preferences.get(preferences.DAILY_BACKUP) is False
    assert client.post(f"{PAGE}daily/", {"value": "perhaps"}).status_code == 400


def test_words_that_wait_for_nothing_are_not_found(client):
    ImageFactory()
    answer = client.post(f"{PAGE}forget/", {"name": "../../secret"})
    assert answer.status_code == 404
