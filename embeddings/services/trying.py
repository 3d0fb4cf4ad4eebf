"""Asks a network in a job: what may pass is waited for, what will not ends the job with a sentence
instead of a thousand failures."""

import time
from collections.abc import Callable
from typing import TypeVar

from dtoolkit.inference.errors import DeviceLost, InferenceError, OutOfMemory
from dtoolkit.jobs.kinds import JobHalted, WorkerSpent

T = TypeVar("T")
# ComfyUI may hold the card for a picture or two.
WAITS_S: tuple[float, ...] = (2, 10, 30)


def patiently(ask: Callable[[], T]) -> T:
    """What `ask` gives. Raises `JobHalted` where weights or libraries are missing and where the
    device stays full, `WorkerSpent` where it stays gone."""
    for wait_s in WAITS_S:
        try:
            return ask()
        except (DeviceLost, OutOfMemory):
            time.sleep(wait_s)
        except InferenceError as error:
            raise JobHalted(str(error)) from error
    try:
        return ask()
    except DeviceLost as error:
        # To a process that has seen it fail a card often does not come back.
        raise WorkerSpent(str(error)) from error
    except InferenceError as error:
        raise JobHalted(str(error)) from error
