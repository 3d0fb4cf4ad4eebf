"""Who may see pages: on loopback everyone at this machine, beyond it those with an account."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port, validate_host
from django.shortcuts import resolve_url

from dtoolkit.core.errors import envelope

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")


class AccountRequiredMiddleware:
    """Asks for a login where the request did not stay on this machine."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_open(request) or is_at_this_machine(request) or is_known(request):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return JsonResponse(envelope("login_required", "Log in first."), status=401)
        login = resolve_url(settings.LOGIN_URL)
        if request.headers.get("HX-Request"):
            # A fragment of the login page inside another page would help nobody.
            return HttpResponse(status=401, headers={"HX-Redirect": login})
        return redirect_to_login(request.get_full_path(), login)


def is_at_this_machine(request: HttpRequest) -> bool:
    """The server listens on loopback only, and no proxy brought the request from elsewhere."""
    if not settings.IS_LOOPBACK or any(name in request.headers for name in _FORWARDED):
        return False
    # A name that the person allowed besides loopback is there for a proxy.
    name, _ = split_domain_port(request.get_host())
    return not validate_host(name, settings.ENV.allowed_hosts)


def is_known(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def _is_open(request: HttpRequest) -> bool:
    return request.path in {resolve_url(settings.LOGIN_URL), "/api/health"}
