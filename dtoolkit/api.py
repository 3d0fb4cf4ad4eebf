"""The API's front door."""

from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

import dtoolkit
from dtoolkit.core.access import is_at_this_machine, is_known
from dtoolkit.jobs import kinds
from dtoolkit.jobs.services import clusters
from embeddings.api import similar

EXTENSION = "vector"


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """What runs and what is missing; strangers are told only whether all is well."""
    database, missing = _database()
    alive: list[dict[str, Any]] = []
    if database["ok"]:
        alive, absent = _clusters()
        missing += absent
    body: dict[str, Any] = {"status": "missing" if missing else "ok"}
    if is_at_this_machine(request) or (database["ok"] and is_known(request)):
        body |= {
            "version": dtoolkit.__version__,
            "database": database,
            "clusters": alive,
            "missing": missing,
        }
    return JsonResponse(body, status=503 if missing else 200)


def _database() -> tuple[dict[str, Any], list[str]]:
    query = (
        "SELECT current_setting('server_version'),"
        " (SELECT extversion FROM pg_extension WHERE extname = %s)"
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, [EXTENSION])
            server, vector = cursor.fetchone() or ("", None)
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        return {"ok": False, "reason": reason}, ["The database does not answer."]
    missing = [] if vector else ["The database lacks the extension vector: CREATE EXTENSION vector"]
    return {"ok": True, "server": server, "vector": vector}, missing


def _clusters() -> tuple[list[dict[str, Any]], list[str]]:
    alive = clusters.alive()
    found = {beat.cluster for beat in alive}
    absent = [
        f"No workers serve the queue '{name}': `manage.py start` runs them."
        for name in sorted(kinds.clusters() - found)
    ]
    return [{"name": beat.cluster, "host": beat.host} for beat in alive], absent


urlpatterns = [
    path("health", health, name="health"),
    path("images/similar", similar.similar, name="api-similar"),
]
