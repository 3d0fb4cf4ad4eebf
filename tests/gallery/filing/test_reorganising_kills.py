"""Struck at any step, files in a circle and the folders made for them come to a whole state, and
undo brings all of it back."""

import itertools
import os

import pytest

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import recovery
from dtoolkit.jobs.services.runner import run_inline
from gallery.filing import exclusive, notes
from gallery.models import FileAct, HistoryEntry, Image
from gallery.services import history
from tests.gallery.filing.conftest import agrees, image, tree

pytestmark = pytest.mark.django_db(transaction=True)
FILES = ("a/0.png", "a/1.png", "a/2.png", "b/9.png")


class Struck(BaseException):
    """As if the power went."""


@pytest.fixture
def strikes(monkeypatch):
    """Set to a number, the process dies before its so-many-th step."""
    left = [10**9]

    def around(function):
        def wrapped(*args, **kwargs):
            left[0] -= 1
            if left[0] < 0:
                raise Struck
            return function(*args, **kwargs)

        return wrapped

    for module, name in ((os, "mkdir"), (os, "rmdir"), (exclusive, "rename"), (notes, "_save")):
        monkeypatch.setattr(module, name, around(getattr(module, name)))
    return left


def go_on(root):
    recovery.recover(assume_dead=True)
    for job in Job.objects.filter(state__in=Job.ACTIVE).order_by("pk"):
        run_inline(job, follow=True)
    history.settle_dead(root.collection)


def folders(library_folder):
    return {path.name for path in library_folder.rglob("*/")}


def struck(strikes, step, deed) -> bool:
    strikes[0] = step
    try:
        deed()
    except Struck:
        return True
    finally:
        strikes[0] = 10**9
    return False


def test_struck_at_any_step_it_is_done_or_not_and_undone_whole(
    root, library_folder, perform, strikes
):
    for file, seed in zip(FILES, (1, 2, 0, 9), strict=True):
        Image.objects.filter(pk=image(file).pk).update(seed=seed)
    then, there = tree(library_folder), folders(library_folder)
    ids = {file: image(file).pk for file in FILES}
    Image.objects.filter(pk=ids["b/9.png"]).update(rating=9)
    pattern = {"pattern": "{rating|a}/{seed}", "sweep": "1"}
    struck_at = 0
    for step in itertools.count(0, 7):
        # Three in a circle, and one that leaves its folder empty for a new one.
        was_struck = struck(
            strikes, step, lambda: perform("reorganise", *FILES, clash="refuse", **pattern)
        )
        go_on(root)
        assert agrees(root)
        assert sorted(tree(library_folder).values()) == sorted(then.values())
        entry = HistoryEntry.objects.latest("pk")
        if struck(strikes, step // 2, lambda entry=entry: history.undo(entry)):
            go_on(root)
            entry.refresh_from_db()
            if entry.state in {"done", "stopped"}:
                history.undo(entry)
        assert (tree(library_folder), folders(library_folder)) == (then, there)
        assert {file: image(file).pk for file in FILES} == ids
        assert agrees(root)
        assert not FileAct.objects.filter(state="doing").exists()
        struck_at += was_struck
        if not was_struck:
            break
    assert struck_at > 2
