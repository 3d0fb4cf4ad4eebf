"""How far the library is with an image: not read yet, without a thumbnail, with a failure."""

from django.db.models import Exists, OuterRef, Q

from gallery.models import StageFailure
from gallery.search.conditions import Condition, Elsewhere, Not
from gallery.search.keywords.made import flag
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.language.kinds import Flag

GROUP = "The file"
_YES_NO = ("yes", "no")


def _failed(value: bool, context: Context) -> Condition:
    rows = StageFailure.objects.order_by()
    found = Elsewhere(
        rows.values_list("image", flat=True), Q(Exists(rows.filter(image=OuterRef("pk"))))
    )
    return found if value else Not(found)


KEYWORDS = (
    Keyword(
        "unread", Flag(), "whose file was not read yet", ("unread:", "unread:no"), GROUP,
        flag(Q(read_version__isnull=True)), choices=_YES_NO,
    ),
    Keyword(
        "thumbnail", Flag(), "that have a thumbnail", ("thumbnail:no", "thumbnail:"), GROUP,
        flag(Q(thumbnail_version__isnull=False)), choices=_YES_NO,
    ),
    Keyword(
        "failed", Flag(), "with which something failed: reading, thumbnails and their like",
        ("failed:", "failed:no"), GROUP, _failed, choices=_YES_NO,
    ),
)  # fmt: skip
