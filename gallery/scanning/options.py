"""What a person chose for a root and its folders, in the form that the walk asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pathspec import GitIgnoreSpec

from gallery.models import LibraryRoot, Treatment
from gallery.scanning.relative import parent

SUFFIXES = (
    *(".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".avif", ".jxl"),
    *(".gif", ".bmp", ".dib", ".tif", ".tiff"),
    *(".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi"),
)
_TREES = {Treatment.EXCLUDE_TREE, Treatment.ARCHIVE_TREE}
_EXCLUDED = {Treatment.EXCLUDE, Treatment.EXCLUDE_TREE}
_ARCHIVED = {Treatment.ARCHIVE, Treatment.ARCHIVE_TREE}


@dataclass(frozen=True, slots=True)
class Options:
    """Paths are relative to the root, in stored form; of `mount_points` it is known that a drive
    was mounted there."""

    suffixes: frozenset[str] = frozenset(SUFFIXES)
    ignored: GitIgnoreSpec | None = None
    takes_hidden: bool = False
    follows_links: bool = False
    treatments: Mapping[str, str] = field(default_factory=dict)
    mount_points: frozenset[str] = frozenset()

    def treatment(self, path: str) -> str:
        """Of the folder: its own, else that of the nearest folder above that decides for its tree.

        Empty is scanned.
        """
        if not self.treatments:
            return ""
        return self.treatments.get(path, "") or (self.tree_treatment(parent(path)) if path else "")

    def tree_treatment(self, path: str) -> str:
        """What holds for all below the folder unless something there decides for itself."""
        while True:
            own = self.treatments.get(path, "")
            if own in _TREES or not path:
                return own if own in _TREES else ""
            path = parent(path)

    def excludes(self, path: str) -> bool:
        return self.treatment(path) in _EXCLUDED

    def archives(self, path: str) -> bool:
        return self.treatment(path) in _ARCHIVED

    def ignores(self, path: str, *, is_folder: bool = False) -> bool:
        if self.ignored is None:
            return False
        return self.ignored.match_file(f"{path}/" if is_folder else path)

    def enters(self, path: str) -> bool:
        """Whether a walk from the root may meet the folder, as far as its path tells."""
        while path:
            name = path.rpartition("/")[2]
            if name.startswith(".") and (not self.takes_hidden or is_trash(name)):
                return False
            if self.ignores(path, is_folder=True):
                return False
            path = parent(path)
        return True


def is_trash(name: str) -> bool:
    """The trash that systems keep at the top of a drive: what lies there was thrown away."""
    return name == ".Trash" or name.startswith(".Trash-") or name == ".Trashes"


def of(
    root: LibraryRoot, treatments: Mapping[str, str], mount_points: Iterable[str] = ()
) -> Options:
    return Options(
        suffixes=frozenset(f".{extension}" for extension in root.extensions) or frozenset(SUFFIXES),
        ignored=GitIgnoreSpec.from_lines(root.ignored) if root.ignored else None,
        takes_hidden=root.takes_hidden,
        follows_links=root.follows_links,
        treatments=treatments,
        mount_points=frozenset(mount_points),
    )
