"""What the library holds: its totals, where the bytes lie, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from dtoolkit.core import paths
from gallery.actions.base import images
from gallery.dashboard import storage
from gallery.dashboard.choices import Choices
from gallery.dashboard.counting import Facts
from gallery.dashboard.terms import Links, says
from gallery.models import Folder
from gallery.plots import axes, spans
from gallery.search.language import quoted

_MOST_CHARS = 200


@dataclass(frozen=True, slots=True)
class Total:
    label: str
    value: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """`inside` is the dashboard of a folder."""

    label: str
    url: str
    said: str
    detail: str
    share: float
    inside: int | None = None


@dataclass(frozen=True, slots=True)
class Lack:
    label: str
    url: str
    count: int
    percent: float
    share: float
    hint: str
    act: str = ""
    act_url: str = ""


def totals(facts: Facts, links: Links, slug: str) -> list[Total]:
    held = facts["totals"]
    count = held["count"]
    mean = held["rating_sum"] / held["rated"] if held["rated"] else 0
    rated = f"{held['rated'] / count:.0%} of all" if count else ""
    return [
        Total("Images", f"{count:,}", "", links.to()),
        Total("On disk", axes.size(held["bytes"]), _each(held["bytes"], count)),
        Total("Rated", f"{held['rated']:,}", rated, links.to("has:rating")),
        Total("Mean rating", f"{mean:.1f}" if held["rated"] else "\u2013", "of 10, of those rated"),
        Total("Favourites", f"{held['favourites']:,}", "", links.to("favourite:yes")),
        Total("Models", f"{held['checkpoints']:,}", "checkpoints", reverse("models", args=[slug])),
        Total("LoRAs", f"{held['loras']:,}", f"in {images(held['with_loras'])}",
              f"{reverse('models', args=[slug])}?kind=lora"),
    ]  # fmt: skip


def _each(size: int, count: int) -> str:
    return f"{axes.size(size / count)} an image" if count else ""


def folders(facts: Facts, choices: Choices, links: Links, within: Folder | None) -> list[Part]:
    found = []
    rows = sorted(facts["folders"], key=lambda row: -row[4 if choices.is_bytes else 3])
    most = rows[0][4 if choices.is_bytes else 3] if rows else 0
    places = {row[0] for row in rows if row[2]}
    own = Folder.objects.filter(pk__in=places).select_related("root").in_bulk()
    for pk, name, is_here, many, size in rows[: choices.top]:
        label = paths.display(name)[:_MOST_CHARS]
        url = links.to(folder=pk)
        if is_here:
            label = f"right in {label}"
            term = storage.here(own[pk]) if pk in own else ""
            url = links.to(term, folder=pk) if term else ""
        inside = None if is_here or (within and within.pk == pk) else pk
        found.append(_part(label, url, many, size, most, choices, inside))
    return found


def formats(facts: Facts, choices: Choices, links: Links) -> list[Part]:
    rows = sorted(facts["formats"], key=lambda row: -row[2 if choices.is_bytes else 1])
    most = rows[0][2 if choices.is_bytes else 1] if rows else 0
    found = []
    for name, many, size in rows[: choices.top]:
        term = f"format:={quoted(name)}" if name else "no:format"
        url = links.to(term) if not name or says("format", name) else ""
        label = paths.display(name).upper()[:_MOST_CHARS] if name else "not read yet"
        found.append(_part(label, url, many, size, most, choices))
    return found


def _part(
    label: str,
    url: str,
    many: int,
    size: int,
    most: int,
    choices: Choices,
    inside: int | None = None,
) -> Part:
    said, detail = axes.size(size), images(many)
    value = size if choices.is_bytes else many
    if not choices.is_bytes:
        said, detail = detail, said
    return Part(label, url, said, detail, spans.share(value, most), inside)


def lacks(facts: Facts, links: Links, slug: str) -> list[Lack]:
    held = facts["totals"]
    whole = held["count"]
    failures = reverse("failures", args=[slug])
    jobs = reverse("jobs")
    known: Sequence[tuple[str, str, int, str, str, str]] = (
        ("Not read yet", "unread:yes", held["unread"], "The deep scan has not been here.",
         "Jobs", jobs),
        ("No metadata", "nometa:yes", held["bare"],
         "The file says nothing of how it was made.", "", ""),
        ("No prompt", "no:prompt unread:no", held["no_prompt"],
         "Read, and without a prompt: search finds it by other things only.", "", ""),
        ("No thumbnail", "thumbnail:no unread:no", held["no_thumbnail"],
         "Not made yet, or it failed.", "Jobs", jobs),
        ("Failures", "failed:yes", held["failed"], "Something could not be done.",
         "Why, and retry", failures),
        ("Unrated", "no:rating", whole - held["rated"],
         "No plot of ratings knows of these.", "", ""),
        ("Not there now", "unavailable:yes", held["unavailable"],
         "The file vanished or its drive is away; counted nowhere else on this page.",
         "Folders", reverse("roots", args=[slug])),
    )  # fmt: skip
    return [
        Lack(
            label,
            links.to(term) if many else "",
            many,
            many / whole * 100 if whole else 0,
            spans.share(many, max(whole, many)),
            hint,
            act if many else "",
            act_url,
        )
        for label, term, many, hint, act, act_url in known
    ]
