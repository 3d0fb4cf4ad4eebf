"""Which weights the networks of this library use."""

from pathlib import Path

from dtoolkit.inference.errors import WeightsMissing, WeightsUnusable
from dtoolkit.inference.loading import Located
from dtoolkit.inference.specs import Spec
from embeddings.models import Weights


def model_key(network: str) -> str | None:
    """What vectors of `network` carry now; None where its weights are missing or unusable."""
    found = Weights.objects.filter(network=network, problem="")
    return found.values_list("model_key", flat=True).first()


def located(spec: Spec) -> Located:
    """Where the weights lie that were found or chosen. Raises `WeightsMissing`, and
    `WeightsUnusable` where those that are there have a problem."""
    row = Weights.objects.filter(network=spec.key).first()
    if row is None:
        raise WeightsMissing(missing(spec))
    if row.problem:
        raise WeightsUnusable(f"{spec.title} at {row.path} cannot be used: {row.problem}")
    return Located(Path(row.path), row.model_key)


def missing(spec: Spec) -> str:
    return (
        f"{spec.title} is not installed: {spec.size_mb / 1000:.1f} GB, or point to your copy on "
        "the page Networks."
    )
