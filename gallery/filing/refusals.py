"""Why one file was left as it is, in words that follow its name."""

import errno

from dtoolkit.core import paths

_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk space that you may use is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "this program may not change that folder",
    errno.EPERM: "this program may not change it",
    errno.ENAMETOOLONG: "its name would be too long there",
    errno.ENOENT: "it is not there any more",
    errno.ENOTDIR: "the folder is not there any more",
    errno.EIO: "the disk reports an error",
    errno.EBUSY: "another program is using it",
    errno.ETXTBSY: "another program is using it",
    errno.EFBIG: "it is too large for that disk",
}


class Refused(Exception):
    """The file and its sidecars are as they were before."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def said(error: OSError) -> str:
    """As a reason."""
    known = _WORDS.get(error.errno or 0)
    return known or paths.display(paths.to_text(error.strerror or type(error).__name__)).lower()
