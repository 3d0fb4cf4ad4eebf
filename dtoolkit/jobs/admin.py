"""Jobs in the admin: to look, to cancel, to forget. Nobody edits what a worker counts."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from dtoolkit.jobs import terminal
from dtoolkit.jobs.models import ClusterHeartbeat, Job
from dtoolkit.jobs.services import control


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("id", "description", "kind", "state", "progress", "created_at", "finished_at")
    list_display_links = ("id", "description")
    list_filter = ("state", "kind", "is_paused", "is_inline")
    search_fields = ("description", "kind", "error", "message")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    list_per_page = 50
    actions = ("cancel_jobs",)

    @admin.display(description="progress")
    def progress(self, job: Job) -> str:
        return terminal.describe(job)

    @admin.action(description="Cancel selected jobs", permissions=["delete"])
    def cancel_jobs(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        active = list(jobs.filter(state__in=Job.ACTIVE))
        for job in active:
            control.cancel(job)
        messages.success(request, f"Cancelled {len(active)} of the chosen jobs.")


@admin.register(ClusterHeartbeat)
class ClusterHeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("cluster", "host", "beat_at")
    list_filter = ("cluster", "host")
    search_fields = ("host",)
    ordering = ("-beat_at",)
