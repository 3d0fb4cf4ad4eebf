"""What a conversion would come to, before anything is done: counted where that can be, estimated
from a few real ones where it cannot."""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Min, Sum

from dtoolkit.core.errors import BadInput
from gallery.convert import one, orders
from gallery.convert.one import Bigger
from gallery.convert.orders import Order
from gallery.filing import converting
from gallery.filing.refusals import Refused
from gallery.filing.rooms import Rooms
from gallery.filing.spots import Spot
from gallery.models import Image
from gallery.querysets import ImageQuerySet

SAMPLE = 12
_SECONDS = 6.0
_THREADS = 2
# Larger ones say no more of the others, and take too long.
_MOST_PIXELS = 24_000_000
_UNREAD = "it was not read yet: scan it first"


@dataclass(frozen=True, slots=True)
class Tried:
    """Of one file: what it has and would have; a `reason` where it would stay as it is."""

    size: int
    becomes: int = 0
    reason: str = ""
    is_bigger: bool = False
    has_credentials: bool = False


@dataclass(slots=True)
class Estimate:
    """`saved` bytes are an estimate from `tried` files; `skipped` says what is known to stay."""

    count: int = 0
    size: int = 0
    skipped: list[tuple[str, int]] = field(default_factory=list)
    may: int = 0
    may_size: int = 0
    tried: Sequence[Tried] = ()
    values: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    is_sampled: bool = False

    @property
    def share(self) -> float:
        """Of the bytes of what may be converted, those that would be saved."""
        before = sum(each.size for each in self.tried)
        after = sum(each.size if each.reason else each.becomes for each in self.tried)
        return 1 - after / before if before else 0.0

    @property
    def saved(self) -> int:
        return round(self.share * self.may_size)

    @property
    def percent(self) -> int:
        return round(abs(self.share) * 100)

    @property
    def grows(self) -> int:
        return max(0, -self.saved)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why some of those that were tried would stay as they are."""
        return Counter(each.reason for each in self.tried if each.reason).most_common()

    @property
    def bigger(self) -> int:
        return sum(each.is_bigger for each in self.tried)

    @property
    def credentials(self) -> int:
        """How many of the tried carry credentials, which are dropped."""
        return sum(each.has_credentials for each in self.tried)


def asked(chosen: ImageQuerySet, values: dict[str, Any]) -> Estimate:
    """For a form; a sample is tried where `values` ask for it. Never raises."""
    try:
        # Whether originals may be deleted is asked for when it is done.
        order = orders.read({**values, "word": orders.WORD})
    except BadInput as error:
        found = counted(chosen, Order())
        found.problem = error.message
        order = Order()
    else:
        found = estimated(chosen, order) if values.get("sample") else counted(chosen, order)
    found.values = {
        "format": str(values.get("format") or order.format),
        "quality": str(values.get("quality") or order.quality),
        "originals": str(values.get("originals") or order.originals),
    }
    return found


def counted(chosen: ImageQuerySet, order: Order) -> Estimate:
    """By what the library knows, without a look at any file."""
    found = Estimate()
    skipped: Counter[str] = Counter()
    groups = chosen.order_by().values("format").annotate(many=Count("pk"), bytes=Sum("size"))
    for group in groups:
        found.count += group["many"]
        found.size += group["bytes"] or 0
        reason = one.why_not(group["format"], order) if group["format"] else _UNREAD
        if reason and reason != _UNREAD:
            skipped[reason] += group["many"]
        else:
            found.may += group["many"]
            found.may_size += group["bytes"] or 0
    found.skipped = skipped.most_common()
    return found


def estimated(chosen: ImageQuerySet, order: Order) -> Estimate:
    """Tries some, spread over all; so many as a few seconds allow."""
    found = counted(chosen, order)
    found.tried = _tried(_sample(chosen, order), order)
    found.is_sampled = True
    return found


def _sample(chosen: ImageQuerySet, order: Order) -> list[Image]:
    formats = list(chosen.order_by().values_list("format", flat=True).distinct())
    left = [each for each in formats if not (each and one.why_not(each, order))]
    may = chosen.filter(format__in=left, is_available=True).order_by("pk")
    ends = may.order_by().aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return []
    step = max(1, (ends["last"] - ends["first"] + 1) / SAMPLE)
    picked: dict[int, Image] = {}
    for number in range(SAMPLE):
        from_ = ends["first"] + int(step * number)
        image = may.filter(pk__gte=from_).exclude(pk__in=picked).select_related("folder").first()
        if image is not None:
            picked[image.pk] = image
    return list(picked.values())


def _tried(sample: Sequence[Image], order: Order) -> list[Tried]:
    rooms = Rooms()
    work: list[tuple[str, int]] = []
    tried: list[Tried] = []
    for image in sample:
        if (image.width or 0) * (image.height or 0) > _MOST_PIXELS:
            continue
        try:
            rooms.file(Spot.of(image))
        except Refused as refused:
            tried.append(Tried(image.size, reason=refused.reason))
            continue
        work.append((rooms.path(Spot.of(image)), image.size))
    until = time.monotonic() + _SECONDS
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="sample") as executor:
        done = executor.map(lambda each: _try(each[0], each[1], order, until), work)
        return [*tried, *(each for each in done if each is not None)]


def _try(path: str, size: int, order: Order, until: float) -> Tried | None:
    """None where the time is up."""
    if time.monotonic() > until:
        return None
    try:
        ready = converting.readied(path, order)
    except Bigger as bigger:
        return Tried(size, reason=bigger.reason, is_bigger=True)
    except Refused as refused:
        return Tried(size, reason=refused.reason)
    made = ready.made
    return Tried(size, len(made.data), has_credentials=made.has_credentials)
