"""The networks that make vectors; each an adapter of one batch method."""
