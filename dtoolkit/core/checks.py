"""System checks: a wrong setting is said before anything runs."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register
def data_folder_is_writable(**_: Any) -> Sequence[CheckMessage]:
    folder = settings.ENV.data_dir
    if os.access(folder if folder.exists() else _nearest_existing(folder), os.W_OK):
        return []
    return [
        Error(
            f"The data folder {folder} cannot be written.",
            hint="Set DTOOLKIT_DATA_DIR to a folder you own.",
            id="dtoolkit.E001",
        )
    ]


@register
def tasks_are_not_redelivered_while_running(**_: Any) -> Sequence[CheckMessage]:
    cluster: dict[str, Any] = settings.Q_CLUSTER
    if cluster["retry"] > cluster["timeout"]:
        return []
    return [Error("Q_CLUSTER['retry'] must be above its 'timeout'.", id="dtoolkit.E002")]


@register(deploy=False)
def debug_stays_at_home(**_: Any) -> Sequence[CheckMessage]:
    if settings.DEBUG and not settings.IS_LOOPBACK:
        return [
            Error(
                "DTOOLKIT_DEBUG is on while the server listens beyond this machine.",
                hint="Unset DTOOLKIT_DEBUG or DTOOLKIT_HOST.",
                id="dtoolkit.E003",
            )
        ]
    if settings.DEBUG:
        return [Warning("DTOOLKIT_DEBUG is on: pages show their internals.", id="dtoolkit.W001")]
    return []


def _nearest_existing(path: Path) -> Path:
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
