"""A worker cluster process; which queue it serves is its environment's Q_CLUSTER_NAME."""

import multiprocessing
import os


def run(name: str) -> None:
    """Returns when asked to end by a signal."""
    os.environ["Q_CLUSTER_NAME"] = name
    import django

    django.setup()
    from django.core.management import call_command

    from dtoolkit import env
    from dtoolkit.server import embedded

    if embedded.in_use(env.load().data_dir):
        # Nobody else works on this database: what was running before is certainly not any more.
        from dtoolkit.jobs.services import recovery

        recovery.recover(assume_dead=True)
    _start_due()
    call_command("qcluster")
    # It returns once its guard runs; the guard ends when a signal asks for it.
    for guard in multiprocessing.active_children():
        guard.join()


def _start_due() -> None:
    """What a load whose end nobody saw has left undone."""
    from embeddings.services import bulk_loads

    bulk_loads.start_due()
