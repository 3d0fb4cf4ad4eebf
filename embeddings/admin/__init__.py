"""The tables of embeddings in the admin."""

from embeddings.admin import maps

__all__ = ["maps"]
