"""New names by a pattern, and what they would come to before anything is done."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from gallery.filing import names
from gallery.models import Image
from gallery.querysets import ImageQuerySet

_SHOWN = 5
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
    if unknown := names.unknown_fields(pattern):
        known = ", ".join(f"{{{field}}}" for field in names.FIELDS)
        raise BadInput(f"{{{unknown[0]}}} means nothing here. There are {known}.")
    # With what it may come to, so that what is wrong in it is told before anything is done.
    sample = names.expand(pattern, dict.fromkeys(names.FIELDS, "x"))
    if problem := names.problem(sample):
        raise BadInput(problem)
    return {"pattern": paths.to_text(pattern)}


def planned(chosen: ImageQuerySet, params: dict[str, Any]) -> Iterator[tuple[Image, str]]:
    """Each image and its new name, oldest first: that is how they are numbered."""
    rows = chosen.select_related("folder").order_by("created_at", "pk")
    total = len(str(chosen.count())) if "{n}" in params.get("pattern", "") else 1
    for number, image in enumerate(rows.iterator(5_000), start=1):
        yield image, new_name(image, params, str(number).zfill(total))


def new_name(image: Image, params: dict[str, Any], number: str) -> str:
    """The ending stays what it is."""
    if name := params.get("name"):
        return names.with_stem(image.name, str(name))
    values = {
        "name": names.stem_of(image.name),
        "n": number,
        "seed": "no seed" if image.seed is None else str(image.seed),
        "date": image.created_at.date().isoformat(),
    }
    return names.with_stem(image.name, names.expand(str(params["pattern"]), values))


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
    found: list[tuple[Image, str]] = []
    for pair in planned(chosen, params):
        found.append(pair)
        if len(found) == MOST_LOOKED_AT:
            break
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
