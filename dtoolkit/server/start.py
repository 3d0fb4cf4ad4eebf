"""`manage.py start`: everything that runs, in order, in one terminal."""

import os
import socket
import sys
import webbrowser
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from dtoolkit import env
from dtoolkit.jobs import kinds
from dtoolkit.jobs.services import stopping
from dtoolkit.server import addresses, doors, embedded, health, libraries, logs, schema, static
from dtoolkit.server.parts import Part
from dtoolkit.server.progress import Terminal
from dtoolkit.server.running import DataFolder
from dtoolkit.server.supervisor import Database, NamedDatabase, Supervisor, TendedDatabase

_CHILD = [sys.executable, "-m", "dtoolkit.server.child"]


def run(folders: Sequence[str], *, only: str | None, opens_browser: bool) -> None:
    """Returns after Ctrl-C or SIGTERM. Raises `ServerError` where it cannot go on."""
    settings = env.load()
    with ExitStack() as stack:
        folder = DataFolder(settings.data_dir, _part_name(only) if only else "")
        folder.take(addresses.url(settings.host, settings.port))
        stack.callback(folder.release)
        log_folder = settings.logs / _part_name(only) if only else settings.logs
        log = logs.PartLog(log_folder / "start.log", stamps_time=True)
        log.collect_everything()
        terminal = stack.enter_context(Terminal(log))
        schema.migrate(terminal.say)
        if only != "workers":
            doors.require_account(settings.host)
            addresses.require_free(settings.host, settings.port)
            static.gather(terminal.say)
        supervisor = Supervisor(_database(settings), terminal.say)
        stack.enter_context(supervisor.signals())
        stack.callback(supervisor.end)
        libraries.look_at(folders, settings.collection, terminal.say)
        if only != "workers":
            # Alone at first: the page comes sooner when the workers do not start beside it.
            supervisor.add(Part("web server", [*_CHILD, "web"], log_folder / "web.log"))
            _wait_for_answer(supervisor, settings, terminal, opens_browser=opens_browser)
        if only is None:
            # The data folder is this start's own: a note there ends running work at once.
            stopping.clear()
            stack.callback(stopping.request)
        if only != "web":
            for part in _clusters(log_folder):
                supervisor.add(part)
            watcher = Part(
                "watcher of your folders", [*_CHILD, "watcher"], log_folder / "watcher.log"
            )
            supervisor.add(watcher)
        supervisor.run(terminal.show_progress)
        terminal.say("Ending. What is under way gets some seconds to finish.")
    # Only here, for everything has ended by now.
    sys.stdout.write("Ended.\n")


def _part_name(only: str) -> str:
    """Hosts that share a data folder each have their own lock and logs in it."""
    return f"{only}-{socket.gethostname()}"


def _clusters(log_folder: Path) -> list[Part]:
    parts = []
    for name in sorted(kinds.clusters()):
        suffix = "" if name == "default" else f"-{name}"
        log = log_folder / f"worker{suffix}.log"
        parts.append(Part(f"cluster {name!r} of workers", [*_CHILD, "cluster", name], log))
    return parts


def _database(settings: env.Env) -> Database:
    server = embedded.in_use(settings.data_dir)
    return TendedDatabase(server) if server else NamedDatabase()


def _wait_for_answer(
    supervisor: Supervisor, settings: env.Env, terminal: Terminal, *, opens_browser: bool
) -> None:
    url = addresses.url(settings.host, settings.port)
    while not supervisor.is_asked_to_end:
        supervisor.tend()
        if health.answers(url):
            terminal.say(
                f"DiffusionToolkit is at {url}  (Ctrl-C ends it; logs: {terminal.log_folder})"
            )
            if settings.host in addresses.EVERYWHERE:
                others = (addresses.url(name, settings.port) for name in addresses.own())
                terminal.say(f"Others reach it at {', '.join(others)}")
            if opens_browser and _has_browser():
                webbrowser.open(url)
            return
        supervisor.pause()


def _has_browser() -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
