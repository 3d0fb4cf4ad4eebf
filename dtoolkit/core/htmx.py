"""What every view shares: the typed request, and one way to answer a page or its fragment."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails


class HtmxHttpRequest(HttpRequest):
    """A request after `HtmxMiddleware`."""

    htmx: HtmxDetails


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page on a plain GET; for HTMX only `fragment`, a template of its own.

    History restoration asks for a whole page although HTMX asks.
    """
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    if fragment and htmx and not htmx.history_restore_request and not htmx.boosted:
        template = fragment
    response = render(request, template, context, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response
