"""`manage.py bench`: measures this machine, in a database and folder of its own."""

import contextlib
import json
import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from psycopg import OperationalError
from psycopg.errors import InsufficientPrivilege

from dtoolkit.core import bench
from dtoolkit.core.errors import AppError


class Command(BaseCommand):
    help = "Measure how fast this machine is; without a name, list what can be measured."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="What to measure.")
        parser.add_argument("--json", action="store_true", help="Print one flat JSON object.")
        parser.add_argument(
            "--scale",
            type=float,
            default=1.0,
            help="A fraction of the full size, for a quick look (default 1).",
        )
        parser.add_argument(
            "--corpus",
            type=Path,
            metavar="DIR",
            help="Samples of your own with a manifest.tsv, for benchmarks that take some.",
        )
        parser.add_argument(
            "--rows", type=int, help="How many rows instead of the usual, where it is about rows."
        )

    def handle(self, *args: Any, name: str | None, **options: Any) -> None:
        benchmarks = bench.find()
        if name is None:
            for each in benchmarks.values():
                self.stdout.write(f"{each.name:12} {each.summary}")
            return
        if name not in benchmarks:
            raise CommandError(f"There is no benchmark {name!r}. Try: {', '.join(benchmarks)}.")
        if not 0 < options["scale"] <= 10:
            raise CommandError("--scale must be above 0 and at most 10.")
        corpus = options["corpus"]
        if corpus is not None and not corpus.is_dir():
            raise CommandError(f"There is no folder {corpus}.")
        rows = options["rows"]
        if rows is not None and not 1000 <= rows <= 20_000_000:
            raise CommandError("--rows must be from 1,000 to 20,000,000.")
        before = signal.signal(signal.SIGTERM, _end)
        try:
            figures, remarks = self._measure(benchmarks[name], options["scale"], corpus, rows)
        finally:
            signal.signal(signal.SIGTERM, before)
        if options["json"]:
            self.stdout.write(json.dumps(figures))
        else:
            for key, value in figures.items():
                shown = f"{value:,.3f}" if isinstance(value, float) else str(value)
                self.stdout.write(f"{key:32} {shown:>16}")
            for remark in remarks:
                self.stdout.write(remark)

    def _measure(
        self, benchmark: bench.Benchmark, scale: float, corpus: Path | None, rows: int | None
    ) -> tuple[bench.Figures, list[str]]:
        try:
            with (
                contextlib.redirect_stdout(sys.stderr),
                bench.prepared(scale, corpus, rows) as place,
            ):
                figures = benchmark.run(place)
                return {**figures, **({"scale": scale} if scale != 1 else {})}, place.remarks
        except AppError as error:
            raise CommandError(error.message) from error
        except InsufficientPrivilege as error:
            raise CommandError(
                "A benchmark makes its own database, which this database user may not."
            ) from error
        except OperationalError as error:
            raise CommandError(f"The database server did not answer: {error}") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped; everything it made is removed.", returncode=130) from None


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
