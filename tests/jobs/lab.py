"""Kinds of jobs that misbehave on demand; `lab_app` brings them into a spawned cluster."""

import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from dtoolkit.core.errors import AppError
from dtoolkit.jobs import kinds
from dtoolkit.jobs.services import queue


class Count(kinds.JobKind):
    """Touches `folder/<id>` for each id; a file that is there is work already done."""

    name = "lab_count"
    title = "Counting"

    def plan(self, params: kinds.Params) -> Iterable[kinds.Chunk]:
        ids, size = range(params["count"]), params.get("size", 10)
        for start in range(0, len(ids), size):
            yield kinds.Chunk(tuple(ids[start : start + size]))

    def run(self, params: kinds.Params, chunk: kinds.Chunk, progress: kinds.Progress) -> None:
        folder = Path(params["folder"])
        for done, pk in enumerate(chunk.ids, 1):
            progress.check()
            if not (folder / str(pk)).exists():
                time.sleep(params.get("pause", 0))
                if pk in params.get("deadly", ()):
                    os.kill(os.getpid(), signal.SIGKILL)
                with (folder / "order").open("a") as order:
                    order.write(f"{params.get('name', '')}{pk}\n")
                (folder / str(pk)).touch()
            progress.report(done, message=f"at {pk}")

    def give_up(self, params: kinds.Params, chunk: kinds.Chunk, reason: str) -> None:
        (Path(params["folder"]) / "given-up").write_text(f"{list(chunk.ids)} {reason}")


class Explode(kinds.JobKind):
    """Raises what `error` names, the first `times` times."""

    name = "lab_explode"
    title = "Exploding"

    def plan(self, params: kinds.Params) -> Iterable[kinds.Chunk]:
        return [kinds.Chunk((1, 2)), kinds.Chunk((3, 4))]

    def run(self, params: kinds.Params, chunk: kinds.Chunk, progress: kinds.Progress) -> None:
        progress.report(1)
        if 1 not in chunk.ids:
            return progress.report(2)
        tries = Path(params["folder"]) / "tries"
        count = len(tries.read_text()) if tries.exists() else 0
        tries.write_text("x" * (count + 1))
        if count < params.get("times", 100):
            raise AppError("The drive is away.") if params.get("app_error") else ValueError("boom")
        return progress.report(2)


class Discover(kinds.JobKind):
    """One chunk that finds its work as it goes; its end starts a `lab_count`."""

    name = "lab_discover"
    title = "Discovering"
    unit = "files"

    def plan(self, params: kinds.Params) -> Iterable[kinds.Chunk]:
        yield kinds.Chunk()

    def run(self, params: kinds.Params, chunk: kinds.Chunk, progress: kinds.Progress) -> None:
        for found in range(1, 8):
            progress.report(found, failed=found // 5, found=found)

    def finish(self, params: kinds.Params) -> None:
        if "then" in params:
            queue.enqueue("lab_count", params["then"])


class Spend(kinds.JobKind):
    """Notes which process ran it, and says that this one can do no more."""

    name = "lab_spend"
    title = "Spending its worker"

    def plan(self, params: kinds.Params) -> Iterable[kinds.Chunk]:
        return [kinds.Chunk((1,))]

    def run(self, params: kinds.Params, chunk: kinds.Chunk, progress: kinds.Progress) -> None:
        (Path(params["folder"]) / f"process-{os.getpid()}").touch()
        raise kinds.WorkerSpent("The card is gone.")


class Unplannable(kinds.JobKind):
    name = "lab_unplannable"
    title = "Never planned"

    def plan(self, params: kinds.Params) -> Iterable[kinds.Chunk]:
        yield kinds.Chunk((1,))
        raise AppError("The folder is not there.")


KINDS = (Count, Explode, Discover, Spend, Unplannable)
