"""The networks that this process holds."""

from django.conf import settings

from dtoolkit.inference.claims import claim
from dtoolkit.inference.pool import Pool
from embeddings.services import weights


def make_pool() -> Pool:
    """On the card that is this process's own."""
    return Pool(claim(settings.DEVICES, settings.ENV.data_dir / "devices"), weights.located)
