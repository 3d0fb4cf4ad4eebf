"""A second connection beside a thread's own: half of a search runs on it meanwhile.

PostgreSQL walks indexes and reads vectors with one process a connection. The second one lives as
long as the first; where this process has its share, or the server none to spare, a search does
without.
"""

import time
import weakref
from typing import Any

import psycopg
from django.db import Error, connection

MOST = 4  # of a process, whose threads have one each anyway
_PAUSE_S = 60  # before a server that had none is asked again

_seconds: "weakref.WeakKeyDictionary[psycopg.Connection[Any], psycopg.Connection[Any]]"
_seconds = weakref.WeakKeyDictionary()
_asked_again_at = 0.0


def second(own: psycopg.Connection[Any]) -> psycopg.Connection[Any] | None:
    """To the same database as `own`, the connection of this thread; None where there is none."""
    known = _seconds.get(own)
    if known is not None and not known.closed:
        return known
    made = _made()
    if made is not None:
        _seconds[own] = made
        _end_together(own, made)
    return made


def _end_together(own: psycopg.Connection[Any], made: psycopg.Connection[Any]) -> None:
    """Also where nobody closes `own`: its thread has ended."""
    close = own.close

    def close_both() -> None:
        made.close()
        close()

    own.close = close_both  # type: ignore[method-assign]
    weakref.finalize(own, made.close)


def _made() -> psycopg.Connection[Any] | None:
    global _asked_again_at
    held = sum(not each.closed for each in list(_seconds.values()))
    if held >= MOST or time.monotonic() < _asked_again_at:
        return None
    try:
        made: psycopg.Connection[Any] = connection.get_new_connection(
            connection.get_connection_params()
        )
    except (Error, psycopg.Error):
        _asked_again_at = time.monotonic() + _PAUSE_S
        return None
    made.autocommit = True
    return made
