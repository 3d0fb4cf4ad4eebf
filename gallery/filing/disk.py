"""Single files on disk: moved, copied and removed so that nothing is ever overwritten, and so that
each can be done again after a kill at any moment.

Across file systems the copy has a hidden name until it is whole, on the disk, and the same as the
original.
"""

import errno
import os
import stat
from contextlib import suppress

import xxhash

from gallery.filing import births, exclusive, names
from gallery.filing.refusals import Refused

TAKEN = "a file of that name is there already"
GONE = "it is not there any more"
CHANGED = "it was changed meanwhile"
_BLOCK = 1 << 20
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)


def carry(source: str, target: str, partial: str, *, is_again: bool = False) -> None:
    """Moves a file. `partial` is a name beside the target for what is not whole yet.

    With `is_again` it may have been done, or half done, before. Raises `Refused` and `OSError`,
    the source then being whole.
    """
    there, at = look(source), look(target)
    if is_again:
        remove(partial)
        if there is None and at is not None:
            return
    if there is None:
        raise Refused(GONE)
    if at is not None:
        if not _is_spelling(source, target, there, at):
            if not is_again or not _finish(source, target, partial):
                raise Refused(TAKEN)
        elif _is_listed(source):
            os.rename(source, target)  # noqa: PTH104 (texts, as all here)
        return
    try:
        put_in_place(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        duplicate(source, target, partial)
        exclusive.unlink_source(source, target)


def duplicate(source: str, target: str, partial: str, *, is_again: bool = False) -> None:
    """Copies a file with its times. Raises `Refused` and `OSError`, nothing being left then."""
    if is_again:
        remove(partial)
    if look(target) is not None:
        if is_again and is_same(source, target):
            return
        raise Refused(TAKEN)
    try:
        _copy(source, partial)
        put_in_place(partial, target)
    except BaseException:
        remove(partial)
        raise
    sync_folder(target)


def make(data: bytes, partial: str, like: os.stat_result) -> bytes:
    """A new file with the times and the rights of another, on the disk and read back from there;
    its digest. Raises `Refused` and `OSError`, whatever lies at `partial` then being nobody's."""
    remove(partial)
    with open(partial, "xb", buffering=0) as file:  # noqa: PTH123
        write(file.fileno(), data)
        os.fsync(file.fileno())
        drop_from_memory(file.fileno())
    digest = digest_of(data)
    if _digest(partial) != digest:
        raise Refused("what was written differs from what is read: that disk may be failing")
    _keep(partial, like)
    births.give(partial, like)
    return digest


def digest_of(data: bytes) -> bytes:
    return xxhash.xxh3_128_digest(data)


def is_of(path: str, digest: bytes) -> bool:
    """Whether a plain file holds what has this digest."""
    found = look(path)
    return found is not None and stat.S_ISREG(found.st_mode) and _digest(path) == digest


def look(path: str) -> os.stat_result | None:
    """None where nothing is there. Links are not followed."""
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def remove(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108


def is_same(one: str, other: str) -> bool:
    """By their whole contents."""
    a, b = look(one), look(other)
    if a is None or b is None or not stat.S_ISREG(a.st_mode) or not stat.S_ISREG(b.st_mode):
        return False
    return a.st_size == b.st_size and _digest(one) == _digest(other)


def _finish(source: str, target: str, partial: str) -> bool:
    """What a kill left: both names of the same file, an empty one made for the name, or a whole
    copy. False where the target is somebody else's."""
    there, at = os.lstat(source), os.lstat(target)
    is_one = os.path.samestat(there, at) and there.st_nlink > 1
    if not is_one and at.st_size == 0 < there.st_size:
        os.unlink(target)  # noqa: PTH108
        carry(source, target, partial)
        return True
    if not is_one and not is_same(source, target):
        return False
    os.unlink(source)  # noqa: PTH108
    return True


def put_in_place(source: str, target: str) -> None:
    """Within a file system. Raises `Refused` where the name is taken, else `OSError`."""
    try:
        exclusive.rename(source, target)
    except FileExistsError as error:
        raise Refused(TAKEN) from error


def _copy(source: str, partial: str) -> None:
    descriptor = os.open(source, os.O_RDONLY | _NO_FOLLOW | _BINARY)
    with os.fdopen(descriptor, "rb", buffering=0) as original:
        before = os.fstat(original.fileno())
        digest = xxhash.xxh3_128()
        with open(partial, "xb", buffering=0) as copy:  # noqa: PTH123
            while block := original.read(_BLOCK):
                digest.update(block)
                write(copy.fileno(), block)
            os.fsync(copy.fileno())
            drop_from_memory(copy.fileno())
        after = os.fstat(original.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Refused(CHANGED)
    if _digest(partial) != digest.digest():
        raise Refused("the copy differs from the original: that disk may be failing")
    _keep(partial, before)


def _keep(path: str, like: os.stat_result) -> None:
    with suppress(OSError):  # not every file system keeps these
        os.chmod(path, stat.S_IMODE(like.st_mode))  # noqa: PTH101
    os.utime(path, ns=(like.st_atime_ns, like.st_mtime_ns))


def drop_from_memory(descriptor: int) -> None:
    """So that the check reads what the disk has."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def write(descriptor: int, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _digest(path: str) -> bytes:
    digest = xxhash.xxh3_128()
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.digest()


def sync_folder(path: str) -> None:
    with suppress(OSError):  # not on every system can a folder be opened
        descriptor = os.open(os.path.dirname(path), os.O_RDONLY)  # noqa: PTH120
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _is_spelling(source: str, target: str, there: os.stat_result, at: os.stat_result) -> bool:
    """Whether both names mean one file to a file system that does not tell `a` from `A`."""
    if not os.path.samestat(there, at) or names.folded(source) != names.folded(target):
        return False
    return not (_is_listed(source) and _is_listed(target))


def _is_listed(path: str) -> bool:
    folder, name = os.path.split(path)
    return name in os.listdir(folder)  # noqa: PTH208
