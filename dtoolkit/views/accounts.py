"""Logging in, with growing pauses after wrong passwords, and the very first account."""

from typing import Any

from django.contrib.auth import get_user_model, login
from django.contrib.auth.forms import AuthenticationForm, BaseUserCreationForm
from django.contrib.auth.views import LoginView as DjangoLoginView
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dtoolkit.core import attempts
from dtoolkit.core.access import is_at_this_machine
from dtoolkit.core.errors import Conflict, NotFound

_FIRST_ACCOUNT_LOCK = 0x64746B32  # an advisory lock: two forms sent at once make one account


class LoginView(DjangoLoginView):
    """Django's, and after some wrong passwords from one address the next must wait."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait_s = attempts.wait_s(_address(request))
        if wait_s:
            context = self.get_context_data(form=self.get_form_class()(request), wait_s=wait_s)
            response = self.render_to_response(context, status=429)
            response.headers["Retry-After"] = str(wait_s)
            return response
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        attempts.forget(_address(self.request))
        return super().form_valid(form)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        attempts.record(_address(self.request))
        return super().form_invalid(form)


class FirstAccountForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """Name and password, twice."""


@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def make_account(request: HttpRequest) -> HttpResponse:
    """The first account, only from this machine and only while there is none."""
    if not is_at_this_machine(request):
        raise NotFound("The first account is made on the machine itself.")
    if _has_account():
        raise Conflict("There is an account already. Make more in the administration pages.")
    form = FirstAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST_ACCOUNT_LOCK])
            if _has_account():
                raise Conflict("There is an account already. Log in with it.")
            user = get_user_model()._default_manager.create_superuser(
                username=form.cleaned_data["username"], password=form.cleaned_data["password1"]
            )
        login(request, user)
        return redirect("home")
    status = 422 if form.errors else 200
    return render(request, "registration/make_account.html", {"form": form}, status=status)


def _has_account() -> bool:
    return get_user_model()._default_manager.exists()


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
