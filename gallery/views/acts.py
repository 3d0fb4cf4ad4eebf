"""Selecting images and acting on them: one door for the action bar, the menus, the keys and the
palette."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from dtoolkit.core.access import is_at_this_machine
from dtoolkit.core.errors import AppError, BadInput
from dtoolkit.core.htmx import render_page
from gallery import actions
from gallery.actions import Action
from gallery.models import Collection, Selection
from gallery.search.conditions import any_of
from gallery.search.query import ResultQuery
from gallery.services import history, selections
from gallery.views import asking

_REFUSED = 422
# Single images that the page is told, so that it can mark their tiles without asking.
_MOST_MARKED = 5000


@require_POST
def select(request: HttpRequest, slug: str) -> HttpResponse:
    """Changes the selection `token` (a new one without it) by `op`, within the result that the
    address tells; answers the bar that says how many are chosen."""
    collection = get_object_or_404(Collection, slug=slug)
    query = ResultQuery.from_params(request.GET, collection)
    token = request.POST.get("token", "")
    selection = selections.get(token, collection) if token else selections.begin(query)
    return _bar(request, _changed(request, selection, query), query)


def _changed(request: HttpRequest, selection: Selection, query: ResultQuery) -> Selection:
    values = request.POST
    op = values.get("op", "")
    if op in {"add", "remove"}:
        ids = asking.ids_of(values)
        return selections.pick(selection, ids, is_chosen=op == "add")
    if op == "set":
        return selections.pick(selections.clear(selection), asking.ids_of(values), is_chosen=True)
    if op == "toggle":
        return selections.toggle(selection, asking.ids_of(values))
    if op == "stretch":
        start, end = values.get("from", ""), values.get("to", "")
        return selections.stretch(selection, query, start, end)
    if op == "all":
        return selections.choose_all(selection, query)
    if op == "invert":
        return selections.invert(selection, query)
    if op == "stacks":
        return selections.whole_stacks(selection, query)
    if op == "clear":
        return selections.clear(selection)
    if op == "show":
        return selection
    raise BadInput(
        "`op` is one of set, add, remove, toggle, stretch, all, invert, stacks, clear, show."
    )


def _bar(request: HttpRequest, selection: Selection, query: ResultQuery) -> HttpResponse:
    context = {
        "selection": selection,
        "collection": selection.collection,
        "slug": selection.collection.slug,
        "count": selections.count(selection),
        # Whether the result that is shown is the one that was selected whole.
        "is_same": _unsorted(selection.params) == _unsorted(query.to_params()),
        "stacks": query.stacks,
        "listed": selection.image_ids if len(selection.image_ids) <= _MOST_MARKED else None,
        "actions": [action for action in actions.all_actions() if action.is_frequent],
    }
    return render(request, "acts/_bar.html", context)


def _unsorted(params: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in params.items() if key not in {"sort", "seed", "at"}}


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """POST does it; GET is the form of what it needs to be told."""
    collection = get_object_or_404(Collection, slug=slug)
    action = actions.get(name)
    if request.method != "POST":
        return _form(request, collection, action)
    # Too much to be asked in an address; `take` is a button that fills something in.
    if request.POST.get("preview") == "1" or request.POST.get("take"):
        return _form(request, collection, action)
    values = {key: request.POST[key] for key in action.fields if key in request.POST}
    try:
        selection = asking.selection_of(request.POST, collection)
        if action.answers:
            return _answered(request, action, values, selection)
        entry = history.perform(name, values, selection, asking.person_of(request))
    except AppError as error:
        if not action.form_template:
            raise
        return _form(request, collection, action, error.message)
    if not getattr(request, "htmx", False):
        return redirect(reverse("history", args=[slug]))
    response = HttpResponse(status=204)
    if entry.pk is not None:
        asking.tell_changed(response, entry)
    trigger_client_event(response, "act:done", {"name": name})
    return trigger_client_event(response, "toast", asking.toast(entry, slug))


def _answered(
    request: HttpRequest, action: Action, values: dict[str, str], selection: Selection
) -> HttpResponse:
    """To what changes no image."""
    params = action.clean(values, selection.collection)
    answer = action.answer(selection, params, is_here=is_at_this_machine(request))
    if not getattr(request, "htmx", False):
        return redirect(answer.url or reverse("library", args=[selection.collection.slug]))
    response = HttpResponse(status=204)
    if answer.url:
        response.headers["HX-Redirect"] = answer.url
    trigger_client_event(response, "act:done", {"name": action.name})
    if answer.text:
        toast = {"text": answer.text, "is_bad": answer.is_bad}
        trigger_client_event(response, "toast", toast)
    return response


@require_safe
def marked(request: HttpRequest, slug: str) -> JsonResponse:
    """Which of `ids` the selection `token` holds, where the page cannot tell by itself."""
    collection = get_object_or_404(Collection, slug=slug)
    selection = selections.get(request.GET.get("token", ""), collection)
    asked = asking.ids_of(request.GET)[:_MOST_MARKED]
    chosen = selections.images(selection).filter(any_of("pk", asked))
    return JsonResponse({"ids": list(chosen.values_list("pk", flat=True))})


def _form(
    request: HttpRequest,
    collection: Collection,
    action: Action,
    problem: str = "",
) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    if not action.form_template:
        raise BadInput(f"{action.title} needs nothing to be told: send it.")
    selection = asking.selection_of(given, collection)
    count = selections.count(selection)
    values = {key: given.get(key, "") for key in action.fields}
    if request.method != "POST" and not any(values.values()) and count.value == 1:
        image = selections.images(selection).first()
        values |= action.written(image) if image else {}
    context = {
        "collection": collection,
        "slug": collection.slug,
        "action": action,
        "values": values,
        "problem": problem,
        "count": count,
        "selection": selection.token if selection.pk else "",
        "ids": given.get("ids", ""),
        "title": action.title,
        **action.form_context(collection),
    }
    context |= action.form_about(selection, context["values"])
    return render_page(
        request,
        "acts/page.html",
        context,
        fragment="acts/_dialog.html",
        # HTMX shows nothing else in the dialog's place.
        status=_REFUSED if problem and not getattr(request, "htmx", False) else 200,
    )
