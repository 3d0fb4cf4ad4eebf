"""What `manage.py` does once the environment stands: finds a database for commands that need one,
and turns errors that a person can act on into one line."""

import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from dtoolkit.server import embedded
from dtoolkit.server.errors import ServerError
from dtoolkit.server.postgres import EmbeddedServer

# They neither read nor write the database.
_NEED_NO_DATABASE = {
    *("check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help"),
    *("makemessages", "sendtestemail", "startapp", "startproject", "version"),
}
# They look after the schema themselves, or look at it as it is.
_LEAVE_SCHEMA = {
    *("bench", "dbshell", "flush", "makemigrations", "migrate", "optimizemigration"),
    *("showmigrations", "sqlflush", "sqlmigrate", "sqlsequencereset", "squashmigrations", "start"),
}


def main(argv: list[str]) -> NoReturn:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dtoolkit.settings")
    # An end that still runs every `finally`, so that the database is left in order.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    command = argv[1] if len(argv) > 1 else "help"
    sys.exit(_in_one_line(lambda: _run(command, argv)))


def _run(command: str, argv: list[str]) -> int:
    if command == "test":
        from dtoolkit.server import testing

        return testing.run(argv[2:])
    if command == "start":
        from dtoolkit.server import options

        options.export(argv[2:])
    if not needs_database(command, argv):
        return _execute(argv)
    if os.environ.get("DATABASE_URL"):
        return _execute(argv)
    from dtoolkit import env

    server = EmbeddedServer(env.load().data_dir, say=_say)
    embedded.export(server.join())
    try:
        if command not in _LEAVE_SCHEMA:
            _migrate()
        return _execute(argv)
    finally:
        server.leave()


def needs_database(command: str, argv: list[str]) -> bool:
    if command.startswith("-") or command in _NEED_NO_DATABASE:
        return False
    return not {"-h", "--help", "--version"} & set(argv[2:])


def _execute(argv: list[str]) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(argv)
    return 0


def _migrate() -> None:
    import django

    from dtoolkit.server import schema

    django.setup()
    schema.migrate(_say)


def _in_one_line(run: Callable[[], int]) -> int:
    if "--traceback" in sys.argv:
        return run()
    try:
        return run()
    except ServerError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        message = _message_for_a_person(error)
        if message is None:
            raise
        return _fail(message)


def _message_for_a_person(error: Exception) -> str | None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError
    from pydantic import ValidationError

    from dtoolkit.core.errors import AppError

    if isinstance(error, AppError):
        return error.message
    if isinstance(error, ValidationError):
        parts = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        return f"A setting is wrong: {'; '.join(parts)}. See docs/settings.md."
    if isinstance(error, ImproperlyConfigured):
        return f"A setting is wrong: {error}. See docs/settings.md."
    if isinstance(error, OperationalError):
        return f"The database does not answer: {' '.join(str(error).split())}"
    return None


def _fail(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 1


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
