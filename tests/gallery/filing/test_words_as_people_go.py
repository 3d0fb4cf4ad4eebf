"""Where it is wanted, what people say goes into the files by itself; killed at any step, it goes
on, and file, row and what waits agree."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone

from dtoolkit.jobs import kinds
from dtoolkit.jobs.kinds import Unwatched
from dtoolkit.jobs.services.queue import enqueue
from dtoolkit.jobs.services.runner import run_inline
from gallery import preferences
from gallery.models import FileAct, HistoryEntry, Image, ImageVersion, StageFailure, WordsWaiting
from gallery.services import failures, filing, history
from gallery.written import waiting
from tests.gallery.filing.conftest import agrees, image, tree
from tests.gallery.filing.dying import around, dies
from tests.gallery.filing.test_writing_words import words_in
from tests.gallery.scanning.conftest import look, read

pytestmark = pytest.mark.django_db(transaction=True)
_DEEDS = ("replace", "unlink", "fsync", "utime", "open", "write")


@pytest.fixture
def always(root):
    preferences.put(preferences.WRITE_WORDS, True)


def write_all() -> None:
    waiting.run(list(waiting.images().values_list("pk", flat=True)), Unwatched())


def waiting_ids() -> set[int]:
    return set(WordsWaiting.objects.values_list("pk", flat=True))


def test_nothing_waits_unless_it_is_wanted(root, perform):
    perform("rate", "a/0.png", value="9")
    assert not waiting_ids()


def test_what_is_said_waits_and_is_written_after_some_quiet(root, library_folder, perform, always):
    perform("rate", "a/0.png", "a/1.png", value="9")
    ids = {image("a/0.png").pk, image("a/1.png").pk}
    assert waiting_ids() == ids
    now = timezone.now()
    assert not waiting.is_due(now)
    assert waiting.is_due(now + timedelta(seconds=30))
    assert ("write-words", {}) in kinds.due(now + timedelta(seconds=30))
    run_inline(enqueue("write-words", {}))
    assert not waiting_ids()
    assert words_in(library_folder / "a" / "0.png").rating == 9
    assert agrees(root)
    assert not FileAct.objects.exists()
    # Undo undoes what was said, and the file follows.
    entry = HistoryEntry.objects.get()
    history.undo(entry)
    assert waiting_ids() == ids
    write_all()
    assert words_in(library_folder / "a" / "0.png") is None
    assert not waiting.is_due(now + timedelta(seconds=30))


def test_a_renamed_tag_is_written_anew(root, library_folder, perform, always):
    perform("add-tags", "a/0.png", tags="fux")
    write_all()
    tag = image("a/0.png").tags.get(source="person").tag_id
    history.perform_on("rename-tag", {"tag": str(tag), "name": "renard"}, root.collection)
    assert waiting_ids() == {image("a/0.png").pk}
    write_all()
    assert words_in(library_folder / "a" / "0.png").tags == ("renard",)


def test_what_is_said_while_it_is_written_waits_on(root, perform, always, monkeypatch):
    perform("rate", "a/0.png", value="9")
    said = waiting.merging.words_for

    def meanwhile(of):
        words = said(of)
        perform("rate", "a/0.png", value="4")
        return words

    monkeypatch.setattr(waiting.merging, "words_for", meanwhile)
    write_all()
    monkeypatch.undo()
    assert waiting_ids() == {image("a/0.png").pk}


def test_what_failed_is_listed_and_tried_again_at_will(root, library_folder, perform, always):
    file = library_folder / "a" / "0.png"
    perform("rate", "a/0.png", value="9")
    file.chmod(0o444)
    write_all()
    failure = StageFailure.objects.get()
    assert (failure.stage, failure.reason) == ("words", "it is write-protected")
    assert not waiting_ids()
    file.chmod(0o644)
    assert failures.retry(StageFailure.objects.all()) == 1
    write_all()
    assert not StageFailure.objects.exists()
    assert words_in(file).rating == 9


def test_drives_that_are_away_wait_on(root, perform, always):
    perform("rate", "a/0.png", value="9")
    root.offline_since = timezone.now()
    root.save()
    write_all()
    assert waiting_ids() == {image("a/0.png").pk}
    assert not waiting.is_due(timezone.now() + timedelta(hours=1))


class Killed(BaseException):
    """As a kill: nothing catches it."""


@contextmanager
def killing(step: int) -> Iterator[list[bool]]:
    """At the nth thing done to the disk or asked of the database, or after it."""
    left = itertools.count(step, -1)
    struck: list[bool] = []

    def strike() -> None:
        if next(left) == 0:
            struck.append(True)
            raise Killed

    def execute(run, *args):
        strike()
        return run(*args)

    wrapped = {name: around(strike, getattr(os, name)) for name in _DEEDS}
    with patch.multiple(os, **wrapped), connection.execute_wrapper(execute):
        yield struck


def is_killed(deed: Callable[[], object], step: int) -> bool:
    with killing(step) as struck, suppress(Killed):
        deed()
    return bool(struck)


@pytest.mark.parametrize("meanwhile", ["nothing", "a scan"])
def test_writing_killed_at_any_step_goes_on(root, library_folder, perform, always, meanwhile):
    pk, name = image("a/1.png").pk, "a/1.png"
    rounds = 0
    for step in itertools.count(0, 3 if meanwhile == "nothing" else 7):
        before = (library_folder / name).read_bytes()
        rating = 3 if rounds % 2 else 8
        Image.objects.filter(pk=pk).update(rating=rating)
        waiting.collect([waiting.Part([pk], None, None)])
        is_over = not is_killed(write_all, step)
        half = (library_folder / name).read_bytes()
        assert half == before or words_in(library_folder / name).rating == rating
        if rounds % 2:  # and says something else before it goes on
            rating = 5
            Image.objects.filter(pk=pk).update(rating=rating)
            waiting.collect([waiting.Part([pk], None, None)])
        if meanwhile == "a scan":
            look(root)
            read(root)
        write_all()
        assert words_in(library_folder / name).rating == rating
        assert not waiting_ids()
        assert not [each for each in tree(library_folder) if "partial" in each]
        assert not ImageVersion.objects.exists()
        if meanwhile == "nothing":
            now = image(name)
            assert now.size == (library_folder / name).stat().st_size
        rounds += 1
        if is_over:
            break
    assert agrees(root)
    assert rounds > 6


def test_an_act_killed_at_any_step_goes_on_and_back(root, library_folder, perform):
    perform("rate", "a/0.png", value="9")
    file = library_folder / "a" / "0.png"
    original = file.read_bytes()
    entry = perform("write-words", "a/0.png")
    written = file.read_bytes()
    act = entry.file_acts.get()
    is_back, step, rounds = True, 0, 0
    while step < 200:

        def deed(is_back: bool = is_back) -> None:
            filing.run(entry, [act.pk], Unwatched(), is_back=is_back)

        was_killed = is_killed(deed, step)
        assert file.read_bytes() in (original, written)
        deed()
        assert file.read_bytes() == (original if is_back else written)
        assert FileAct.objects.get().state == ("undone" if is_back else "done")
        assert not [each for each in tree(library_folder) if "partial" in each]
        rounds += 1
        if not was_killed and not is_back:
            break
        step += 5 if not is_back else 0
        is_back = not is_back
    assert agrees(root)
    assert rounds > 15


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
@pytest.mark.parametrize("step", [31, 42])
def test_a_real_kill(root, library_folder, perform, always, step):
    perform("rate", "a/0.png", value="9")
    assert dies(write_all, step)
    write_all()
    assert words_in(library_folder / "a" / "0.png").rating == 9
    assert agrees(root)
    assert not waiting_ids()
