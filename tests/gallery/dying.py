"""For processes that tests start: they die by SIGKILL where they are told to."""

import os
import signal
from collections.abc import Callable
from typing import Any


def dying(step: Callable[..., Any], left: int) -> Callable[..., Any]:
    """`step`, of which `left` calls are survived; what it did is done."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal left
        done = step(*args, **kwargs)
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return wrapped
