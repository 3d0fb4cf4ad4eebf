"""Where an image's file lies, lay, or is to lie: by the root's id, so that a root may change its
own place meanwhile."""

from dataclasses import dataclass

from gallery.models import Image


@dataclass(frozen=True, slots=True)
class Spot:
    """`folder` is relative to the root; both texts as stored."""

    root_id: int
    folder: str
    name: str

    @classmethod
    def of(cls, image: Image) -> "Spot":
        """Needs `folder`."""
        return cls(image.folder.root_id, image.folder.path, image.name)

    @classmethod
    def read(cls, stored: list[object]) -> "Spot":
        root_id, folder, name = stored
        return cls(int(str(root_id)), str(folder), str(name))

    def stored(self) -> list[object]:
        return [self.root_id, self.folder, self.name]

    @property
    def relative(self) -> str:
        return f"{self.folder}/{self.name}" if self.folder else self.name
