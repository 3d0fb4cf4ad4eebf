"""The first load of a large space goes without its index, which is there afterwards, however the
load ended; searches are right all the while."""

import threading

import pytest
from django.core import management
from django.db import close_old_connections, connection, transaction

from dtoolkit.core.errors import AppError
from dtoolkit.inference.errors import DeviceLost
from dtoolkit.jobs.kinds import JobCancelled
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import control, queue, recovery, runner
from embeddings import job_names
from embeddings.models import PromptVector
from embeddings.search import planning
from embeddings.search.asking import Ask, Example
from embeddings.search.ranking import rank
from embeddings.services import bulk_loads, embedding, indexes, lines, starting
from embeddings.spaces import SPACES
from gallery.models import Image
from tests import pictures
from tests.embeddings.known import give_weights, vector_of
from tests.embeddings.test_harm import kill
from tests.factories import ImageFactory, PromptFactory
from tests.gallery.pipeline.stage_doubles import NotedProgress
from tests.gallery.scanned import scanned

pytestmark = pytest.mark.django_db(transaction=True)
SPACE, LOOKS = SPACES["prompt"], SPACES["clip_h"]
TEXTS = 12


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(bulk_loads, "LEAST", 10)
    monkeypatch.setattr(bulk_loads, "_LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(embedding, "BATCH", 4)
    yield
    for space in (SPACE, LOOKS):
        indexes.ensure(space)


@pytest.fixture
def texts():
    give_weights("bge-large")
    prompts = [PromptFactory(text=f"number {n}") for n in range(TEXTS)]
    for prompt in prompts:
        ImageFactory(prompt=prompt)
    Job.objects.all().delete()
    return prompts


def begin() -> Job:
    return queue.enqueue(job_names.TEXTS, {"space": "prompt"})


def waiting_builds() -> list[Job]:
    return list(Job.objects.filter(kind=job_names.INDEX, state__in=Job.ACTIVE))


def nearest(text: str) -> int:
    """The prompt of the image that is found first, by the index where there is one."""
    planning.forget()
    example = Example("a text", {"prompt": vector_of("bge-large", text.encode())})
    ask = Ask((example,), {"prompt": 1.0}, is_grouped=False, is_cut=False, limit=3)
    [first, *_] = rank(Image.objects.visible(), ask, "index").hits
    return Image.objects.get(pk=first.image_id).prompt_id


def test_the_index_is_away_while_texts_are_embedded_and_built_after(encoder, texts):
    seen = []

    def look():
        seen.append(indexes.exists(SPACE))
        if PromptVector.objects.exists():
            first = PromptVector.objects.order_by("-pk").first().prompt
            assert nearest(first.text) == first.pk

    encoder.on_ask = look
    last = runner.run_inline(begin(), follow=True)
    assert seen == [False] * 3
    assert (last.kind, last.state, last.done) == (job_names.INDEX, Job.State.DONE, TEXTS)
    assert str(last) == "Building the index of Prompt"
    assert indexes.exists(SPACE)
    assert nearest("number 7") == texts[7].pk


def test_a_few_texts_or_fewer_than_there_are_leave_it(encoder, texts, monkeypatch):
    monkeypatch.setattr(bulk_loads, "LEAST", TEXTS + 1)
    seen = []
    encoder.on_ask = lambda: seen.append(indexes.exists(SPACE))
    runner.run_inline(begin())
    monkeypatch.setattr(bulk_loads, "LEAST", 3)
    for n in range(5):
        ImageFactory(prompt=PromptFactory(text=f"one more {n}"))
    runner.run_inline(begin())
    assert seen == [True] * 5
    assert waiting_builds() == []


def test_with_other_weights_all_is_a_first_load_again(encoder, texts):
    runner.run_inline(begin(), follow=True)
    give_weights("bge-large", version=2)
    seen = []
    encoder.on_ask = lambda: seen.append(indexes.exists(SPACE))
    runner.run_inline(begin(), follow=True)
    assert seen == [False] * 3
    assert indexes.exists(SPACE)


def test_what_is_replaced_one_by_one_is_searched_by_it_meanwhile(encoder, texts):
    runner.run_inline(begin(), follow=True)
    PromptVector.objects.filter(prompt=texts[0]).delete()
    seen = []
    encoder.on_ask = lambda: seen.append(indexes.exists(SPACE))
    runner.run_inline(queue.enqueue(job_names.TEXTS, {"space": "prompt", "rebuild": True}))
    assert seen == [True] * 3


def test_pictures_too(encoder, library_folder):
    images = [
        scanned(pictures.png(library_folder / f"{n}.png", colour=(n, 9, 0))) for n in range(10)
    ]
    give_weights("clip-h")
    Job.objects.all().delete()
    seen = []
    encoder.on_ask = lambda: seen.append(indexes.exists(LOOKS))
    job = queue.enqueue("gpu_pipeline", {"collection_id": images[0].collection_id})
    runner.run_inline(job)
    assert set(seen) == {False}
    [build] = waiting_builds()
    assert build.params == {"space": "clip_h"}
    runner.run_inline(build)
    assert indexes.exists(LOOKS)


@pytest.mark.parametrize("how", ["cancelled", "halted"])
def test_a_load_that_ends_early_has_it_built_and_going_on_drops_it_again(encoder, texts, how):
    job = begin()

    def stop():
        if how == "halted":
            raise DeviceLost("The card is gone.")
        control.cancel(job)

    encoder.on_ask = stop
    runner.run_inline(job)
    assert job.state in {Job.State.CANCELLED, Job.State.FAILED}
    assert not indexes.exists(SPACE)
    [build] = waiting_builds()
    runner.run_inline(build)
    assert indexes.exists(SPACE)
    encoder.on_ask = lambda: None
    PromptVector.objects.all().delete()
    runner.run_inline(begin())
    assert not indexes.exists(SPACE)


def test_a_load_that_is_killed_is_gone_on_with_and_then_it_is_built(encoder, texts):
    job = begin()
    indexes.drop(SPACE)
    kill(1)
    assert not indexes.exists(SPACE)
    stored = PromptVector.objects.get(prompt=texts[-1].pk).prompt
    assert nearest(stored.text) == stored.pk
    last = runner.run_inline(job, follow=True)
    assert last.kind == job_names.INDEX
    assert indexes.exists(SPACE)


def test_a_build_whose_worker_is_gone_is_done_by_the_next(encoder, texts):
    runner.run_inline(begin())
    [build] = waiting_builds()
    Job.objects.filter(pk=build.pk).update(is_inline=True)  # of a command that nobody runs now
    recovery.recover(assume_dead=True)
    build.refresh_from_db()
    assert not build.is_inline
    assert runner.run_inline(build).state == Job.State.DONE
    assert indexes.exists(SPACE)


def test_what_nobody_started_is_started_with_the_work_that_is_due(texts):
    indexes.drop(SPACE)
    indexes.drop(LOOKS)
    bulk_loads.start_due()
    bulk_loads.start_due()
    [first] = waiting_builds()
    last = runner.run_inline(first, follow=True)
    assert [first.params["space"], last.params["space"]] == ["prompt", "clip_h"]
    assert indexes.exists(SPACE)
    assert indexes.exists(LOOKS)


def test_a_space_whose_turn_was_not_yet_is_not_forgotten(encoder, texts):
    indexes.drop(LOOKS)
    bulk_loads.start_due()
    [first] = waiting_builds()
    runner.run_inline(begin())
    assert waiting_builds() == [first]
    assert runner.run_inline(first, follow=True).params == {"space": "prompt"}
    assert indexes.exists(SPACE)
    assert indexes.exists(LOOKS)


def test_builds_that_fail_come_to_an_end(texts, monkeypatch):
    def fail(space):
        raise AppError("The disk is full.")

    indexes.drop(SPACE)
    indexes.drop(LOOKS)
    with monkeypatch.context() as patched:
        patched.setattr(indexes, "ensure", fail)
        bulk_loads.start_due()
        last = runner.run_inline(waiting_builds()[0], follow=True)
    assert (last.params, last.error) == ({"space": "clip_h"}, "The disk is full.")
    assert waiting_builds() == []


def test_the_start_of_a_server_looks_for_it(texts, monkeypatch):
    from dtoolkit.server import cluster

    monkeypatch.setenv("Q_CLUSTER_NAME", "default")
    monkeypatch.setattr(management, "call_command", lambda name: None)
    monkeypatch.setattr(cluster.multiprocessing, "active_children", list)
    indexes.drop(SPACE)
    cluster.run("default")
    assert [job.params for job in waiting_builds()] == [{"space": "prompt"}]


def test_it_is_not_built_in_the_middle_of_another_load(encoder, texts):
    indexes.drop(SPACE)
    bulk_loads.start_due()
    [build] = waiting_builds()
    other = begin()
    assert runner.run_inline(build).total == 0
    bulk_loads.start_due()
    assert waiting_builds() == []
    runner.run_inline(other)
    assert len(waiting_builds()) == 1


def test_a_search_that_lasts_keeps_it_and_the_load_goes_on(encoder, texts, monkeypatch):
    monkeypatch.setattr(indexes, "_DROP_WAIT_MS", 100)
    other = connection.copy()
    with transaction.atomic(), other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT count(*) FROM embeddings_promptvector")
        assert not indexes.drop(SPACE)
        cursor.execute("ROLLBACK")
    other.close()
    assert indexes.exists(SPACE)


def test_two_who_begin_and_build_at_once_do_not_fight(texts):
    outcomes = []

    def one():
        try:
            bulk_loads.begin(SPACE, TEXTS)
            bulk_loads.build(SPACE, NotedProgress())
            outcomes.append(indexes.exists(SPACE))
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 2
    assert bulk_loads.build(SPACE, NotedProgress()) is None
    assert indexes.exists(SPACE)


def held_back(build) -> None:
    """Runs `build` while an old transaction keeps it from its end."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT count(*) FROM embeddings_promptvector")
        try:
            build()
        finally:
            cursor.execute("ROLLBACK")
            other.close()


def test_stopped_in_the_middle_it_does_not_count_and_is_built_again(texts):
    indexes.drop(SPACE)

    def build():
        with pytest.raises(JobCancelled):
            bulk_loads.build(SPACE, NotedProgress(cancel_after=4))

    held_back(build)
    assert not indexes.exists(SPACE)
    bulk_loads.build(SPACE, NotedProgress())
    assert indexes.exists(SPACE)


def test_how_far_it_is_is_told(texts):
    PromptVector.objects.create(prompt=texts[0], model_key="a", vector=[1.0] * 1024)
    indexes.drop(SPACE)
    assert indexes.share_built(SPACE) == 0
    progress = NotedProgress(cancel_after=10)

    def build():
        with pytest.raises(JobCancelled):
            bulk_loads.build(SPACE, progress)

    held_back(build)
    assert progress.reports[-1] == (1, 0)


def test_the_page_tells_of_it(client, texts):
    indexes.drop(SPACE)
    bulk_loads.start_due()
    Job.objects.update(total=200, done=80, is_total_known=True)
    [line] = [line for line in lines.every() if line.building]
    assert line.space is SPACE
    assert "building the index · 40 %" in client.get("/embeddings/").content.decode()


def test_news_from_below_start_it(texts, monkeypatch):
    from embeddings import receivers

    monkeypatch.setattr(receivers.finding, "refresh", lambda: None)
    monkeypatch.setattr(starting, "start_due", lambda **_: [])
    indexes.drop(SPACE)
    receivers.on_images_indexed(1)
    assert len(waiting_builds()) == 1
