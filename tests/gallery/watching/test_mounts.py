from types import SimpleNamespace

import psutil
import pytest

from gallery.watching import mounts


def mounted(*parts):
    return [SimpleNamespace(mountpoint=at, fstype=kind, opts=opts) for at, kind, opts in parts]


@pytest.mark.parametrize(
    ("path", "is_network"),
    [
        ("/home/me/pictures", False),
        ("/mnt/nas", True),
        ("/mnt/nas/2026", True),
        ("/mnt/nas2", False),
        ("/mnt/nas/local", False),
        ("/mnt/share", True),
    ],
)
def test_the_nearest_mount_decides(monkeypatch, path, is_network):
    table = mounted(
        ("/", "ext4", "rw"),
        ("/mnt/nas", "nfs4", "rw"),
        ("/mnt/nas/local", "xfs", "rw"),
        ("/mnt/share", "autofs", "rw"),
        ("/mnt/share", "cifs", "rw"),
    )
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: table)
    assert mounts.is_network(path) is is_network


def test_windows_says_remote_in_the_options(monkeypatch):
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: mounted(("/", "NTFS", "rw,remote")))
    assert mounts.is_network("/anything")
