"""The front door: every app's pages at their place."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from dtoolkit.views import accounts

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("dtoolkit.api")),
    path("login/", accounts.LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("welcome/account/", accounts.make_account, name="make-account"),
    path("jobs/", include("dtoolkit.jobs.urls")),
    path("", include("embeddings.urls")),
    path("", include("gallery.urls")),
]

handler400 = "dtoolkit.core.errors.bad_request"
handler403 = "dtoolkit.core.errors.permission_denied"
handler404 = "dtoolkit.core.errors.page_not_found"
handler500 = "dtoolkit.core.errors.server_error"
