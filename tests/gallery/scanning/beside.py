"""Other processes and connections beside a test, on its database."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[3]


def database_url() -> str:
    known = connection.settings_dict
    host = quote(str(known["HOST"] or "localhost"), safe="")
    password = f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else ""
    return f"postgresql://{known['USER']}{password}@{host}:{known['PORT'] or 5432}/{known['NAME']}"


def run(script: str, *arguments: object) -> int:
    """The exit code of a process that runs `script`."""
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "DTOOLKIT_DATA_DIR": str(settings.ENV.data_dir),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(ROOT),
        },
        cwd=ROOT,
        check=False,
        timeout=120,
    )
    return done.returncode
