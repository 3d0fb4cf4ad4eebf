"""New names by a pattern, and what they would come to before anything is done."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from gallery.filing import names
from gallery.filing.patterns import expanding, fields
from gallery.models import Image
from gallery.querysets import ImageQuerySet

_SHOWN = 5
_READ = 2_000
# So many are looked through for names that would meet; of more, the first ones.
MOST_LOOKED_AT = 5_000
_FIRST_PATTERN = "{name}"


@dataclass(frozen=True, slots=True)
class Line:
    old: str
    new: str
    problem: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`name` is filled in for one image, `pattern` for many; `taken` of the `looked_at`."""

    is_one: bool
    name: str
    pattern: str
    ending: str
    lines: Sequence[Line]
    taken: int
    looked_at: int
    problem: str


def cleaned(name: str, pattern: str) -> dict[str, str]:
    """Raises `BadInput`."""
    if name:
        if problem := names.problem(name):
            raise BadInput(problem)
        return {"name": paths.to_text(name)}
    expanding.checked(pattern, has_folders=False)
    return {"pattern": paths.to_text(pattern)}


def planned(
    chosen: ImageQuerySet, params: dict[str, Any], most: int | None = None
) -> Iterator[tuple[Image, str]]:
    """Each image and its new name, oldest first: that is how they are numbered. Up to `most`."""
    if name := params.get("name"):
        rows = chosen.select_related("folder").order_by("created_at", "pk")
        for image in rows[:most].iterator(_READ):
            yield image, names.with_stem(image.name, str(name))
        return
    pattern = expanding.checked(str(params["pattern"]), has_folders=False)
    rows = fields.with_needs(chosen, pattern.used).order_by("created_at", "pk")
    width = len(str(chosen.count())) if pattern.counts else 1
    for number, image in enumerate(rows[:most].iterator(_READ), start=1):
        yield image, pattern.name(image, number, width)


def preview(chosen: ImageQuerySet, values: dict[str, Any]) -> Preview:
    """Never raises: what is wrong with the pattern is in it."""
    some = list(chosen.select_related("folder").order_by("created_at", "pk")[:2])
    is_one = len(some) == 1
    name = str(values.get("name", "")).strip()
    pattern = str(values.get("pattern", "")).strip() or _FIRST_PATTERN
    if is_one and not name:
        name = names.stem_of(some[0].name)
    ending = some[0].name[len(names.stem_of(some[0].name)) :] if is_one else ""
    try:
        params = cleaned(name if is_one else "", pattern)
    except BadInput as error:
        return Preview(is_one, name, pattern, ending, [], 0, 0, error.message)
    lines, taken, looked_at = _looked_through(chosen, params)
    return Preview(is_one, name, pattern, ending, lines, taken, looked_at, "")


def _looked_through(chosen: ImageQuerySet, params: dict[str, Any]) -> tuple[list[Line], int, int]:
    found = list(planned(chosen, params, MOST_LOOKED_AT))
    wanted = Counter((image.folder_id, new) for image, new in found)
    folders = {image.folder_id for image, _ in found}
    rows = Image.objects.filter(
        Q(folder__in=folders), name__in={new for _, new in found}
    ).values_list("folder_id", "name", "pk")
    holders = {(folder, name): pk for folder, name, pk in rows}
    lines: list[Line] = []
    taken = 0
    for image, new in found:
        place = image.folder_id, new
        problem = names.problem(new) if new != image.name else ""
        if not problem and wanted[place] > 1:
            problem = "several would be called so"
        elif not problem and holders.get(place, image.pk) != image.pk:
            problem = "taken"
        taken += bool(problem)
        if len(lines) < _SHOWN:
            lines.append(Line(paths.display(image.name), paths.display(new), problem))
    return lines, taken, len(found)
