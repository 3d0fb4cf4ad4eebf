"""The doors of embeddings for programs."""
