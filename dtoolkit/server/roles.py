"""What a new database server holds before Django sees it: our role, our database, pgvector."""

import psycopg
from psycopg import sql

from dtoolkit.server.errors import ServerError

NAME = "dtoolkit"


def prepare(admin_url: str, *, password: str, where: str) -> None:
    """Makes what is missing; safe to run again. The role may make databases, for bench.

    `where` is the server's own folder, for the words of an error.
    """
    try:
        _prepare(admin_url, password)
    except psycopg.OperationalError as error:
        raise ServerError(
            f"The embedded database in {where} refuses its own password or is out of order: "
            f"{error}. If the file postgres-password in the data folder was lost, put it back "
            f"from a backup, or remove {where} to begin with an empty library."
        ) from error


def _prepare(admin_url: str, password: str) -> None:
    role, database = sql.Identifier(NAME), sql.Identifier(NAME)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(password)))
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        if not found.fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
    # In template1 too, so that databases made later have it without being asked.
    for name in ("template1", NAME):
        with psycopg.connect(admin_url, dbname=name, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
