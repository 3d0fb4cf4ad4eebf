"""The embedded PostgreSQL: started by whoever comes first, shared, stopped by whoever leaves last.

All that is known lies in files below the data folder, so a server whose starter was killed is found
and used again. It listens on 127.0.0.1 only, at a port of its own, behind a password.
"""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from dtoolkit.server import folders, initdb, logs, place, postmaster, roles, secrets, tuning
from dtoolkit.server.errors import ServerError
from dtoolkit.server.locks import FileLock
from dtoolkit.server.place import Place, Say
from dtoolkit.server.postmaster import Postmaster
from dtoolkit.server.users import Users

START_S = 120.0
STOP_S = 60.0
_started: dict[int, subprocess.Popen[bytes]] = {}


class EmbeddedServer:
    """A handle to `data_dir`'s server; as many as one likes may exist, in as many processes."""

    def __init__(
        self, data_dir: Path, *, say: Say = lambda text: None, is_throw_away: bool = False
    ) -> None:
        self.data_dir = data_dir
        self.log = data_dir / "logs" / "postgres.log"
        self._say = say
        self._is_throw_away = is_throw_away
        self._users = Users(data_dir / "postgres-users")
        self._place: Place | None = None

    def join(self) -> str:
        """Counts this process as a user, starts the server where it does not run: its URL."""
        self._make_folders()
        with self._start_lock():
            self._users.join()
            try:
                return self._ensure_running()
            except BaseException:
                self._leave()
                raise

    def leave(self) -> None:
        """Stops the server unless somebody else uses it."""
        with self._start_lock():
            self._leave()

    def _leave(self) -> None:
        if self._users.leave():
            self._stop()

    def hold(self) -> None:
        """Counts this process as a user of a server that somebody else started and looks after."""
        with self._start_lock():
            self._users.join()

    def ensure_running(self) -> str:
        """Starts it again where it died."""
        with self._start_lock():
            return self._ensure_running()

    def running(self) -> Postmaster | None:
        """The living, ready server. Cheap enough to ask every second."""
        for child in list(_started.values()):
            if child.poll() is not None:
                _started.pop(child.pid, None)
        found = postmaster.read(self.place.data)
        return found if found and found.is_ready else None

    @property
    def place(self) -> Place:
        if self._place is None:
            self._place = place.find(self.data_dir, self._say)
        return self._place

    @property
    def _data(self) -> str:
        return str(self.place.data)

    def _make_folders(self) -> None:
        try:
            folders.make_private(self.data_dir)
            self.log.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise ServerError(
                f"The data folder {self.data_dir} cannot be made: {error.strerror}. "
                "Set DTOOLKIT_DATA_DIR to a folder you own."
            ) from error

    @contextlib.contextmanager
    def _start_lock(self) -> Iterator[None]:
        lock = FileLock(self.data_dir / "postgres-start.lock")
        if not lock.take(wait_s=START_S):
            raise ServerError(
                f"Another command has been starting the database for {START_S:.0f} s: {self.log}"
            )
        try:
            yield
        finally:
            lock.release()

    def _ensure_running(self) -> str:
        password = secrets.keep(self.data_dir / "postgres-password")
        is_new = initdb.ensure(self.place, password=password, is_throw_away=self._is_throw_away)
        found = postmaster.read(self.place.data)
        if found is None or not found.is_ready:
            found = self._start(is_new=is_new)
        admin = f"postgresql://postgres:{password}@127.0.0.1:{found.port}/postgres"
        if not self._is_prepared():
            roles.prepare(admin, password=password, where=self._data)
            self._remember_prepared()
        return f"postgresql://dtoolkit:{password}@127.0.0.1:{found.port}/dtoolkit"

    def _start(self, *, is_new: bool) -> Postmaster:
        if is_new:
            self._say("Made a new database.")
        self._end_orphans()
        postmaster.forget_stale(self.place.data)
        begun_at = time.monotonic()
        for attempt in range(5):
            port = _free_port(self._last_port() if attempt == 0 else 0)
            self._write_configuration(port)
            child = self._launch()
            found = self._wait_until_ready(child, begun_at)
            if found:
                return found
        raise ServerError(f"PostgreSQL does not start. {self._last_words()}")

    def _launch(self) -> subprocess.Popen[bytes]:
        arguments = [self.place.program("postgres"), "-D", self._data]
        options: dict[str, object] = {"start_new_session": True}
        if sys.platform == "win32":
            # pg_ctl gives up an administrator's rights, which postgres itself refuses to have.
            arguments = [self.place.program("pg_ctl"), "start", "-W", "-D", self._data]
            arguments += ["-l", str(self.log)]
            options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        elif self.place.account:
            options |= self.place.account.as_subprocess()
        logs.cut(self.log)
        with self.log.open("ab") as log:
            child: subprocess.Popen[bytes] = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.place.home,
                env=initdb.environment(),
                **options,  # type: ignore[call-overload]
            )
        _started[child.pid] = child
        return child

    def _wait_until_ready(
        self, child: subprocess.Popen[bytes], begun_at: float
    ) -> Postmaster | None:
        """None where it ended at once, as it does when another program took the port."""
        while time.monotonic() - begun_at < START_S:
            found = postmaster.read(self.place.data)
            if found and found.is_ready:
                return found
            if child.poll() is not None and (sys.platform != "win32" or child.returncode):
                _started.pop(child.pid, None)
                return None
            time.sleep(0.02)
        raise ServerError(f"PostgreSQL was not ready after {START_S:.0f} s. {self._last_words()}")

    def _end_orphans(self) -> None:
        """After a kill -9 of its first process the others end by themselves unless busy."""
        left = postmaster.orphans(self.place.data)
        if not left or postmaster.read(self.place.data):
            return
        _, left = psutil.wait_procs(left, timeout=3)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(getattr(signal, "SIGQUIT", signal.SIGTERM))
        _, left = psutil.wait_procs(left, timeout=2)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def _stop(self) -> None:
        found = postmaster.read(self.place.data)
        process = found.process() if found else None
        if process is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            if sys.platform == "win32":
                subprocess.run(
                    [self.place.program("pg_ctl"), "stop", "-m", "fast", "-W", "-D", self._data],
                    check=False,
                    capture_output=True,
                )
            else:
                process.send_signal(signal.SIGINT)
            if not self._wait_for_end(process):
                self._say("PostgreSQL does not end; stopping it hard. It will recover by itself.")
                process.send_signal(getattr(signal, "SIGQUIT", signal.SIGTERM))
                self._wait_for_end(process)

    def _wait_for_end(self, process: psutil.Process) -> bool:
        """psutil's own wait would also wait for somebody to bury a zombie."""
        deadline = time.monotonic() + STOP_S
        while time.monotonic() < deadline:
            child = _started.get(process.pid)
            if child is not None and child.poll() is not None:
                del _started[process.pid]
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                return True
            time.sleep(0.02)
        return False

    def _write_configuration(self, port: int) -> None:
        values = tuning.of_this_machine(is_throw_away=self._is_throw_away) | {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
        }
        path = self.place.data / "dtoolkit.conf"
        lines = ["# Written anew at each start. Put your own settings into postgresql.auto.conf."]
        lines += [f"{name} = '{value}'" for name, value in values.items()]
        path.write_text("\n".join(lines) + "\n", "utf-8")

    def _last_port(self) -> int:
        """The same port again lets running programs find a restarted server."""
        try:
            text = (self.place.data / "dtoolkit.conf").read_text("utf-8")
        except FileNotFoundError:
            return 0
        lines = [line for line in text.splitlines() if line.startswith("port = ")]
        return int(lines[0].split("'")[1]) if lines else 0

    def _is_prepared(self) -> bool:
        try:
            note = json.loads((self.data_dir / "postgres-prepared.json").read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return False
        return bool(note == self._prepared_note())

    def _remember_prepared(self) -> None:
        path = self.data_dir / "postgres-prepared.json"
        path.write_text(json.dumps(self._prepared_note()), "utf-8")

    def _prepared_note(self) -> dict[str, object]:
        """Tells this very database and password from ones that were made anew beside the note."""
        return {
            "data": str(self.place.data),
            "made_at": (self.place.data / "PG_VERSION").stat().st_mtime_ns,
            "password_at": (self.data_dir / "postgres-password").stat().st_mtime_ns,
        }

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text("utf-8", "replace").splitlines()[-3:]
        except FileNotFoundError:
            lines = []
        return f"It said: {' / '.join(lines)} (log: {self.log})"


def _free_port(wanted: int) -> int:
    """`wanted` where nobody has it, else any."""
    for port in (wanted, 0) if wanted else (0,):
        with socket.socket() as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ServerError("No free port on 127.0.0.1 for the database.")
