"""A tree of pictures that lives: files come, move, go away and come back, drives are pulled.

Keeps the truth beside the disk: which picture lies where, and what a person said of it.
"""

import io
import os
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

from PIL import PngImagePlugin

from gallery.models import Caption, Image, ImageTag, LibraryRoot, Tag
from tests import pictures

# Root's name and path below it; None for a picture that is nowhere.
Place = tuple[str, str]


@dataclass
class Picture:
    serial: int
    data: bytes
    place: Place | None
    pk: int | None = None
    rating: int | None = None
    is_favourite: bool = False
    is_nsfw: bool = False
    note: str = ""
    tags: frozenset[str] = frozenset()
    # Two living paths of one content: neither moves nor goes, so it stays clear which is which.
    has_copy: bool = False
    # Where the library last saw it, as far as nothing happened since.
    is_as_seen: bool = False
    # Replaced since: nobody can follow a content that was never read.
    is_unread: bool = False


class Life:
    def __init__(self, rng: random.Random, folders: dict[str, Path]) -> None:
        self.rng = rng
        self.folders = folders
        self.pictures: list[Picture] = []
        self.unplugged: set[str] = set()
        self.events: list[str] = []
        self._number = 0
        self._prompts: dict[int, str] = {}

    # The disk

    def disk(self, place: Place) -> Path:
        return self.base(place[0]) / place[1]

    def base(self, root: str) -> Path:
        folder = self.folders[root]
        return folder.with_name(f"{folder.name}-away") if root in self.unplugged else folder

    def on_disk(self, root: str) -> set[str]:
        base = self.base(root)
        found = (Path(at) / name for at, _, names in os.walk(base) for name in names)
        return {str(path.relative_to(base)) for path in found if path.suffix == ".png"}

    # What happens; each picks at random what it happens to

    def happen(self) -> None:
        acts = (
            (6, self.generate),
            (5, self.move_file),
            (3, self.move_tree),
            (2, self.copy),
            (3, self.replace),
            (2, self.touch),
            (3, self.delete),
            (3, self.restore),
            (2, self.unplug),
            (3, self.replug),
            (6, self.say),
        )
        act = self.rng.choices([each for _, each in acts], [weight for weight, _ in acts])[0]
        self.events.append(act.__name__)
        act()

    def generate(self) -> None:
        folder = self._new_folder() if self.rng.random() < 0.3 else self._folder()
        for _ in range(self.rng.randint(1, 4)):
            picture = Picture(self._next(), b"", None)
            picture.data = self._data(picture)
            self.pictures.append(picture)
            self._put(picture, (folder[0], self._below(folder[1], f"p{picture.serial}.png")))

    def move_file(self) -> None:
        picture = self._living()
        if picture is None:
            return
        source = self.disk(picture.place)
        root, folder = self._new_folder() if self.rng.random() < 0.3 else self._folder()
        name = source.name if self.rng.random() < 0.6 else f"renamed-{self._next()}.png"
        place = (root, self._below(folder, name))
        if self.disk(place).exists():
            return
        self.disk(place).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, self.disk(place))
        picture.place, picture.is_as_seen = place, False

    def move_tree(self) -> None:
        root, folder = self._folder()
        if not folder:
            return
        target = (self.rng.choice(list(self.folders)), f"tree-{self._next()}")
        inside = [
            each
            for each in self.pictures
            if each.place and each.place[0] == root and each.place[1].startswith(f"{folder}/")
        ]
        if (
            any(each.has_copy or each.is_unread for each in inside)
            or not self.disk((root, folder)).is_dir()
        ):
            return
        shutil.move(self.disk((root, folder)), self.disk(target))
        for each in inside:
            assert each.place
            each.place = (target[0], target[1] + each.place[1][len(folder) :])
            each.is_as_seen = False

    def copy(self) -> None:
        picture = self._living()
        if picture is None or not picture.is_as_seen or self.unplugged:
            return
        twin = Picture(self._next(), picture.data, None, has_copy=True)
        picture.has_copy = True
        self.pictures.append(twin)
        root, folder = self._folder()
        self._put(twin, (root, self._below(folder, f"copy-{twin.serial}.png")))

    def replace(self) -> None:
        picture = self._living()
        if picture is not None and picture.is_as_seen:
            picture.data, picture.is_unread = self._data(picture), True
            self._put(picture, picture.place)

    def touch(self) -> None:
        picture = self._living()
        if picture is not None:
            moment = self.rng.choice((0, 1_500_000_000, 4_291_747_200))
            os.utime(self.disk(picture.place), (moment, moment + self._next()))

    def delete(self) -> None:
        picture = self._living()
        if picture is not None:
            self.disk(picture.place).unlink()
            picture.place, picture.is_as_seen = None, False

    def restore(self) -> None:
        gone = [each for each in self.pictures if each.place is None]
        if gone:
            picture = self.rng.choice(gone)
            root, folder = self._folder()
            self._put(picture, (root, self._below(folder, f"back-{self._next()}.png")))

    def unplug(self) -> None:
        root = self.rng.choice(list(self.folders))
        if root not in self.unplugged:
            self.pull(root)

    def replug(self) -> None:
        for root in sorted(self.unplugged):
            away = self.base(root)
            self.unplugged.discard(root)
            away.rename(self.folders[root])

    def pull(self, root: str) -> None:
        here = self.base(root)
        self.unplugged.add(root)
        here.rename(self.base(root))

    def say(self) -> None:
        """A person rates, likes, tags and notes."""
        known = [each for each in self.pictures if each.pk]
        if not known:
            return
        picture = self.rng.choice(known)
        picture.rating = self.rng.randint(1, 10)
        picture.is_favourite, picture.is_nsfw = (self.rng.random() < 0.5 for _ in range(2))
        Image.objects.filter(pk=picture.pk).update(
            rating=picture.rating, is_favourite=picture.is_favourite, is_nsfw=picture.is_nsfw
        )
        picture.note = f"note {self._next()}"
        Caption.objects.update_or_create(
            image_id=picture.pk, source="person", defaults={"text": picture.note}
        )
        name = f"tag {self.rng.randint(1, 5)}"
        tag, _ = Tag.objects.get_or_create(name=name)
        ImageTag.objects.get_or_create(image_id=picture.pk, tag=tag, source="person")
        picture.tags |= {name}

    # What must be true

    def check(self) -> None:
        """Nothing that was said is lost; with every drive there, all is where it belongs."""
        rows = {row.pk: row for row in Image.objects.select_related("folder__root")}
        if not self.unplugged:
            for root in self.folders:
                there = self._rows_of(root, rows.values())
                assert there.keys() == self.on_disk(root), self._story()
                for picture in self.pictures:
                    if picture.place and picture.place[0] == root and picture.pk is None:
                        picture.pk = there[picture.place[1]].pk
            for picture in self.pictures:
                self._check_place(picture, rows)
        captions = Caption.objects.filter(source="person")
        notes = dict(captions.values_list("image_id", "text"))
        for picture in self.pictures:
            if picture.pk is not None:
                row = rows.get(picture.pk)
                assert row is not None, f"row of {picture.serial} is lost: {self._story()}"
                now = (row.rating, row.is_favourite, row.is_nsfw, notes.get(picture.pk, ""))
                was = (picture.rating, picture.is_favourite, picture.is_nsfw, picture.note)
                assert now == was, f"{picture.serial}: {self._story()}"
        said = {pk: set() for pk in rows}
        for pk, name in ImageTag.objects.filter(source="person").values_list("image", "tag__name"):
            said[pk].add(name)
        for picture in self.pictures:
            assert picture.pk is None or said[picture.pk] == picture.tags, self._story()

    def _check_place(self, picture: Picture, rows: dict[int, Image]) -> None:
        if picture.place is None:
            if picture.pk is not None:
                assert not rows[picture.pk].is_available, f"{picture.serial}: {self._story()}"
            return
        row = rows[picture.pk or 0]
        place = (self._root_name(row.folder.root), row.relative_path)
        assert (place, row.is_available) == (picture.place, True), (
            f"{picture.serial}: {self._story()}"
        )
        assert row.size == len(picture.data) and row.read_version is not None
        assert row.prompt is not None and row.prompt.text == self._prompt_of(picture)
        picture.is_as_seen, picture.is_unread = True, False

    def _rows_of(self, root: str, rows: object) -> dict[str, Image]:
        return {
            row.relative_path: row
            for row in rows  # type: ignore[attr-defined]
            if row.is_available and self._root_name(row.folder.root) == root
        }

    def _root_name(self, root: LibraryRoot) -> str:
        return next(name for name, path in self.folders.items() if str(path) == root.path)

    # Helpers

    def _living(self) -> Picture | None:
        living = [
            each
            for each in self.pictures
            if each.place and not each.has_copy and not each.is_unread
        ]
        return self.rng.choice(living) if living else None

    def _folder(self) -> Place:
        root = self.rng.choice(list(self.folders))
        base = self.base(root)
        found = sorted(str(path.relative_to(base)) for path in base.rglob("*") if path.is_dir())
        return root, self.rng.choice(["", *found])

    def _new_folder(self) -> Place:
        root, folder = self._folder()
        return root, self._below(folder, f"f{self._next()}")

    def _put(self, picture: Picture, place: Place) -> None:
        path = self.disk(place)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture.data)
        picture.place, picture.is_as_seen = place, False

    def _data(self, picture: Picture) -> bytes:
        """Another content each time."""
        version = self._next()
        info = PngImagePlugin.PngInfo()
        info.add_text("parameters", f"picture {version}\nSteps: 5, Seed: {version}, Size: 16x16")
        buffer = io.BytesIO()
        pictures.paint((16, 16)).save(buffer, "PNG", pnginfo=info)
        self._prompts[picture.serial] = f"picture {version}"
        return buffer.getvalue()

    def _prompt_of(self, picture: Picture) -> str:
        twin = next(each for each in self.pictures if each.data == picture.data)
        return self._prompts[twin.serial]

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _below(self, folder: str, name: str) -> str:
        return f"{folder}/{name}" if folder else name

    def _story(self) -> str:
        return "; ".join(self.events[-12:])
