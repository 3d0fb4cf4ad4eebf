"""Errors a person can act on, and their one shape at the edge.

API: `{"error": {"code", "message", "details"}}`. Pages: the same message in a designed state.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


class AppError(Exception):
    """Base of every error whose message is meant for the person, not for a programmer."""

    code = "error"
    status = 400

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class BadInput(AppError):
    code = "bad_input"


class NotFound(AppError):
    code = "not_found"
    status = 404


class Conflict(AppError):
    code = "conflict"
    status = 409


class Unavailable(AppError):
    """Something outside us is away: a drive, a server, a network's weights."""

    code = "unavailable"
    status = 503


def envelope(code: str, message: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "details": details or {}}}


def respond(
    request: HttpRequest, status: int, code: str, message: str, details: dict[str, Any]
) -> HttpResponse:
    if request.path.startswith("/api/") or request.accepts("text/html") is False:
        return JsonResponse(envelope(code, message, details), status=status)
    fragment = getattr(request, "htmx", False)
    template = "errors/fragment.html" if fragment else "errors/page.html"
    context = {"status": status, "code": code, "message": message, "details": details}
    return render(request, template, context, status=status)


class ErrorMiddleware:
    """Turns an `AppError` from any view into its response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, AppError):
            return respond(request, error.status, error.code, error.message, error.details)
        return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return respond(request, 400, "bad_request", "This request could not be understood.", {})


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return respond(request, 403, "forbidden", "You may not do this.", {})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = "This page is out of date. Reload it and try again."
    return respond(request, 403, "csrf", message, {"reason": reason})


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return respond(request, 404, "not_found", "There is nothing at this address.", {})


def server_error(request: HttpRequest) -> HttpResponse:
    message = "Something went wrong here. The log in the data folder has the details."
    return respond(request, 500, "internal", message, {})
