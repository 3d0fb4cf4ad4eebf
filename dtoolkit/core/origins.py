"""Keeps other web pages in the same browser out: what they send is refused before any view.

CSRF tokens guard forms; this guards the rest. Browsers mark every request with `Sec-Fetch-Site`
(Fetch Metadata, W3C), so a page elsewhere can neither read our pictures nor probe what exists.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from dtoolkit.core.errors import respond

_TRUSTED = {"", "same-origin", "none"}


class SameOriginMiddleware:
    """Refuses cross-site requests, except plain links that a person follows to a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        site = request.headers.get("Sec-Fetch-Site", "")
        if site not in _TRUSTED and not _is_followed_link(request):
            message = "Another site asked for this. Open the page here instead."
            return respond(request, 403, "cross_site", message, {})
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


def _is_followed_link(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
        and not request.path.startswith("/api/")
    )
