"""Pages of the job app."""

from django.urls import URLPattern, path

from dtoolkit.jobs.views import actions, pages

urlpatterns: list[URLPattern] = [
    path("", pages.jobs, name="jobs"),
    path("finished/", pages.finished_jobs, name="finished-jobs"),
    path("status/", pages.status, name="job-status"),
    path("clear/", actions.clear, name="clear-jobs"),
    path("<int:pk>/cancel/", actions.cancel, name="cancel-job"),
    path("<int:pk>/pause/", actions.pause, name="pause-job"),
    path("<int:pk>/resume/", actions.resume, name="resume-job"),
    path("<int:pk>/retry/", actions.retry, name="retry-job"),
]
