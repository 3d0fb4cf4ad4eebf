"""Which root, or which folder of it, a job's params name."""

from dtoolkit.core import paths
from dtoolkit.core.errors import NotFound
from dtoolkit.jobs.kinds import Params
from gallery.models import Folder, Image, LibraryRoot
from gallery.querysets import ImageQuerySet


def root_of(params: Params) -> LibraryRoot:
    root = LibraryRoot.objects.filter(pk=params["root_id"]).first()
    if root is None:
        raise NotFound("This folder is not in the library any more.")
    return root


def name_of(params: Params) -> str:
    """For a person: the root's name, and the folder's path below it."""
    root = root_of(params)
    return f"{root.name}/{paths.display(params['folder'])}" if params.get("folder") else root.name


def images_of(params: Params) -> ImageQuerySet:
    """Of the root, or of the folder and all below it."""
    if params.get("folder"):
        return Image.objects.within(Folder(root_id=params["root_id"], path=params["folder"]))
    return Image.objects.filter(folder__root=params["root_id"])
