# ruff: noqa: F811 - fixtures are imported and then asked for by name
"""What torch raises while a network runs, by torch's own classes, and what becomes of it."""

import numpy as np
import pytest
import torch
from PIL import Image

from dtoolkit.inference import batching, pool
from dtoolkit.inference.errors import DeviceLost, OutOfMemory
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import queue
from dtoolkit.jobs.services.runner import run_inline
from embeddings import job_names
from embeddings.encoders import clip_pixels
from embeddings.encoders.running import running
from embeddings.models import ClipLVector, TextFailure
from embeddings.services import encoding, trying
from tests.embeddings.tiny_networks import tiny_networks, tiny_weights  # noqa: F401
from tests.factories import ImageFactory, PromptFactory

LOST = "CUDA error: device-side assert triggered\nCUDA kernel errors might be asynchronously told."
FULL = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")


def raised(error: Exception) -> BaseException:
    with pytest.raises(Exception) as caught, running():
        raise error
    return caught.value


@pytest.mark.parametrize(
    "error",
    [
        FULL,
        torch.AcceleratorError("CUDA error: out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
        RuntimeError("MPS backend out of memory"),
    ],
)
def test_a_full_device(error):
    assert type(raised(error)) is OutOfMemory


def test_a_full_memory_as_the_processor_says_it():
    with pytest.raises(OutOfMemory), running():
        torch.empty(1 << 50)


@pytest.mark.parametrize(
    "error",
    [
        torch.AcceleratorError(LOST),
        torch.AcceleratorError("unspecified launch failure"),
        torch.AcceleratorError(""),
        RuntimeError(LOST),
        RuntimeError("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(...)`"),
        RuntimeError("No CUDA GPUs are available"),
        RuntimeError("Found no NVIDIA driver on your system."),
        RuntimeError("The device is no longer available."),
        AssertionError("Torch not compiled with CUDA enabled"),
    ],
)
def test_a_device_that_is_gone(error):
    found = raised(error)
    assert type(found) is DeviceLost
    assert str(found).startswith("The device does not answer any more: ")
    assert "\n" not in str(found)


@pytest.mark.parametrize("error", [RuntimeError("shape '[2]' is invalid"), AssertionError("three")])
def test_what_is_the_inputs_fault_stays_what_it_is(error):
    assert raised(error) is error


@pytest.fixture
def failing(tiny_networks):
    """`failing(network, error, above=2)`: forwards of more inputs than that raise it; gives the
    sizes of all."""

    def fail(network: str, error: Exception, above: int = 0) -> list[int]:
        sizes: list[int] = []

        def look(module, given):
            [size] = {len(each) for each in (given[0].values() if network in BERT else given[:1])}
            sizes.append(size)
            if size > above:
                raise error

        with pool.lease(network) as encoder:
            inner(network, encoder).register_forward_pre_hook(look)
        return sizes

    return fail


BERT = {"bge-large"}


def inner(network: str, encoder) -> torch.nn.Module:
    if network in BERT:
        return encoder._model
    return encoder._loaded() if network == "clip-h" else encoder._module.transformer


def encoded(network: str):
    if network == "clip-h":
        looks = [Image.new("RGB", (60, 40), (n, 0, 99)) for n in range(0, 200, 20)]
        return encoding.pictures(network, [clip_pixels.prepare(each) for each in looks])
    return encoding.texts(network, [f"cat number {n}" for n in range(10)])


NETWORKS = ("bge-large", "clip-l", "clip-g", "clip-h")


@pytest.mark.django_db
@pytest.mark.parametrize("network", NETWORKS)
def test_a_batch_that_does_not_fit_is_halved_until_it_does(failing, network):
    expected = encoded(network)
    sizes = failing(network, FULL, above=2)
    found = encoded(network)
    np.testing.assert_allclose(found.vectors, expected.vectors, atol=1e-4)
    assert found.problems == {}
    assert max(sizes) == 10
    assert sizes[-1] <= 2


@pytest.mark.django_db
@pytest.mark.parametrize("network", NETWORKS)
def test_a_lost_device_is_nobodys_failure_and_its_networks_are_forgotten(failing, network):
    failing(network, torch.AcceleratorError(LOST))
    with pytest.raises(DeviceLost):
        encoded(network)
    assert pool.shared().standing() == []
    assert encoded(network).problems == {}


def test_inputs_that_torch_cannot_take_are_found(monkeypatch):
    def encode(inputs):
        with running():
            if 3 in inputs:
                raise RuntimeError("shape '[2]' is invalid for input of size 3")
            return np.ones((len(inputs), 2), np.float32)

    found = batching.run(encode, list(range(8)), 8)
    assert found.problems == {3: "shape '[2]' is invalid for input of size 3"}


@pytest.mark.django_db(transaction=True)
def test_the_job_ends_with_a_sentence_and_goes_on_when_it_is_started_again(failing, monkeypatch):
    monkeypatch.setattr(trying, "WAITS_S", ())
    for n in range(5):
        ImageFactory(prompt=PromptFactory(text=f"a fennec, {n}"))
    failing("clip-l", torch.AcceleratorError(LOST))
    job = run_inline(queue.enqueue(job_names.TEXTS, {"space": "clip_l"}))
    assert job.state == Job.State.FAILED
    assert job.error == (
        "The device does not answer any more: CUDA error: device-side assert triggered."
    )
    assert not TextFailure.objects.exists()
    assert not ClipLVector.objects.exists()
    job = run_inline(queue.enqueue(job_names.TEXTS, {"space": "clip_l"}))
    assert (job.state, job.done, job.failed) == (Job.State.DONE, 5, 0)
    assert ClipLVector.objects.count() == 5
