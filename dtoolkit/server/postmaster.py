"""The running PostgreSQL as its own files tell it: which process, which port, ready or not."""

import os
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Postmaster:
    pid: int
    port: int
    is_ready: bool

    def process(self) -> psutil.Process | None:
        try:
            return psutil.Process(self.pid)
        except psutil.NoSuchProcess:
            return None


def read(data: Path) -> Postmaster | None:
    """The living server of `data`. None where there is none, however stale its pid file is."""
    try:
        lines = (data / "postmaster.pid").read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return None
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    if not _is_postgres_of(pid, data):
        return None
    port = lines[3].strip() if len(lines) > 3 else ""
    is_ready = len(lines) > 7 and lines[7].strip() == "ready"
    return Postmaster(pid, int(port) if port.isdigit() else 0, is_ready)


def forget_stale(data: Path) -> None:
    """Removes a pid file whose number now belongs to another program; PostgreSQL would not."""
    path = data / "postmaster.pid"
    if not path.exists() or read(data) is not None:
        return
    first = path.read_text("utf-8", "replace").split("\n", 1)[0].strip()
    if not first.isdigit() or psutil.pid_exists(int(first)):
        path.unlink(missing_ok=True)


def orphans(data: Path) -> list[psutil.Process]:
    """Processes of a server whose first process was killed; they still hold its memory."""
    found = []
    for process in psutil.process_iter(["name"]):
        if not (process.info["name"] or "").startswith("postgres"):
            continue
        try:
            if Path(process.cwd()) == data.resolve() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _is_postgres_of(pid: int, data: Path) -> bool:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith("postgres"):
            return False
        return any(_is_same(argument, data) for argument in process.cmdline())
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _is_same(argument: str, data: Path) -> bool:
    return os.path.normcase(argument) == os.path.normcase(str(data))
