"""The networks in the terminal: what there is, where it lies, how to get it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from dtoolkit.bootstrap import BootstrapError, install_models
from dtoolkit.core.errors import AppError
from dtoolkit.inference import specs
from dtoolkit.inference.loading import LIBRARIES
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from embeddings.network_tasks import DOWNLOAD
from embeddings.services import finding, networks, readiness
from embeddings.services.networks import Standing


class Command(BaseCommand):
    help = "Lists the networks that understand images and texts, and gets or finds their weights."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_mutually_exclusive_group()
        acts.add_argument("--install", action="store_true", help="Install their libraries (5 GB).")
        acts.add_argument("--scan", metavar="FOLDER", help="Use what a models folder holds.")
        acts.add_argument(
            "--use", nargs=2, metavar=("KEY", "PATH"), help="Use your own file or folder."
        )
        acts.add_argument("--forget", metavar="KEY", help="Take back what --use said.")
        acts.add_argument("--download", metavar="KEY", help="Fetch it from the hub; `all` for all.")
        parser.add_argument("--json", action="store_true", help="Print the list as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._act(options)
        except AppError as error:
            raise CommandError(error.message) from error
        except BootstrapError as error:
            raise CommandError(str(error)) from error
        finding.refresh()
        shown = networks.standing()
        if options["json"]:
            self.stdout.write(orjson.dumps([_told(each) for each in shown]).decode())
            return
        if not readiness.has_libraries():
            self.stdout.write(f"{LIBRARIES}\n")
        for each in shown:
            self._print(each)

    def _act(self, options: dict[str, Any]) -> None:
        if options["install"]:
            install_models()
        if options["scan"]:
            found = finding.scan(Path(options["scan"]).expanduser())
            self.stdout.write(f"Found: {', '.join(found)}." if found else "Nothing new was found.")
        if options["use"]:
            key, path = options["use"]
            finding.use(key, Path(path))
        if options["forget"]:
            finding.forget(options["forget"])
        if options["download"]:
            self._download(options["download"])

    def _download(self, key: str) -> None:
        if key != "all" and key not in specs.every():
            raise CommandError(f"There is no network {key}. There are: {', '.join(specs.every())}.")
        for each in list(specs.every()) if key == "all" else [key]:
            with JobDisplay() as show:
                job = run_inline(enqueue(DOWNLOAD, {"network": each}), on_progress=show)
            if job.state != Job.State.DONE:
                raise CommandError(job.error or "Stopped. What came is kept; run it again.")

    def _print(self, each: Standing) -> None:
        spec = each.spec
        self.stdout.write(f"{spec.key:10} {spec.title}: {each.state}")
        self.stdout.write(f"           {spec.purpose} {spec.licence}, {spec.size_mb:,} MB.")
        if each.weights:
            self.stdout.write(f"           {each.weights.path}")
        if each.weights and each.weights.problem:
            self.stdout.write(f"           {each.weights.problem}")
        if each.state == "missing":
            for place in each.places:
                problem = f" ({place.problem})" if place.problem else ""
                self.stdout.write(f"           looked at {place.path}{problem}")
            self.stdout.write(
                f"           Get it: manage.py models --download {spec.key}, or "
                f"{', '.join(spec.source.files)} from {each.source_url} into {each.own_folder}"
            )


def _told(each: Standing) -> dict[str, Any]:
    return {
        "key": each.spec.key,
        "title": each.spec.title,
        "purpose": each.spec.purpose,
        "licence": each.spec.licence,
        "size_mb": each.spec.size_mb,
        "state": each.state,
        "path": each.weights.path if each.weights else None,
        "model_key": each.weights.model_key if each.weights else None,
        "problem": each.weights.problem if each.weights else "",
        "looked_at": [str(place.path) for place in each.places],
        "source": each.source_url,
        "files": list(each.spec.source.files),
    }
