"""Which library folders a command is about."""

from django.core.management.base import CommandError

from gallery.models import LibraryRoot


def chosen_roots(wanted: str | None) -> list[LibraryRoot]:
    """Every one, or the one of that path, name or id. Raises `CommandError` where there is none."""
    every = list(LibraryRoot.objects.select_related("collection").order_by("pk"))
    if not every:
        raise CommandError("The library has no folder yet: manage.py start FOLDER adds one.")
    if wanted is None:
        return every
    found = [root for root in every if wanted in {str(root.pk), root.name, str(root.disk_path)}]
    if not found:
        names = ", ".join(str(root) for root in every)
        raise CommandError(f"{wanted} is no folder of the library. There are: {names}.")
    return found
