"""Writing and reading by forms, and the switch that has it done by itself."""

import pytest

from dtoolkit.jobs.models import Job
from gallery import preferences
from gallery.models import StageFailure, WordsWaiting
from gallery.preferences import WRITE_WORDS
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory

pytestmark = pytest.mark.django_db
PAGE = "/c/default/settings/"
PRESS = "(Ctrl+Enter)"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def images(client):
    folder = FolderFactory(root=LibraryRootFactory(name="Pictures"), path="", image_count=3)
    known = {"folder": folder, "read_version": 1}
    return [
        ImageFactory(**known, format="png", rating=8),
        ImageFactory(**known, format="avif", is_favourite=True),
        ImageFactory(**known, format="png"),
        ImageFactory(folder=folder, read_version=None, rating=3),
        ImageFactory(**known, format="png", rating=3, is_available=False),
    ]


def test_the_form_tells_what_goes_where(client, images, django_assert_max_num_queries):
    ids = ",".join(str(image.pk) for image in images)
    with django_assert_max_num_queries(12):
        html = client.get(f"/c/default/acts/write-words/?ids={ids}").content.decode()
    assert "<b>2 files</b> are to say what you said" in html and PRESS in html
    assert "1 PNG" in html and "1 AVIF" in html and "name.avif.xmp" in html
    assert "1 left out: not read yet" in html
    assert "1 left out: gone, or on a drive that is away" in html
    assert "Of 1 other nothing was said" in html
    silent = client.get(f"/c/default/acts/write-words/?ids={images[2].pk}").content.decode()
    assert "You said nothing yet" in silent and PRESS not in silent
    html = client.get(f"/c/default/acts/read-words/?ids={ids}").content.decode()
    assert "None of these files carries" in html and PRESS not in html


def test_the_switch_and_what_waits(client, images):
    html = client.get(PAGE).content.decode()
    assert "Write into files as I go" in html and "Write what was said before" not in html
    assert client.post(PAGE + "words/switch/", {"value": "1"}).status_code == 302
    assert preferences.get(WRITE_WORDS) is True
    assert client.post(PAGE + "words/switch/", {"value": "perhaps"}).status_code == 400
    response = client.post(PAGE + "words/write/", {"what": "all"}, headers=HTMX)
    assert response.status_code == 204 and "words:changed" in response.headers["HX-Trigger"]
    assert WordsWaiting.objects.count() == 3
    assert Job.objects.filter(kind="write-words").exists()
    html = client.get(PAGE + "words/").content.decode()
    assert "3 images wait to be written; under way" in html
    StageFailure.objects.create(image=images[0], stage="words", version=1, reason="no")
    html = client.get(PAGE + "words/").content.decode()
    assert "1 file could not be written" in html
    assert "Writing into files" in client.get("/c/default/failures/").content.decode()
    assert "3 to be written into files" in client.get("/c/default/pipeline/").content.decode()
    assert client.post(PAGE + "words/switch/", {}, headers=HTMX).status_code == 204
    assert preferences.get(WRITE_WORDS) is False
