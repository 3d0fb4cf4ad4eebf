"""Django's admin for what was embedded: to look at, and weights to mend."""

from embeddings.admin import descriptions, failures, maps, probes, vectors, weights

__all__ = ["descriptions", "failures", "maps", "probes", "vectors", "weights"]
