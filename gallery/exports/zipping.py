"""Files of images as one ZIP, made while it is sent: nothing is kept in memory or on disk, and what
cannot be read is told in a note inside instead of ending the whole."""

import os
import time
import zipfile
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

import xxhash

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError
from gallery.filing import names
from gallery.filing.refusals import Refused, said
from gallery.filing.shelves import Shelf
from gallery.models import Image
from gallery.scanning.opening import open_inside

_BLOCK = 256 * 1024
_BATCH = 200
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # for the format
_LARGE = 1 << 31
# All others are compressed by themselves.
_COMPRESSED = (".bmp", ".dib", ".tif", ".tiff", ".txt", ".json", ".js", ".caption", ".tags")
NOTE = "Not included.txt"


@dataclass(frozen=True, slots=True)
class Order:
    with_sidecars: bool = True
    with_folders: bool = True


def stream(image_ids: Iterable[int], order: Order) -> Generator[bytes, None, None]:
    """The archive in blocks. Ids in the order that the archive is to have."""
    out = _Outlet()
    with zipfile.ZipFile(out, "w") as archive:
        packer = _Packer(archive, out, order)
        for image in _images(list(image_ids)):
            yield from packer.put(image)
        packer.note()
    yield out.take()


class _Outlet:
    """A file that only grows; its reader takes what has come."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def tell(self) -> int:
        raise OSError  # so that the archive counts by itself

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


class _Packer:
    def __init__(self, archive: zipfile.ZipFile, out: _Outlet, order: Order) -> None:
        self._archive, self._out, self._order = archive, out, order
        self._taken: set[int] = set()
        self._shelf: tuple[int, Shelf | None] = (0, None)
        self._sidecars: set[str] = set()
        self._left: list[str] = []

    def put(self, image: Image) -> Iterator[bytes]:
        folder = _folder(image) if self._order.with_folders else ""
        name = self._free(folder, _safe(image.name))
        yield from self._pack(image, image.name, f"{folder}{name}")
        for sidecar in self._beside(image):
            new = names.beside(_safe(sidecar), _safe(image.name), name)
            yield from self._pack(image, sidecar, folder + self._free(folder, new))

    def note(self) -> None:
        if self._left:
            self._archive.writestr(NOTE, "\r\n".join(self._left) + "\r\n")

    def _pack(self, image: Image, name: str, member: str) -> Iterator[bytes]:
        relative = f"{image.folder.path}/{name}" if image.folder.path else name
        try:
            descriptor, found = open_inside(image.folder.root.path, relative)
        except (OSError, AppError) as error:
            reason = said(error) if isinstance(error, OSError) else error.message
            self._left.append(f"{member}: {reason}")
            return
        info = zipfile.ZipInfo(member, _moment(found.st_mtime))
        info.external_attr = 0o644 << 16
        is_small = member.lower().endswith(_COMPRESSED)
        info.compress_type = zipfile.ZIP_DEFLATED if is_small else zipfile.ZIP_STORED
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            is_large = found.st_size >= _LARGE
            with self._archive.open(info, "w", force_zip64=is_large) as entry:
                try:
                    while block := file.read(_BLOCK):
                        entry.write(block)
                        yield self._out.take()
                except OSError as error:
                    self._left.append(f"{member}: it broke off, since {said(error)}")
        yield self._out.take()

    def _beside(self, image: Image) -> list[str]:
        """Its sidecars that did not come with another image."""
        if not self._order.with_sidecars:
            return []
        if self._shelf[0] != image.folder_id:
            try:
                path = paths.inside(image.folder.root.disk_path, image.folder.path or ".")
                self._shelf = image.folder_id, Shelf(str(path))
            except (OSError, AppError, Refused):
                self._shelf = image.folder_id, None
            self._sidecars = set()
        shelf = self._shelf[1]
        found = shelf.sidecars_of(image.name) if shelf else []
        new = [name for name in found if name not in self._sidecars]
        self._sidecars.update(new)
        return new

    def _free(self, folder: str, name: str) -> str:
        """One that no other member has, on systems that do not tell `a` from `A` either."""
        number = 1
        while True:
            chosen = name if number == 1 else names.numbered(name, number)
            key = xxhash.xxh3_64_intdigest((folder + chosen).casefold().encode())
            if key not in self._taken:
                self._taken.add(key)
                return chosen
            number += 1


def _images(ids: list[int]) -> Iterator[Image]:
    known = Image.objects.select_related("folder__root").filter(is_available=True)
    for first in range(0, len(ids), _BATCH):
        some = ids[first : first + _BATCH]
        found = known.in_bulk(some)
        yield from (found[pk] for pk in some if pk in found)


def _folder(image: Image) -> str:
    parts = [image.folder.root.name, *image.folder.path.split("/")]
    return "".join(f"{_safe(part)}/" for part in parts if part)


def _safe(name: str) -> str:
    """Legal on every system, and leading nowhere."""
    shown = paths.display(name)
    kept = "".join("_" if names.problem(f"x{char}x") else char for char in shown).rstrip(". ")
    return kept if kept and not names.problem(kept) else f"_{kept}"[: names.MOST_BYTES // 4]


def _moment(seconds: float) -> tuple[int, int, int, int, int, int]:
    try:
        moment = time.localtime(seconds)[:6]
    except (OverflowError, ValueError, OSError):
        return _EARLIEST
    return moment if _EARLIEST <= moment <= (2107, 12, 31, 23, 59, 59) else _EARLIEST
