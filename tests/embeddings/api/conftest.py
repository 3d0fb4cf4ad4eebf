from tests.embeddings.search.conftest import library, networks

__all__ = ["library", "networks"]
