"""What `manage.py` does once the environment stands."""

import os
from typing import NoReturn


def main(argv: list[str]) -> NoReturn:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dtoolkit.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(argv)
    raise SystemExit(0)
