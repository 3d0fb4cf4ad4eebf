"""Vectors for those who take them elsewhere: JSON for one image or some, arrays for many."""
