"""What a person chose for a root, from the database."""

from gallery.models import Folder, LibraryRoot
from gallery.scanning import options


def options_of(root: LibraryRoot) -> options.Options:
    folders = Folder.objects.filter(root=root)
    treatments = dict(folders.exclude(treatment="").values_list("path", "treatment"))
    mounts = folders.filter(is_mount_point=True).values_list("path", flat=True)
    return options.of(root, treatments, mounts)
