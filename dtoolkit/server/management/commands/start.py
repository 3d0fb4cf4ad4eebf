"""`manage.py start`: the whole program in one terminal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dtoolkit.server import options


class Command(BaseCommand):
    help = "Starts DiffusionToolkit on your folders and says where to open it."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        options.add_to(parser)

    def handle(self, *args: Any, **given: Any) -> None:
        from dtoolkit.server import start

        start.run(given["folders"], only=given["only"], opens_browser=not given["no_browser"])
