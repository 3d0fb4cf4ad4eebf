"""Opens files of a library by their stored names, and never what lies outside of it."""

import os
import stat

from dtoolkit.core import paths

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FLAGS = (
    os.O_RDONLY
    | _NO_FOLLOW
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def open_inside(stored_root: str, relative: str) -> tuple[int, os.stat_result]:
    """A descriptor of a plain file and its state; a link is followed only inside the root.

    Raises `OSError`, which says that there is no such file where it is no plain one, `NotFound`
    and, for a link that leads out, `BadInput`.
    """
    root = paths.from_text(stored_root)
    path = os.path.join(root, paths.from_text(relative))  # noqa: PTH118 (hot)
    try:
        if not _NO_FOLLOW and os.path.islink(path):  # noqa: PTH114 (hot)
            descriptor = os.open(paths.inside(root, relative), _FLAGS)
        else:
            descriptor = os.open(path, _FLAGS)
    except FileNotFoundError:
        raise
    except OSError:
        if not os.path.islink(path):  # noqa: PTH114 (hot)
            raise
        descriptor = os.open(paths.inside(root, relative), _FLAGS)
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode):
        return descriptor, found
    os.close(descriptor)
    raise FileNotFoundError
