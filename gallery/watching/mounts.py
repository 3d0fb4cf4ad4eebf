"""Whether a folder lies on a network share, of whose changes the system does not tell."""

import os

import psutil

# fmt: off
_NETWORK = frozenset((
    "9p", "afpfs", "afs", "ceph", "cifs", "davfs",
    "drvfs", "fuse.glusterfs", "fuse.rclone", "fuse.sshfs", "glusterfs", "ncpfs",
    "nfs", "nfs4", "prl_fs", "smb", "smb3", "smbfs",
    "vboxsf", "virtiofs", "vmhgfs", "webdav",
))
# fmt: on


def is_network(path: str) -> bool:
    """By the kind of the file system mounted nearest above `path`; unknown kinds count as local."""
    real = os.path.realpath(path)
    if real.startswith(("\\\\", "//")):
        return True
    mounted = [part for part in psutil.disk_partitions(all=True) if _holds(part.mountpoint, real)]
    if not mounted:
        return False
    # Of two mounts on one place, the later covers the earlier.
    nearest = max(enumerate(mounted), key=lambda each: (len(each[1].mountpoint), each[0]))[1]
    kinds = {nearest.fstype.lower(), *nearest.opts.lower().split(",")}
    return "remote" in kinds or not _NETWORK.isdisjoint(kinds)


def _holds(mountpoint: str, path: str) -> bool:
    return path == mountpoint or path.startswith(mountpoint.rstrip(os.sep) + os.sep)
