"""Where a file lies: its folder, the path of its folder, its own name."""

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Concat, Replace

from gallery.models import Collection, Folder
from gallery.search.conditions import Condition, Few, Plain, any_of
from gallery.search.keywords import suggestions
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.keywords.sizes import GROUP
from gallery.search.keywords.texts import ILike, like, matching
from gallery.search.language.kinds import Name, Pattern
from gallery.search.scopes import FEW_FOLDERS

# As people of every system write it; a root's own path may have backslashes.
_PATH = Replace(
    Concat(F("root__path"), Value("/"), F("path"), output_field=TextField()),
    Value("\\"),
    Value("/"),
    output_field=TextField(),
)


class InFolders:
    """In some folders; they know how many images they hold."""

    def __init__(self, folders: Q, context: Context) -> None:
        self._folders = Folder.objects.filter(folders, root__collection=context.collection)

    def where(self) -> Q:
        ids = list(self._folders.values_list("pk", flat=True)[: FEW_FOLDERS + 1])
        if len(ids) <= FEW_FOLDERS:
            return any_of("folder_id", ids)
        return Q(folder__in=self._folders)

    def few(self, limit: int) -> Few | None:
        counts = dict(self._folders.values_list("pk", "image_count")[: FEW_FOLDERS + 1])
        count = sum(counts.values())
        if len(counts) > FEW_FOLDERS or count > limit:
            return None
        return Few(count, any_of("folder_id", list(counts)), Q())


def _slashed(pattern: Pattern) -> str:
    return pattern.text.replace("\\", "/").strip("/")


def _in_folder(value: Pattern, context: Context) -> Condition:
    """By its name, by its path in the library folder, or by its whole path."""
    text = _slashed(value)
    if value.how == "like":
        path = like(text)
        named = Q(name__ilike=path) if "/" not in text else Q(path__ilike=path)
        return InFolders(named | Q(ILike(_PATH, f"%/{path}")) & Q(path__contains="/"), context)
    whole = Q(path__iexact=text) | Q(root__path__iexact=value.text, path="")
    whole |= Q(ILike(_PATH, f"/{like(text)}")) | Q(ILike(_PATH, like(text)))
    if "/" not in text:
        whole |= Q(name__iexact=text)
    return InFolders(whole, context)


def _below(value: Pattern, context: Context) -> Condition:
    """Folders whose whole path has this in it; with wildcards, from end to end."""
    text = value.text.replace("\\", "/")
    pattern = like(text) if value.how == "like" else f"%{like(text)}%"
    if value.how == "equals":
        pattern = like(text).rstrip("/")
    below = Concat(_PATH, Value("/"), output_field=TextField())
    return InFolders(Q(ILike(below, pattern)) | Q(ILike(_PATH, pattern)), context)


def _named(value: Pattern, context: Context) -> Condition:
    return Plain(matching("name", value))


def _folders(typed: str, collection: Collection) -> list[suggestions.Suggestion]:
    named = Folder.objects.filter(root__collection=collection, name__icontains=typed)
    found = named.filter(image_count__gt=0).order_by("-image_count")
    rows = found.values_list("path", "name", "image_count")[: suggestions.MOST]
    return [suggestions.Suggestion(path or name, count) for path, name, count in rows]


KEYWORDS = (
    Keyword(
        "folder",
        Name("a folder", is_whole=True),
        "right in this folder",
        ("folder:2026-11", 'folder:"comfy/best of"'),
        GROUP,
        _in_folder,
        suggest=_folders,
    ),
    Keyword(
        "path",
        Name("a path"),
        "whose folder's path has this in it; with *, from end to end",
        ("path:comfy", "path:*/2026/*"),
        GROUP,
        _below,
    ),
    Keyword(
        "name",
        Name("a file name"),
        "whose file name has this in it",
        ("name:ComfyUI_000*", "name:final"),
        GROUP,
        _named,
        ("file", "filename", "file name"),
    ),
)
