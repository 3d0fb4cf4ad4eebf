"""Albums and notes: what a person gathered and wrote."""

from django.db.models import Exists, OuterRef, Q

from gallery.models import Album, AlbumImage, Collection, ImageEdit
from gallery.search.conditions import NEVER, Any_, Condition, Elsewhere, Not
from gallery.search.keywords import suggestions
from gallery.search.keywords.marks import GROUP
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.keywords.texts import matching
from gallery.search.language.kinds import Flag, Name, Pattern

_MOST_ALBUMS = 200


def _in_albums(value: Pattern, context: Context) -> Condition:
    """Of this name, manual and smart ones."""
    named = Album.objects.filter(matching("name", value), collection=context.collection)
    albums = list(named.order_by("pk")[:_MOST_ALBUMS])
    manual = [album.pk for album in albums if not album.is_smart]
    parts = [context.open_album(album) for album in albums if album.is_smart]
    if manual:
        parts.append(_entries(Q(album__in=manual)))
    return Any_(tuple(parts)) if parts else NEVER


def _entries(which: Q) -> Condition:
    rows = AlbumImage.objects.filter(which).order_by()
    found = Q(Exists(rows.filter(image=OuterRef("pk"))))
    return Elsewhere(rows.values_list("image", flat=True), found)


def _in_any(context: Context) -> Condition:
    return _entries(Q(album__collection=context.collection))


def _is_in_album(value: bool, context: Context) -> Condition:
    return _in_any(context) if value else Not(_in_any(context))


def _noted(value: Pattern, context: Context) -> Condition:
    return _edits(matching("note", value) & ~Q(note=""))


def _edits(which: Q) -> Condition:
    rows = ImageEdit.objects.filter(which).order_by()
    found = Q(Exists(rows.filter(image=OuterRef("pk"))))
    return Elsewhere(rows.values_list("image", flat=True), found)


def _albums(typed: str, collection: Collection) -> list[suggestions.Suggestion]:
    named = Album.objects.filter(collection=collection, name__icontains=typed).order_by("name")
    return suggestions.counted(named, "name", AlbumImage.objects.all(), "album")


KEYWORDS = (
    Keyword(
        "album",
        Name(is_whole=True),
        "in the album of this name",
        ("album:Best", 'album:"To print"', "album:2026*"),
        GROUP,
        _in_albums,
        is_there=_in_any,
        suggest=_albums,
    ),
    Keyword(
        "in_album",
        Flag(),
        "in any album",
        ("in_album:", "in_album:no"),
        GROUP,
        _is_in_album,
        ("in album",),
        choices=("yes", "no"),
    ),
    Keyword(
        "note",
        Name("text of a note"),
        "whose note says so",
        ("note:print", 'note:"ask Mia"'),
        GROUP,
        _noted,
        ("notes",),
        lambda context: _edits(~Q(note="")),
    ),
)
