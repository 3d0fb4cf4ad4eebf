"""A process that does what a test tells it and is killed at the nth thing that it does to the disk
or asks of the database, before or after it."""

import itertools
import os
import signal
import warnings
from collections.abc import Callable
from typing import Any

from django.db import connection

from gallery.filing import exclusive

# What changes the disk; each is one step of the system.
_DEEDS = ("link", "unlink", "replace", "rename", "open", "write", "fsync", "utime", "mkdir")


def dies(deed: Callable[[], object], step: int) -> bool:
    """False where it came to its end before its `step`."""
    connection.close()  # a connection is nobody's to share
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which fork leaves behind
        child = os.fork()
    if not child:
        _run(deed, step)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def around(strike: Callable[[], object], function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with a strike before it and one after it."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        strike()
        done = function(*args, **kwargs)
        strike()
        return done

    return wrapped


def _run(deed: Callable[[], object], step: int) -> None:
    left = itertools.count(step, -1)

    def strike() -> None:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def execute(run: Callable[..., Any], *args: Any) -> Any:
        strike()
        return run(*args)

    # Where a browser's event loop runs, Django keeps connections by it, and of the child, in which
    # no loop runs, it remembers one of before: that is the parent's, and stays open for it.
    inherited, connection.connection = connection.connection, None
    for name in _DEEDS:
        setattr(os, name, around(strike, getattr(os, name)))
    exclusive._rename_at_once = around(strike, exclusive._rename_at_once)
    code = 1
    try:
        with connection.execute_wrapper(execute):
            deed()
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        del inherited
        os._exit(code)
