"""One text, one vector: whoever uses it, however often the job runs."""

import numpy as np
import pytest

from dtoolkit.inference.errors import DeviceLost, OutOfMemory, WeightsMissing
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import queue
from dtoolkit.jobs.services.runner import run_inline
from embeddings import tasks
from embeddings.models import ClipGVector, ClipLVector, NegativeVector, PromptVector, TextFailure
from embeddings.services import embedding, waiting
from embeddings.spaces import SPACES
from gallery.models import Prompt
from tests.embeddings.known import give_weights, vector_of
from tests.factories import ImageFactory, PromptFactory

pytestmark = pytest.mark.django_db(transaction=True)
PROMPT = SPACES["prompt"]


def run(space: str = "prompt", **params) -> Job:
    return run_inline(queue.enqueue(tasks.TEXTS, {"space": space, **params}))


@pytest.fixture
def texts() -> list[Prompt]:
    prompts = [PromptFactory(text=f"a fennec, {n}") for n in range(5)]
    for prompt in prompts:
        ImageFactory.create_batch(2, prompt=prompt, negative_prompt=prompts[0])
    return prompts


def test_each_text_is_asked_for_once_and_kept_as_it_came(encoder, texts):
    give_weights()
    assert run().done == 5
    assert sorted(encoder.texts_asked) == sorted(("bge-large", text.text) for text in texts)
    for text in texts:
        kept = PromptVector.objects.get(prompt=text)
        wanted = vector_of("bge-large", text.text.encode()).astype(np.float16)
        np.testing.assert_array_equal(kept.vector.to_numpy(), wanted)
        assert kept.model_key == "bge-large@1"
    assert run().total == 0


def test_a_negative_prompt_has_its_vector_in_its_own_space(encoder, texts):
    give_weights()
    assert run("negative").done == 1
    assert list(NegativeVector.objects.values_list("prompt", flat=True)) == [texts[0].pk]
    assert not PromptVector.objects.exists()


@pytest.mark.parametrize(("space", "vectors"), [("clip_l", ClipLVector), ("clip_g", ClipGVector)])
def test_prompts_are_read_by_the_text_encoders_of_sdxl(encoder, texts, space, vectors):
    give_weights()
    run(space)
    assert vectors.objects.count() == 5


def test_a_text_that_no_image_uses_is_left_alone(encoder):
    give_weights()
    PromptFactory()
    assert run().total == 0


def test_nothing_waits_for_weights_that_are_missing(encoder, texts):
    assert run().total == 0
    assert encoder.texts_asked == []


def test_other_weights_make_only_their_own_rows_stale(encoder, texts):
    give_weights()
    run("prompt")
    run("clip_l")
    give_weights("clip-l", version=2)
    assert waiting.ids(PROMPT) == []
    assert len(waiting.ids(SPACES["clip_l"])) == 5
    run("clip_l")
    assert set(ClipLVector.objects.values_list("model_key", flat=True)) == {"clip-l@2"}


def test_weights_that_change_while_they_run_leave_nothing_behind(encoder, texts):
    give_weights()
    encoder.on_ask = lambda: give_weights(version=2)
    run()
    assert not PromptVector.objects.exists()
    assert len(waiting.ids(PROMPT)) == 5
    encoder.on_ask = lambda: None
    run()
    assert set(PromptVector.objects.values_list("model_key", flat=True)) == {"bge-large@2"}


def test_a_job_whose_weights_change_goes_on_with_the_new_ones_and_then_over_the_rest(
    encoder, texts, monkeypatch
):
    monkeypatch.setattr(embedding, "BATCH", 2)
    give_weights()
    Job.objects.all().delete()
    batches = []

    def change_in_the_second():
        batches.append(1)
        if len(batches) == 2:
            give_weights("bge-large", version=2)

    encoder.on_ask = change_in_the_second
    run()
    keys = PromptVector.objects.order_by("-pk").values_list("model_key", flat=True)
    assert list(keys) == ["bge-large@1", "bge-large@1", "bge-large@2"]
    [again] = Job.objects.filter(params={"space": "prompt"}, state=Job.State.QUEUED)
    assert run_inline(again).done == 4
    assert list(keys.all()) == ["bge-large@2"] * 5
    assert not Job.objects.filter(params={"space": "prompt"}, state=Job.State.QUEUED).exists()


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_what_is_no_number_is_refused_and_told(encoder, texts, value):
    give_weights()
    bad = vector_of("bge-large", b"")
    bad[7] = value
    encoder.bad[texts[2].text] = bad
    job = run()
    assert (job.done, job.failed) == (5, 1)
    assert PromptVector.objects.count() == 4
    failure = TextFailure.objects.get()
    assert (failure.space, failure.subject_id) == ("prompt", texts[2].pk)
    assert "NaN" in failure.reason


def test_a_vector_of_zeros_is_refused(encoder, texts):
    give_weights()
    encoder.bad[texts[0].text] = np.zeros(1024, np.float32)
    run()
    assert "zeros" in TextFailure.objects.get().reason


def test_a_vector_of_another_width_is_refused(encoder, texts):
    give_weights()
    encoder.width = 768
    run()
    assert not PromptVector.objects.exists()
    assert "768" in TextFailure.objects.first().reason


def test_a_failure_is_tried_three_times_and_once_more_with_other_weights(encoder, texts):
    give_weights()
    encoder.bad[texts[0].text] = np.full(1024, np.nan, np.float32)
    for _ in range(5):
        run()
    assert TextFailure.objects.get().attempts == 3
    assert len([text for _, text in encoder.texts_asked if text == texts[0].text]) == 3
    encoder.bad.clear()
    give_weights(version=2)
    run()
    assert not TextFailure.objects.exists()
    assert PromptVector.objects.count() == 5


@pytest.mark.parametrize("error", [DeviceLost("The card is gone."), OutOfMemory("It is full.")])
def test_a_device_that_stays_away_ends_the_job_with_its_reason(encoder, texts, error):
    give_weights()
    asked = []

    def fail():
        asked.append(1)
        raise error

    encoder.on_ask = fail
    job = run()
    assert (job.state, job.error) == (Job.State.FAILED, str(error))
    assert len(asked) == 4
    assert not TextFailure.objects.exists()
    encoder.on_ask = lambda: None
    assert run().done == 5


def test_a_device_that_comes_back_is_waited_for(encoder, texts):
    give_weights()
    errors = [DeviceLost("The card is gone.")]

    def fail_once():
        if errors:
            raise errors.pop()

    encoder.on_ask = fail_once
    assert run().state == Job.State.DONE
    assert PromptVector.objects.count() == 5


def test_weights_that_vanish_end_the_job_at_once(encoder, texts):
    give_weights()

    def fail():
        raise WeightsMissing("bge-large is nowhere.")

    encoder.on_ask = fail
    assert run().error == "bge-large is nowhere."


def test_of_a_text_of_megabytes_only_the_beginning_is_read(encoder):
    give_weights()
    text = "fennec " * 1_500_000
    ImageFactory(prompt=PromptFactory(text=text))
    assert run().done == 1
    [(_, read)] = encoder.texts_asked
    assert text.startswith(read)
    assert len(read) == waiting.READ_CHARS


def test_with_rebuild_all_are_asked_for_again(encoder, texts):
    give_weights()
    run()
    encoder.texts_asked.clear()
    assert run(rebuild=True).done == 5
    assert len(encoder.texts_asked) == 5


def test_a_vector_goes_with_its_text_whoever_deletes_it(encoder, texts):
    from django.db import connection

    give_weights()
    run()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE gallery_image SET prompt_id = NULL")
        cursor.execute("DELETE FROM gallery_prompt WHERE id = %s", [texts[1].pk])
    assert PromptVector.objects.count() == 4
