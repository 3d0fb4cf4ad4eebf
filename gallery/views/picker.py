"""The folder picker's content, wherever a page asks for a folder of this machine."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from dtoolkit.core.access import is_at_this_machine, is_known
from dtoolkit.core.errors import AppError
from gallery.services import server_folders


def context(path: str) -> dict[str, Any]:
    """A path that leads nowhere stays in the field to be mended."""
    shown: dict[str, Any] = {"drives": server_folders.drives(), "problem_here": ""}
    try:
        listing = server_folders.listing(path)
    except AppError as error:
        return {**shown, "path": path, "listing": None, "problem_here": error.message}
    return {**shown, "path": listing.path, "listing": listing}


def only_for_people_here(request: HttpRequest) -> None:
    """The disk is shown at this machine, and beyond it to those who have an account."""
    if not (is_at_this_machine(request) or is_known(request)):
        raise PermissionDenied
