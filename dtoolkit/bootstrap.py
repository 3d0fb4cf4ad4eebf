"""Makes `.venv` when there is no environment, so that a bare Python is all a newcomer needs.

Standard library only. The stamp, written last, holds the hash of the requirements: an environment
that was left half made, or whose requirements changed, is completed.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
MODELS = "requirements-models.txt"
SIZE = {"requirements.txt": "440 MB", MODELS: "6 GB", "requirements-dev.txt": "6.5 GB"}


class BootstrapError(Exception):
    """A sentence for the person."""


def ensure_environment(argv: list[str]) -> None:
    """Returns where Django can be imported here; else continues in `.venv` and does not return."""
    try:
        _require_python()
        command = argv[1] if len(argv) > 1 else ""
        environment = Environment(ROOT, "requirements-dev.txt" if command == "test" else None)
        needed = ("django", "pytest") if command == "test" else ("django",)
        if all(map(_can_import, needed)) and not environment.is_ours_and_outdated():
            return
        environment.ensure()
        if environment.is_running():
            importlib.invalidate_caches()
            return
        environment.continue_in(argv)
    except BootstrapError as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run the same command again to go on.")


def install_models() -> None:
    """The libraries that run networks, into the environment that runs this. Raises
    `BootstrapError`."""
    environment = Environment(ROOT)
    if environment.requirements == "requirements.txt":
        environment = Environment(ROOT, MODELS)
    if not environment.is_running():
        raise BootstrapError(
            f"This environment is your own: install into it with pip install -r {MODELS}"
        )
    environment.ensure()


class Environment:
    """`.venv` beside manage.py and the requirements it must satisfy."""

    def __init__(self, root: Path, requirements: str | None = None) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.stamp = self.folder / "dtoolkit-stamp"
        is_windows = sys.platform == "win32"
        self.python = self.folder / ("Scripts/python.exe" if is_windows else "bin/python")
        # Whoever has the larger set keeps it.
        kept = self._stamped_name()
        self.requirements = requirements or kept or "requirements.txt"

    def is_running(self) -> bool:
        return Path(sys.prefix).resolve() == self.folder.resolve()

    def is_complete(self) -> bool:
        return self.python.exists() and self._stamped() == self._wanted()

    def is_ours_and_outdated(self) -> bool:
        """Whether this very interpreter is the one we made, for requirements that have changed."""
        return self.is_running() and self._stamped() != "" and not self.is_complete()

    def ensure(self) -> None:
        """Makes or completes it. Two at once wait for one another."""
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise BootstrapError(
                f"{self.folder} cannot be made: {error.strerror}. Make the program's folder "
                "writable, or install requirements.txt in an environment of your own."
            ) from error
        with _locked(self.folder / "dtoolkit-lock"):
            # In the environment itself something was missing, whatever the stamp says.
            if self.is_complete() and not self.is_running():
                return
            begun_at = time.monotonic()
            say(
                f"Making the environment in {self.folder} from {self.requirements} (once; about "
                f"{SIZE.get(self.requirements, 'some MB')}, a minute or two)."
            )
            self.stamp.unlink(missing_ok=True)
            self._install()
            temporary = self.stamp.with_suffix(".new")
            temporary.write_text(self._wanted(), "utf-8")
            temporary.replace(self.stamp)
            say(f"The environment is ready ({time.monotonic() - begun_at:.0f} s).")

    def _install(self) -> None:
        if shutil.which("uv"):
            try:
                Uv(self).fill()
                return
            except BootstrapError:
                if not _can_import("ensurepip"):
                    raise
                say("uv could not; trying with pip.")
        Pip(self).fill()

    def continue_in(self, argv: list[str]) -> None:
        """Runs the same command with the environment's Python; does not return."""
        command = [str(self.python), str(self.root / "manage.py"), *argv[1:]]
        if sys.platform == "win32":
            child = subprocess.Popen(command)
            while True:
                # Ctrl-C reaches the child as well; it decides how to end.
                with contextlib.suppress(KeyboardInterrupt):
                    sys.exit(child.wait())
        else:
            os.execv(command[0], command)  # noqa: S606 - no shell is wanted

    def index_arguments(self) -> list[str]:
        index = os.environ.get("DTOOLKIT_TORCH_INDEX", "")
        return ["--extra-index-url", index] if index else []

    def _wanted(self) -> str:
        """The name, and the hash of all that it includes."""
        digest = hashlib.sha256()
        name = self.requirements
        while name:
            text = (self.root / name).read_text("utf-8")
            digest.update(text.encode())
            included = [line for line in text.splitlines() if line.startswith("-r ")]
            name = included[0].removeprefix("-r ").strip() if included else ""
        return f"{self.requirements} {digest.hexdigest()}"

    def _stamped(self) -> str:
        try:
            return self.stamp.read_text("utf-8").strip()
        except OSError:
            return ""

    def _stamped_name(self) -> str:
        name = self._stamped().partition(" ")[0]
        return name if name in SIZE else ""


class Uv:
    """Quick, and it can make an environment where Debian's Python cannot."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def fill(self) -> None:
        folder = str(self.environment.folder)
        # Like pip: it also believes certificates that the system, thus a company's proxy, adds.
        os.environ.setdefault("UV_SYSTEM_CERTS", "true")
        _run(["uv", "venv", "--quiet", "--allow-existing", "--python", sys.executable, folder])
        command = ["uv", "pip", "install", "--python", str(self.environment.python)]
        command += ["-r", str(self.environment.root / self.environment.requirements)]
        _run(command + self.environment.index_arguments())


class Pip:
    """Python's own way."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def fill(self) -> None:
        if not self._has_pip():
            self._make()
        command = [str(self.environment.python), "-m", "pip", "install", "--no-input"]
        command += ["--disable-pip-version-check", "--progress-bar", "off"]
        command += ["-r", str(self.environment.root / self.environment.requirements)]
        _run_and_tell(command + self.environment.index_arguments())

    def _make(self) -> None:
        if not _can_import("ensurepip"):
            raise BootstrapError(
                "This Python cannot make environments: its package venv is missing. On Debian and "
                "Ubuntu: sudo apt install python3-venv. Then run the same command again."
            )
        _run([sys.executable, "-m", "venv", str(self.environment.folder)])
        if not self._has_pip():
            _run([str(self.environment.python), "-m", "ensurepip", "--upgrade"])

    def _has_pip(self) -> bool:
        python = self.environment.python
        if not python.exists():
            return False
        try:
            result = subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True)
        except OSError:  # a link to a Python that is gone
            return False
        return result.returncode == 0


def say(text: str) -> None:
    print(text, flush=True)


def _require_python() -> None:
    if sys.version_info < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        found = ".".join(map(str, sys.version_info[:3]))
        raise BootstrapError(
            f"This needs Python {wanted} or newer; this is {found} ({sys.executable}). "
            f"Run it with a newer one, like python{wanted} manage.py start."
        )


def _can_import(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _run(command: list[str]) -> None:
    result = subprocess.run(command, check=False)
    if result.returncode:
        raise BootstrapError(
            f"Installing failed: {' '.join(command)} ended with {result.returncode}; its words are "
            "above. Run the same command again to go on."
        )


def _run_and_tell(command: list[str]) -> None:
    """pip says much; a person wants to see which package it is at, and all only on failure."""
    said: list[str] = []
    is_terminal = sys.stdout.isatty()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            said.append(line.rstrip())
            word, _, rest = line.strip().partition(" ")
            if word in {"Downloading", "Installing"}:
                shown = f"  {word} {rest.rpartition('/')[2]}"[:100]
                print(f"\r{shown:<100}" if is_terminal else shown, end="" if is_terminal else "\n")
                sys.stdout.flush()
    if is_terminal:
        print(f"\r{'':<100}\r", end="", flush=True)
    if process.returncode:
        raise BootstrapError(
            "\n".join([*said[-15:], "", "Installing failed; pip's last words are above. "])
            + "Without a network nothing can be installed. Run the same command again to go on."
        )


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        _lock(file.fileno())
        yield


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
                return
            except OSError:  # it waits ten seconds, then gives up
                continue
    else:
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another command is making the environment; waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
