"""Brings the database's tables up to date; quick where they are, safe where two do it at once."""

from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from dtoolkit.server.errors import ServerError
from dtoolkit.server.place import Say

_LOCK = 0x64746B31  # any number that nobody else takes as an advisory lock


def migrate(say: Say) -> None:
    """Applies what is missing. Raises `OperationalError` where the database does not answer."""
    if not pending():
        return
    _require_vector()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            missing = pending()
            if missing:
                say(f"Bringing the database up to date ({missing} steps).")
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def pending() -> int:
    """How many migrations are not applied."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _require_vector() -> None:
    with connection.cursor() as cursor:
        try:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
        except OperationalError:
            raise
        except DatabaseError as error:
            raise ServerError(
                "The database has no pgvector, and it cannot be added with these rights: "
                f"{' '.join(str(error).split())}. Install pgvector on the server and run "
                "CREATE EXTENSION vector in this database as its administrator."
            ) from error
