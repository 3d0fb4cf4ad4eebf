"""Weights from the hub, and the libraries that run them, fetched by jobs."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from dtoolkit.core.errors import AppError
from dtoolkit.inference import specs
from dtoolkit.inference.loading import LIBRARIES
from dtoolkit.jobs.kinds import JobCancelled, Progress
from embeddings.services import finding

_MB = 1_000_000


class NotFetched(AppError):
    """The hub could not be reached, or did not have it."""

    code = "not_fetched"
    status = 503


def download(key: str, progress: Progress) -> None:
    """The weights of a network into the program's own folder; what came before an end stays and is
    gone on from. Raises `NotFetched`, `JobCancelled`."""
    spec = specs.get(key)
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    except ImportError as error:
        raise NotFetched(LIBRARIES) from error
    folder = finding.own_folder(spec)
    done = 0
    for name in spec.source.files:
        meter = _meter(progress, done)
        try:
            path = hf_hub_download(
                spec.source.repository,
                name,
                revision=spec.source.revision,
                local_dir=folder,
                tqdm_class=meter,
            )
        except JobCancelled:
            raise
        except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
            raise NotFetched(
                f"{name} of {spec.source.repository} could not be fetched: {_first_line(error)} "
                f"Without a network, put the files into {folder}."
            ) from error
        done += Path(path).stat().st_size // _MB
        progress.report(done)
    finding.refresh()


def install(progress: Progress) -> None:
    """The libraries, into the environment that runs this. Raises `NotFetched`, `JobCancelled`."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "models", "--install"]
    said: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        try:
            for line in process.stdout or ():
                said.append(line.strip())
                progress.report(0, message=line.strip()[:100])
        except JobCancelled:
            process.terminate()
            raise
    if process.returncode:
        raise NotFetched("The libraries could not be installed: " + " ".join(said[-3:])[:500])
    progress.report(1, message="Installed")


def _meter(progress: Progress, before: int) -> type[Any]:
    """What the hub's library tells its progress to: megabytes go to the job."""
    from tqdm.auto import tqdm

    class Meter(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            options.pop("name", None)
            super().__init__(*args, **{**options, "disable": False, "file": _Silent()})

        def update(self, n: float | None = 1) -> bool | None:
            shown: bool | None = super().update(n)
            progress.report(before + int(self.n) // _MB)
            progress.check()
            return shown

    return Meter


class _Silent:
    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return None


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".") + "."
