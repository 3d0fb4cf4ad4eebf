"""Two to four images side by side, and only what differs in how they were made.

A duel is the same page with a queue behind it: who wins stays, and the next of the result comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput, NotFound
from dtoolkit.core.htmx import render_page
from gallery.exports import differences
from gallery.exports.differences import Piece
from gallery.models import Collection, Image
from gallery.search import results
from gallery.search.results import ResultQuery
from gallery.views import asking, pictures
from gallery.views.details import Details, with_details

MOST = 4
_LETTERS = "ABCD"


@dataclass(frozen=True, slots=True)
class Pane:
    image: Image
    letter: str
    picture: pictures.Shown
    url: str
    wins_url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of all of them; a text in pieces, whose differing ones are marked."""

    label: str
    values: Sequence[Sequence[Piece]]
    is_text: bool = False

    @property
    def differs(self) -> bool:
        return any(piece.is_different for value in self.values for piece in value) or (
            len({bool(value) for value in self.values}) > 1
        )


@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """The images `ids`; without them the first ones of the result or selection, in a duel two."""
    collection = get_object_or_404(Collection, slug=slug)
    query = ResultQuery.from_params(request.GET, collection)
    is_duel = request.GET.get("duel") == "1"
    images = _images(request, query, is_duel)
    context: dict[str, Any] = {
        "collection": collection,
        "slug": slug,
        "is_duel": is_duel,
        "back_url": reverse("library", args=[slug]) + query.querystring(selection="", at=""),
    }
    if is_duel:
        context |= _duel(request, query, images)
    context["panes"] = [
        Pane(
            image,
            letter,
            pictures.shown(image),
            reverse("image", args=[slug, image.pk]),
            context.get("wins", {}).get(image.pk, ""),
        )
        for letter, image in zip(_LETTERS, images, strict=False)
    ]
    context["rows"] = _rows(images)
    context["has_differences"] = any(row.differs for row in context["rows"])
    return render_page(request, "compare/page.html", context, fragment="compare/_compare.html")


def _images(request: HttpRequest, query: ResultQuery, is_duel: bool) -> list[Image]:
    most = 2 if is_duel else MOST
    ids = list(dict.fromkeys(asking.ids_of(request.GET)))
    if not ids:
        page = results.around(query, query.at, most) if query.at else results.page(query, size=most)
        ids = [image.pk for image in page.images]
    if len(ids) > most:
        raise BadInput(f"At most {most} images can be compared. Leave some out.")
    found = with_details(Image.objects.in_collection(query.collection)).in_bulk(ids)
    images = [found[pk] for pk in ids if pk in found]
    if len(images) < (1 if is_duel else 2):
        raise NotFound("Comparing takes two images or more. Select some first.")
    return images


def _duel(request: HttpRequest, query: ResultQuery, images: Sequence[Image]) -> dict[str, Any]:
    """Where each choice leads: the winner against who comes after the latest challenger."""
    rounds = request.GET.get("round", "1")
    number = int(rounds) if rounds.isascii() and rounds.isdigit() and len(rounds) < 8 else 1
    if len(images) < 2:
        return {"is_over": True, "round": number - 1}
    latest = _latest(request, query, images)
    challenger = results.neighbours(query, latest).next

    def url(*ids: int) -> str:
        last = challenger.pk if challenger else latest.pk
        params = query.replace(at="").to_params()
        params |= {"ids": ",".join(map(str, ids)), "duel": "1", "round": str(number + 1)}
        return f"?{urlencode(params | {'latest': str(last)})}"

    then = [challenger.pk] if challenger else []
    left, right = images
    return {
        "round": number,
        "wins": {left.pk: url(left.pk, *then), right.pk: url(*then, right.pk)},
        # Out goes the one that came last; who held the place stays.
        "skip_url": url(left.pk, *then) if latest.pk == right.pk else url(*then, right.pk),
        "challenger": challenger,
        "challenger_picture": pictures.shown(challenger) if challenger else None,
    }


def _latest(request: HttpRequest, query: ResultQuery, images: Sequence[Image]) -> Image:
    given = request.GET.get("latest", "")
    if given.isascii() and given.isdigit() and len(given) < 19:
        known = Image.objects.in_collection(query.collection).filter(pk=int(given)).first()
        if known is not None:
            return known
    return images[-1]


def _rows(images: Sequence[Image]) -> list[Row]:
    details = [Details(image) for image in images]
    prompts = [image.prompt.text if image.prompt else "" for image in images]
    negatives = [image.negative_prompt.text if image.negative_prompt else "" for image in images]
    rows = [
        Row("Prompt", differences.of_texts(prompts), is_text=True),
        Row("Negative", differences.of_texts(negatives), is_text=True),
    ]
    rows += [_row(label, values) for label, values in _facts(details).items()]
    rows += [_row(label, values) for label, values in _file_facts(images).items()]
    return [row for row in rows if any(row.values)]


def _row(label: str, values: Sequence[str]) -> Row:
    same = len(set(values)) == 1
    return Row(label, [[Piece(value, not same)] if value else [] for value in values])


def _facts(details: Sequence[Details]) -> dict[str, list[str]]:
    """Labels in the order that the first image has them, then those that others add."""
    tables: list[dict[str, str]] = []
    for each in details:
        table: dict[str, str] = {}
        facts = [*each.made_with, *each.recorded.others]
        named = [(fact.label, fact) for fact in facts]
        for shown in each.recorded.passes:
            named += [(f"{shown.title}: {fact.label}", fact) for fact in shown.facts]
        for label, fact in named:
            value = f"{fact.value} {fact.weight}".strip()
            table[label] = f"{table[label]}\n{value}" if label in table else value
        tables.append(table)
    labels = dict.fromkeys(label for table in tables for label in table)
    return {label: [table.get(label, "") for table in tables] for label in labels}


def _file_facts(images: Sequence[Image]) -> dict[str, list[str]]:
    return {
        "Size": [f"{i.width} × {i.height}" if i.width else "" for i in images],  # noqa: RUF001
        "File": [f"{filesizeformat(i.size)} {i.format.upper()}".strip() for i in images],
        "Made by": [i.generator for i in images],
        "Workflow": [f"№ {i.workflow_id}" if i.workflow_id else "" for i in images],
        "Created": [f"{i.created_at:%Y-%m-%d %H:%M}" for i in images],
        "Folder": [paths.display(i.folder.path or i.folder.root.name) for i in images],
    }
