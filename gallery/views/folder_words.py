"""Treatments of folders in words that have room in the tree."""


def word_of(treatment: str) -> str:
    """`archived`, `excluded`, or nothing."""
    return treatment.partition("_")[0] + "d" if treatment else ""
