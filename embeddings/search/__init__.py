"""Answers by meaning: candidates from each space, exact distances, one ranked list."""
