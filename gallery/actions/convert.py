"""Files made into WebP or AVIF with all that they say; undone as long as their originals stand."""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from typing import Any

from django.db.models import BigIntegerField, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.template.defaultfilters import filesizeformat

from gallery.actions.base import Params, images
from gallery.actions.files import FileAction, Plan
from gallery.convert import orders
from gallery.filing import ahead, choosing, converting, moving
from gallery.filing.converting import Ready
from gallery.filing.rooms import Rooms
from gallery.models import Collection, FileAct, Image, Selection
from gallery.querysets import ImageQuerySet
from gallery.services import conversions, selections


class Convert(FileAction):
    """Encoding runs ahead in a few threads; what it gives is put in place one by one."""

    name = "convert"
    title = "Convert"
    icon = "replace"
    form_template = "acts/_convert.html"
    fields = ("format", "quality", "lossless", "originals", "word", "bigger", "sample")
    kind = FileAct.Kind.CONVERT
    # Never while a person waits: a single large picture takes many seconds.
    waits_for = 0
    # Scans wait so long.
    slice_size = 60

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        return orders.read(values).stored()

    def form_about(self, selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
        chosen = selections.images(selection).filter(is_available=True)
        return {
            "convert": conversions.asked(chosen, values),
            "formats": orders.FORMATS,
            "word": orders.WORD,
            "without": choosing.without_trash(
                chosen.order_by().values_list("folder__root", flat=True).distinct()
            ),
        }

    def sentence(self, count: int, params: Params) -> str:
        return f"{images(count)} converted to {orders.restored(params).title}"

    def told(self, count: int, params: Params, acts: "QuerySet[FileAct]") -> str:
        sentence = self.sentence(count, params)
        tally = self.tally(acts.filter(state=FileAct.State.DONE))
        return f"{sentence}, {self._sized(tally)}" if count else sentence

    def doing(self, params: Params) -> str:
        order = orders.restored(params)
        how = "without loss" if order.is_lossless else f"quality {order.quality}"
        return f"Converting to {order.title}, {how}"

    def tally(self, acts: "QuerySet[FileAct]") -> int:
        saved = Cast(KeyTextTransform("saved", "known"), BigIntegerField())
        return acts.filter(kind=self.kind).aggregate(saved=Sum(saved))["saved"] or 0

    def under_way(self, tally: int) -> str:
        return f"{self._sized(tally)} so far"

    def plan(self, chosen: ImageQuerySet, params: Params) -> Plan:
        rows = chosen.order_by("folder_id", "name").values_list("pk", flat=True)
        for pk in rows.iterator(10_000):
            yield pk, None

    def folders_to_scan(self, acts: Iterable[FileAct]) -> set[tuple[int, str]]:
        """Whole roots: what looks at pixels has new ones."""
        return {(act.known["from"][0], "") for act in acts}

    def in_turn(
        self, acts: Iterable[FileAct], rooms: Rooms, params: Params, *, is_back: bool
    ) -> Generator[FileAct, None, None]:
        if is_back:
            yield from acts
            return
        order = orders.restored(params)
        with closing(ahead.readied(acts, rooms, order)) as ready:
            yield from ready

    def do(self, act: FileAct, image: Image, rooms: Rooms, params: Params) -> None:
        ready: Callable[[], Ready] | None = getattr(act, "ready", None)
        converting.convert(act, image, rooms, orders.restored(params), ready)

    def turn_back(self, act: FileAct, image: Image | None, rooms: Rooms) -> None:
        order = orders.restored(act.entry.params)
        converting.turn_back(act, moving.known(image), rooms, order)

    def _sized(self, tally: int) -> str:
        if tally < 0:
            return f"{filesizeformat(-tally)} more"
        return f"{filesizeformat(tally)} saved"
