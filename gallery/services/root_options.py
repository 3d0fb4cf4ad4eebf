"""What a person types for a root's extensions and patterns, checked, in the form that is kept."""

import re
from collections.abc import Iterable

from pathspec import GitIgnoreSpec

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from gallery.scanning.options import SUFFIXES

MOST_PATTERNS, MOST_CHARS, MOST_STARS = 200, 300, 8


def extensions(typed: Iterable[str]) -> list[str]:
    """Lower case and without the dot, each once; none takes all that can be read."""
    known = {suffix[1:] for suffix in SUFFIXES}
    wanted = {text.strip().lower().removeprefix("*").removeprefix(".") for text in typed}
    wanted.discard("")
    if unknown := sorted(wanted - known):
        shown = ", ".join(paths.display(text[:20]) for text in unknown[:5])
        raise BadInput(f"Files of these kinds cannot be read: {shown}. Known: {_listed(known)}.")
    return sorted(wanted)


def patterns(typed: Iterable[str]) -> list[str]:
    """One a line, as in a .gitignore; empty lines are left out."""
    kept = [line.rstrip("\r\n") for line in typed if line.strip()]
    if len(kept) > MOST_PATTERNS:
        raise BadInput(f"At most {MOST_PATTERNS} patterns can be kept; these are {len(kept)}.")
    for line in kept:
        _check(line)
    return kept


def _check(line: str) -> None:
    shown = paths.display(line[:60])
    if len(line) > MOST_CHARS or not line.isprintable():
        raise BadInput(f"A pattern is one line of at most {MOST_CHARS} characters: {shown}")
    if line.count("*") > MOST_STARS:  # each more makes matching slower by a factor
        raise BadInput(f"A pattern has at most {MOST_STARS} asterisks: {shown}")
    try:
        parsed = GitIgnoreSpec.from_lines([line]).patterns
    except (ValueError, re.error) as error:
        raise BadInput(f"This pattern cannot be understood: {shown}") from error
    is_comment = line.lstrip().startswith("#")
    if not is_comment and all(pattern.include is None for pattern in parsed):
        raise BadInput(f"This pattern matches nothing: {shown}")


def _listed(known: Iterable[str]) -> str:
    return ", ".join(sorted(known))
