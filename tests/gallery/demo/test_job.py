import pytest
from django.core.management import CommandError, call_command

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.demo import library
from gallery.models import Image, LibraryRoot
from gallery.services import demo


@pytest.fixture(autouse=True)
def small(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(library, "_SIZES", ((96, 128),))
    settings.ENV = settings.ENV.model_copy(update={"data_dir": tmp_path / "data"})
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "workers": 1}
    library.pieces.cache_clear()
    yield
    library.pieces.cache_clear()


@pytest.mark.django_db(transaction=True)
def test_the_demo_becomes_a_browsable_library(tmp_path):
    job = run_inline(demo.start("default", tmp_path / "demo", 8), follow=True)
    assert job.state == Job.State.DONE
    images = Image.objects.filter(folder__root=LibraryRoot.objects.get())
    assert images.count() == 8
    assert images.exclude(prompt=None).count() >= 5
    assert images.filter(thumbnail_version=None).count() == 0
    assert images.filter(phash=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_command_says_how_far_it_is(tmp_path, capsys):
    call_command("demo", "--count", "3", "--folder", str(tmp_path / "mine"))
    assert Image.objects.count() == 3
    assert "Painting the demo: done" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_second_start_joins_the_first(tmp_path):
    first = demo.start("default", tmp_path / "demo")
    assert demo.start("default", tmp_path / "demo") == first
    assert LibraryRoot.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, -1, 5001])
def test_odd_counts_are_refused(count, tmp_path):
    with pytest.raises(BadInput, match="Between 1 and 5,000"):
        demo.start("default", tmp_path / "demo", count)


@pytest.mark.django_db
def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="cannot be made"):
        call_command("demo", "--folder", str(tmp_path / "file" / "demo"))
