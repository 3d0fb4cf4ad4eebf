"""Duplicates for a person to decide: one group after the other, the suggested keeper chosen."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import replace_url, trigger_client_event

from dtoolkit.core.errors import AppError, BadInput
from dtoolkit.core.htmx import render_page
from gallery.actions.base import images
from gallery.actions.duplicates import members_of
from gallery.duplicates import channels, ranking
from gallery.models import Collection, DuplicateGroup
from gallery.search.counting import Count
from gallery.services import history
from gallery.services.duplicates import finding, queue
from gallery.views import asked, asking, duplicate_cards
from gallery.views.tabs import Tab

MOST_COMPARED = 4
_ACTS = {
    "merge": "merge-duplicates",
    "dismiss": "dismiss-duplicates",
    "stack": "stack-duplicates",
}
_form = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@require_safe
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """The group `group`, or the next one that waits."""
    collection = get_object_or_404(Collection, slug=slug)
    channel = _channel(request.GET.get("channel", ""))
    context = _context(collection, channel, _number(request.GET.get("group", "")))
    return _page(request, context)


@require_POST
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Answers the next group, with Undo for this one."""
    collection = get_object_or_404(Collection, slug=slug)
    name = _ACTS.get(request.POST.get("act", ""))
    if name is None:
        raise BadInput("`act` is merge, dismiss or stack.")
    values = {"group": pk, "keeper": request.POST.get("keeper", "")}
    entry = history.perform_on(name, values, collection, asking.person_of(request))
    context = _context(collection, _channel(request.POST.get("channel", "")), pk, was=pk)
    if not getattr(request, "htmx", False):
        return redirect(context["here"])
    response = replace_url(_page(request, context), context["here"])
    trigger_client_event(response, "rail:changed", {})
    return trigger_client_event(response, "toast", asked.toast(entry))


@never_cache
@require_safe
def state(request: HttpRequest, slug: str) -> HttpResponse:
    """What looks now; asked for again while something does."""
    collection = get_object_or_404(Collection, slug=slug)
    jobs = finding.jobs_of(collection)
    context = {"slug": slug, "jobs": jobs, "is_over": not jobs}
    response = render(request, "duplicates/_state.html", context)
    if not jobs:
        trigger_client_event(response, "duplicates:found", {})
        trigger_client_event(response, "rail:changed", {})
    return response


@_form
def find(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks by what, and how near is near enough."""
    collection = get_object_or_404(Collection, slug=slug)
    problem = ""
    if request.method == "POST":
        try:
            _start(request, collection)
        except AppError as error:
            problem = error.message
        else:
            return _started(request, _url(slug))
    chosen = request.POST.getlist("channel")
    offered = [
        {
            "channel": channel,
            "missing": channel.missing(collection),
            "value": request.POST.get(channel.name) or f"{channel.limit.default:g}"
            if channel.limit
            else "",
            "is_chosen": channel.name in chosen or not problem,
        }
        for channel in channels.every()
    ]
    return asked.ask(
        request,
        collection,
        title="Look for duplicates",
        verb="Look",
        back=_url(slug),
        fields="duplicates/_find.html",
        offered=offered,
        problem=problem,
        status=asked.REFUSED if problem else 200,
    )


@_form
def take_all(request: HttpRequest, slug: str) -> HttpResponse:
    """Of copies, which are one and the same: says how many and how large, and asks."""
    collection = get_object_or_404(Collection, slug=slug)
    if request.method == "POST":
        person = asking.person_of(request)
        entry = history.perform_on("take-suggestions", {}, collection, person)
        return asked.done(request, entry, _url(slug))
    weight = queue.weight_of_copies(collection, "copies")
    says = "No group of copies waits for a decision."
    if weight.groups:
        says = (
            f"Of {weight.groups:,} group{'' if weight.groups == 1 else 's'} of copies the "
            f"suggested one is kept and gets what was said of the others. {images(weight.images)}, "
            f"{filesizeformat(weight.bytes)}, would be marked for deletion; the files stay until "
            "you delete them. History takes it back."
        )
    return asked.ask(
        request,
        collection,
        title="Take all suggestions for copies?",
        verb="Take them" if weight.groups else "All right",
        back=_url(slug),
        says=says,
    )


def _start(request: HttpRequest, collection: Collection) -> None:
    names = request.POST.getlist("channel")
    if not names:
        raise BadInput("Choose by what to look.")
    chosen = [channels.get(name) for name in names]
    for channel in chosen:
        if channel.limit:
            channel.limit.clean(request.POST.get(channel.name, ""))
    is_confirmed = request.POST.get("confirm") == "1"
    for channel in chosen:
        limit = request.POST.get(channel.name, "")
        finding.start(collection, channel, limit, is_confirmed=is_confirmed)


def _started(request: HttpRequest, url: str) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return redirect(url)
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render_page(request, "duplicates/page.html", context, fragment="duplicates/_review.html")


def _context(
    collection: Collection, channel: str, wanted: int, was: int | None = None
) -> dict[str, Any]:
    """`was` is the group that was decided last: undone, it is what one wants to see."""
    group = queue.at_or_after(collection, channel, wanted)
    is_end = group is None and bool(wanted)
    first = queue.at_or_after(collection, channel, 0) if is_end else None
    slug = collection.slug
    known = queue.counts(collection)
    here = _url(slug, channel, group.pk if group else wanted if is_end else 0)
    context: dict[str, Any] = {
        "collection": collection,
        "slug": slug,
        "channel": channel,
        "group": group,
        "here": here,
        "back_to": _url(slug, channel, was) if was else here,
        "tabs": _tabs(known, channel),
        "has_copies": any(each.are_copies and each.name in known for each in channels.every()),
        "jobs": finding.jobs_of(collection),
        "is_over": False,
        "is_end": first is not None,
        "start_url": _url(slug, channel),
        "was_looked": finding.was_looked(collection),
    }
    return context | (_of_group(group, channel) if group else {})


def _of_group(group: DuplicateGroup, channel: str) -> dict[str, Any]:
    collection = group.collection
    living = list(ranking.ranked(members_of(group.pk)).select_related("folder__root", "edit"))
    kin = duplicate_cards.kin_of(living)
    before = queue.before(collection, channel, group.pk)
    ids = ",".join(str(image.pk) for image in living[:MOST_COMPARED])
    return {
        "kind": channels.get(group.channel),
        "told": channels.get(group.channel).describe(group.distance),
        "cards": duplicate_cards.cards(living, collection.slug, kin),
        "kinship": duplicate_cards.kinship(living, kin),
        "more": len(living) - duplicate_cards.MOST,
        "reason": ranking.reason(living),
        "skip_url": _url(collection.slug, channel, group.pk + 1),
        "before_url": _url(collection.slug, channel, before.pk) if before else "",
        "compare_url": f"{reverse('compare', args=[collection.slug])}?{urlencode({'ids': ids})}",
    }


def _tabs(known: Mapping[str, Count], channel: str) -> list[Tab]:
    tabs = [Tab("All", sum(one.value for one in known.values()), _query(""), not channel)]
    for each in channels.every():
        many = known[each.name].value if each.name in known else 0
        tabs.append(Tab(each.title, many, _query(each.name), each.name == channel))
    return tabs


def _channel(name: str) -> str:
    """Raises `NotFound` where there is none of that name."""
    return channels.get(name).name if name else ""


def _query(channel: str, group: int = 0) -> str:
    params: dict[str, str | int] = {"channel": channel, "group": group}
    return urlencode({name: value for name, value in params.items() if value})


def _url(slug: str, channel: str = "", group: int = 0) -> str:
    query = _query(channel, group)
    return reverse("duplicates", args=[slug]) + (f"?{query}" if query else "")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
