"""Keeps the parts of `start` alive, and ends them all in order."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

import dj_database_url
from django.db import connection

from dtoolkit.server import embedded, logs
from dtoolkit.server.errors import ServerError
from dtoolkit.server.parts import MOST_DEATHS, Part
from dtoolkit.server.postgres import EmbeddedServer

END_S = 12.0
_TICK_S = 0.2


class Database(Protocol):
    def tend(self) -> str | None:
        """Starts it again where it died: what to tell the person."""


class Supervisor:
    def __init__(
        self,
        database: Database,
        say: Callable[[str], None],
    ) -> None:
        self._parts: list[Part] = []
        self._database = database
        self._say = say
        self._is_asked_to_end = threading.Event()

    def add(self, part: Part) -> None:
        """Starts it, and keeps it alive from now on. After a wish to end nothing starts."""
        if not self.is_asked_to_end:
            self._parts.append(part)
            part.start()

    def run(self, every_tick: Callable[[], None]) -> None:
        """Returns when a signal asks for the end. Raises `GaveUp` where a part cannot be held."""
        while not self._is_asked_to_end.wait(_TICK_S):
            self.tend()
            every_tick()

    def tend(self) -> None:
        if self._is_asked_to_end.is_set():
            return
        url = os.environ.get("DATABASE_URL")
        self._tell(self._database.tend())
        if os.environ.get("DATABASE_URL") != url:
            self._tell("It has another port; starting the parts again.")
            self._move()
        for part in self._parts:
            self._tell(part.tend())

    @property
    def is_asked_to_end(self) -> bool:
        return self._is_asked_to_end.is_set()

    def end(self) -> None:
        """All at once, each with its time to finish; then whatever is left is killed."""
        for part in self._parts:
            part.ask_to_end()
        deadline = time.monotonic() + END_S
        for part in self._parts:
            part.end(deadline - time.monotonic())

    def pause(self) -> None:
        self._is_asked_to_end.wait(_TICK_S)

    def _move(self) -> None:
        moved = dj_database_url.parse(os.environ["DATABASE_URL"])
        connection.close()
        connection.settings_dict["PORT"] = moved["PORT"]
        for part in self._parts:
            part.end(END_S)
            part.start()

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Ctrl-C, SIGTERM and Windows' Ctrl-Break ask for the end; a second one does not wait."""
        numbers = [signal.SIGINT, signal.SIGTERM]
        if sys.platform == "win32":
            numbers.append(signal.SIGBREAK)
        else:
            numbers.append(signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._is_asked_to_end.is_set():
            raise KeyboardInterrupt
        self._is_asked_to_end.set()

    def _tell(self, text: str | None) -> None:
        if text:
            self._say(text)


class NamedDatabase:
    """The server that DATABASE_URL names; somebody else looks after it."""

    def tend(self) -> None:
        return None


class TendedDatabase:
    """The embedded server, asked now and then whether it lives."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self._ask_at = 0.0
        self._failures = 0

    def tend(self) -> str | None:
        now = time.monotonic()
        if now < self._ask_at:
            return None
        self._ask_at = now + 1
        if self._server.running():
            self._failures = 0
            logs.cut(self._server.log)
            return None
        try:
            embedded.export(self._server.ensure_running())
        except ServerError:
            self._failures += 1
            if self._failures >= MOST_DEATHS:
                raise
            self._ask_at = now + 2**self._failures
            return "The database ended and does not start yet; trying again."
        return "The database ended; it runs again."
