"""The pages of embeddings."""
