"""News from below; each only enqueues, after a look at what lies on the disk."""

from typing import Any

from dtoolkit.jobs.services import queue
from embeddings.models import Weights
from embeddings.services import bulk_loads, finding, starting


def on_images_indexed(collection_id: int, **_: Any) -> None:
    """Weights that a person put in place meanwhile are found now."""
    finding.refresh()
    starting.start_due(collections=[collection_id])
    bulk_loads.start_due()


def on_weights_changed(instance: Weights, **_: Any) -> None:
    """They came, or are others now: what they have not seen waits for them. A job that runs goes on
    with them, and once more over what it had done with those before."""
    if not instance.problem:
        with queue.finishing():
            starting.start_due(network=instance.network)
