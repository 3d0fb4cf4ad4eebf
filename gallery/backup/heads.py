"""What was said of no image: settings, folders' options, tags' names, albums. Few, so at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from gallery import preferences
from gallery.actions.album_rows import row as album_row
from gallery.actions.base import Part
from gallery.actions.tag_rows import MergeTag
from gallery.backup import naming
from gallery.backup.options import Options, Prefer, Tally
from gallery.backup.records import Album, Head, Preference, Root, Tag
from gallery.models import Album as AlbumRow
from gallery.models import Collection, Folder, LibraryRoot, TagAlias, Treatment
from gallery.models import Tag as TagRow
from gallery.services import root_options
from gallery.services.selections import batches_of

_FIELDS = ("is_watched", "extensions", "ignored", "takes_hidden", "follows_links")
PREFERENCE, ROOT, TREATMENT, ALIAS, PARAMS = (
    *("preference", "root", "treatment", "tag-alias", "album-params"),
)

# An id that nothing has: such a search finds nothing, rather than everything.
_UNKNOWN = str(2**62)


@dataclass(slots=True)
class Settled:
    """`albums`: ids by the names that the backup has for them; `roots` are to be scanned."""

    parts: list[Part] = field(default_factory=list)
    albums: dict[str, int] = field(default_factory=dict)
    roots: set[int] = field(default_factory=set)


def settle(
    cursor: Any,
    collection: Collection,
    heads: Sequence[Head],
    options: Options,
    tally: Tally,
    *,
    dry: bool,
) -> Settled:
    turn = _Turn(cursor, collection, options, tally, dry=dry)
    for head in heads:
        if isinstance(head, Preference):
            turn.preference(head)
        elif isinstance(head, Root):
            turn.root(head)
        elif isinstance(head, Tag):
            turn.tag(head)
        else:
            turn.album(head)
    # Searches may name each other's albums.
    for head in heads:
        if isinstance(head, Album) and head.is_smart:
            turn.params(head)
    return turn.settled


def restore(cursor: Any, part: Part) -> list[int]:
    """As `Action.restore`, of parts that were made here."""
    before, after = part.before, part.after
    what = before["what"]
    if what == PREFERENCE:
        setting = next(each for each in preferences.ALL if each.name == before["name"])
        if _plain(preferences.get(setting)) == after["value"]:
            preferences.put(setting, before["value"])
    elif what == ROOT:
        _back(LibraryRoot, before["id"], before["values"], after["values"])
    elif what == TREATMENT:
        _back(Folder, before["id"], before["values"], after["values"])
    elif what == PARAMS:
        _back(AlbumRow, before["id"], before["values"], after["values"])
    elif before["tag"] is None:
        TagAlias.objects.filter(name=before["name"], tag=after["tag"]).delete()
    elif not TagRow.objects.filter(name=before["name"]).exists():
        TagAlias.objects.get_or_create(name=before["name"], defaults={"tag_id": before["tag"]})
    return []


def is_ours(what: str) -> bool:
    return what in {PREFERENCE, ROOT, TREATMENT, ALIAS, PARAMS}


def _back(model: Any, pk: int, before: dict[str, Any], after: dict[str, Any]) -> None:
    model.objects.filter(pk=pk, **after).update(**before)


class _Turn:
    def __init__(
        self, cursor: Any, collection: Collection, options: Options, tally: Tally, *, dry: bool
    ) -> None:
        self._cursor, self._collection = cursor, collection
        self._options, self._tally, self._dry = options, tally, dry
        self.settled = Settled()
        self._takes_all = options.prefer == Prefer.BACKUP

    def preference(self, said: Preference) -> None:
        setting = next((each for each in preferences.ALL if each.name == said.name), None)
        if setting is None:
            self._tally.tell(f"This version has no setting {paths.display(said.name)}.")
            return
        try:
            wanted = setting.check(said.value)
        except BadInput as error:
            self._tally.tell(f"{setting.title}: {error.message}")
            return
        now = preferences.get(setting)
        if wanted == now:
            return
        if now != setting.default:
            self._tally.clash("settings", setting.title)
            if not self._takes_all:
                return
        self._tally.given["settings"] += 1
        if not self._dry:
            preferences.put(setting, wanted)
            state = {"what": PREFERENCE, "name": said.name}
            self._note({**state, "value": _plain(now)}, {**state, "value": _plain(wanted)})

    def root(self, said: Root) -> None:
        root = self._root_of(said)
        shown = paths.display(said.name)
        if root is None:
            if said.treatments or any(getattr(said, n) != _default(n) for n in _FIELDS):
                self._tally.tell(f"The library has no folder {shown}, so its options are left out.")
            return
        try:
            root_options.extensions(said.extensions)
            root_options.patterns(said.ignored)
        except BadInput as error:
            self._tally.tell(f"Options of {shown}: {error.message}")
            return
        before, after = {}, {}
        for name in (*_FIELDS, "name"):
            here, there = getattr(root, name), getattr(said, name)
            untouched = PurePath(root.path).name if name == "name" else _default(name)
            if here == there or there == untouched:
                continue
            if here != untouched:
                self._tally.clash("folder options", shown)
                if not self._takes_all:
                    continue
            before[name], after[name] = here, there
        if after:
            self._tally.given["folder options"] += len(after)
            self._set(root, ROOT, before, after)
            self.settled.roots.add(root.pk)
        self._treatments(root, said)

    def tag(self, said: Tag) -> None:
        """Former names lead to it again; a tag that the scan made of one becomes it."""
        if self._dry:
            known = TagRow.objects.filter(name__in=[said.name]).exists()
            aliases = TagAlias.objects.filter(name__in=said.aliases).count()
            self._tally.given["names of tags"] += len(said.aliases) - aliases
            self._tally.given["tags made"] += not known and not aliases
            return
        tag = TagRow.objects.filter(name=said.name).first()
        tag = tag or TagRow.objects.filter(aliases__name=said.name).first()
        tag = tag or TagRow.objects.get_or_create(name=said.name)[0]
        if said.category and not tag.category:
            TagRow.objects.filter(pk=tag.pk).update(category=said.category)
        for name in said.aliases:
            self._alias(tag, name)

    def album(self, said: Album) -> None:
        called = said.name
        albums = AlbumRow.objects.filter(collection=self._collection)
        album = albums.filter(name=said.name, is_smart=said.is_smart).first()
        if album is None and albums.filter(name=said.name).exists():
            kind = "smart" if said.is_smart else "manual"
            said = said.model_copy(update={"name": f"{said.name[:270]} ({kind}, from a backup)"})
            album = albums.filter(name=said.name, is_smart=said.is_smart).first()
        if album is not None:
            self.settled.albums[called] = album.pk
            return
        self._tally.given["albums"] += 1
        if self._dry:
            return
        album = AlbumRow.objects.create(
            collection=self._collection,
            name=said.name,
            is_smart=said.is_smart,
            position=said.position,
        )
        self.settled.albums[called] = album.pk
        state = {"what": "make-album", "album": album.pk}
        self._note({**state, "row": None}, {**state, "row": album_row(album)})

    def params(self, said: Album) -> None:
        pk = self.settled.albums.get(said.name)
        if pk is None:
            return
        params, unknown = naming.found(self._cursor, self._collection.pk, said.named)
        shown = paths.display(said.name)
        if unknown:
            self._tally.tell(
                f"{shown} searches by {', '.join(unknown)} that this library does not know (yet)."
            )
            params |= dict.fromkeys(unknown, _UNKNOWN)
        wanted = {**said.params, **params}
        album = AlbumRow.objects.get(pk=pk)
        if album.params == wanted:
            return
        if album.params and _UNKNOWN not in album.params.values():
            self._tally.clash("searches of albums", shown)
            if not self._takes_all:
                return
        if not self._dry:
            self._set(album, PARAMS, {"params": album.params}, {"params": wanted})

    def _root_of(self, said: Root) -> LibraryRoot | None:
        roots = LibraryRoot.objects.filter(collection=self._collection)
        by_path = roots.filter(path=said.path).first()
        named = list(roots.filter(name=said.name)[:2]) if by_path is None else []
        return by_path or (named[0] if len(named) == 1 else None)

    def _treatments(self, root: LibraryRoot, said: Root) -> None:
        folders = Folder.objects.filter(root=root, path__in=list(said.treatments))
        known = {folder.path: folder for folder in folders}
        for path, treatment in said.treatments.items():
            folder, shown = known.get(path), paths.display(f"{said.name}/{path}")
            if treatment not in Treatment.values or folder is None:
                self._tally.tell(f"{shown} is not there, so it is not treated as '{treatment}'.")
            elif folder.treatment == treatment:
                continue
            elif folder.treatment and not self._takes_all:
                self._tally.clash("treatments of folders", shown)
            else:
                self._tally.given["treatments of folders"] += 1
                self._set(
                    folder,
                    TREATMENT,
                    {"treatment": folder.treatment},
                    {"treatment": treatment},
                )
                self.settled.roots.add(root.pk)

    def _alias(self, tag: TagRow, name: str) -> None:
        if name == tag.name or TagAlias.objects.filter(name=name).exists():
            return
        self._tally.given["names of tags"] += 1
        former = TagRow.objects.filter(name=name).first()
        if former is not None:
            self.settled.parts += _merge(self._cursor, former, tag, self._collection)
            return
        TagAlias.objects.create(name=name, tag=tag)
        state = {"what": ALIAS, "name": name}
        self._note({**state, "tag": None}, {**state, "tag": tag.pk})

    def _set(self, row: Any, what: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        if not self._dry:
            type(row)._default_manager.filter(pk=row.pk).update(**after)
            state = {"what": what, "id": row.pk}
            self._note({**state, "values": before}, {**state, "values": after})

    def _note(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        self.settled.parts.append(Part([], before, after))


def _merge(cursor: Any, tag: TagRow, into: TagRow, collection: Collection) -> Iterator[Part]:
    act = MergeTag()
    params = act.clean({"tag": tag.pk, "into": into.name}, collection)
    for ids in list(batches_of(act.scope(params, collection), act.batch_size)):
        yield from _called_by(act, act.apply(cursor, ids, params))
    yield from _called_by(act, act.conclude(cursor, params))


def _called_by(act: MergeTag, parts: Sequence[Part]) -> Iterator[Part]:
    for part in parts:
        what = {"what": act.name}
        yield Part(part.image_ids, {**part.before, **what}, {**part.after, **what})


def _plain(value: Any) -> Any:
    """As JSON gives it back."""
    return list(value) if isinstance(value, tuple) else value


def _default(name: str) -> Any:
    return getattr(LibraryRoot(), name)
