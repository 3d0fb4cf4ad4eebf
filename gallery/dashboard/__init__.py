"""A library in numbers, each of which leads to its images."""
