"""Names of the values that nodes keep by position only, class by class.

A class is here when what it holds matters (texts, settings, files) and workflows of before 2025,
which do not name their values, use it. What follows a seed is told by its look, not listed.
"""

from functools import cache

from gallery.metadata.parsers.comfyui.workflows import widgets_of_core, widgets_of_packs


@cache
def known() -> dict[str, list[tuple[str, ...]]]:
    """Class to the names of its values, in each order that it has had."""
    table: dict[str, list[tuple[str, ...]]] = {}
    lines = (widgets_of_core.NAMES + widgets_of_packs.NAMES).replace("\n    ", " ")
    for line in lines.splitlines():
        kind, _, names = line.partition(": ")
        if names:
            table.setdefault(kind, []).append(tuple(names.split()))
    return table
