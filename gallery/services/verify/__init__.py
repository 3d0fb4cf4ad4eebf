"""Compares database and disk, and tells every difference; repairs are left to the scans."""

from dtoolkit.jobs.kinds import Progress
from gallery.models import LibraryRoot
from gallery.scanning import locking, reachability
from gallery.services.verify import rows
from gallery.services.verify.disk import Comparison
from gallery.services.verify.repairing import remove_orphans, repair
from gallery.services.verify.report import Kind, Report

__all__ = ["Kind", "Report", "orphans", "remove_orphans", "repair", "verify"]


def verify(root: LibraryRoot, progress: Progress, *, deep: bool = False) -> Report:
    """Waits for a scan of the root that goes on. With `deep`, files are compared by content too.

    Where the root is offline and known to be, database and disk agree, and no more can be said.
    """
    report = Report(str(root))
    with locking.alone(root, progress):
        root.refresh_from_db()
        was_offline = root.offline_since is not None
        away = reachability.why_offline(root)
        if bool(away) != was_offline:
            detail = f"flagged as there, but {away}" if away else "flagged as offline, but there"
            report.add(Kind.OFFLINE, "", detail)
        if away:
            report.note = f"It is offline: {away} Its files were not looked at."
            return report
        Comparison(root, report, deep=deep).run(progress)
        rows.check(root, report, progress)
    return report


def orphans() -> Report:
    """Images that belong to no root, in a report of their own."""
    report = Report("")
    rows.check_orphans(report)
    return report
