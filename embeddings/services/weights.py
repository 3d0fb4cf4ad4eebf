"""Which weights the networks of this library use."""

from embeddings.models import Weights


def model_key(network: str) -> str | None:
    """What vectors of `network` carry now; None where its weights are missing or unusable."""
    found = Weights.objects.filter(network=network, problem="")
    return found.values_list("model_key", flat=True).first()
