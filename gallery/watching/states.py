"""What each root's watcher says of itself, and whether it lives to say it."""

from django.utils import timezone

from dtoolkit.jobs.services import locks
from gallery.models import LibraryRoot, WatchState


def tell(root: LibraryRoot, state: WatchState, note: str = "") -> None:
    """Written only where it is news."""
    if (root.watch_state, root.watch_note) == (state, note):
        return
    root.watch_state, root.watch_note, root.watch_changed_at = state, note, timezone.now()
    root.save(update_fields=["watch_state", "watch_note", "watch_changed_at"])


def living() -> set[int]:
    """Ids of the roots that some living process watches; what others say is of the past."""
    return locks.held(locks.Lock.WATCH)


def current(root: LibraryRoot, living: set[int]) -> WatchState:
    """`living` as the function of that name gives it, once for all roots of a page."""
    return WatchState(root.watch_state) if root.pk in living else WatchState.OFF
