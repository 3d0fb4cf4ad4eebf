"""The front door: every app's pages at their place."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("dtoolkit.api")),
    path("jobs/", include("dtoolkit.jobs.urls")),
    path("", include("gallery.urls")),
]

handler400 = "dtoolkit.core.errors.bad_request"
handler403 = "dtoolkit.core.errors.permission_denied"
handler404 = "dtoolkit.core.errors.page_not_found"
handler500 = "dtoolkit.core.errors.server_error"
