"""PostgreSQL's settings, fitted to the machine: a laptop keeps its memory."""

import os
from pathlib import Path

import psutil

_MB = 1024 * 1024


def settings(*, memory_bytes: int, processors: int, is_throw_away: bool) -> dict[str, str]:
    """What `dtoolkit.conf` says beyond address and port. Graphics programs get more than we."""

    def share(part: int, least_mb: int, most_mb: int) -> str:
        return f"{max(least_mb, min(most_mb, memory_bytes // part // _MB))}MB"

    values = {
        "max_connections": "100",
        "shared_buffers": share(8, 128, 2048),
        "effective_cache_size": share(2, 512, 1024 * 1024),
        "work_mem": share(512, 8, 64),
        "maintenance_work_mem": share(32, 64, 1024),
        "max_wal_size": "4GB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "random_page_cost": "1.1",
        "jit": "off",
        "max_parallel_workers_per_gather": str(max(1, min(4, processors // 2))),
        "max_parallel_maintenance_workers": str(max(1, min(4, processors // 2))),
        "max_parallel_workers": str(max(2, min(8, processors))),
        "autovacuum_naptime": "20s",
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] ",
        "timezone": "UTC",
    }
    if _shared_memory_is_small():
        values["dynamic_shared_memory_type"] = "mmap"
    if is_throw_away:
        values |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "128MB",
            "max_wal_size": "1GB",
        }
    return values


def of_this_machine(*, is_throw_away: bool = False) -> dict[str, str]:
    return settings(
        memory_bytes=psutil.virtual_memory().total,
        processors=os.cpu_count() or 1,
        is_throw_away=is_throw_away,
    )


def _shared_memory_is_small() -> bool:
    """Containers often have 64 MB there, too little for parallel queries."""
    folder = Path("/dev/shm")  # noqa: S108 - asked for its size only
    return folder.is_dir() and psutil.disk_usage(str(folder)).total < 512 * _MB
