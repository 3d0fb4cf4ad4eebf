"""Restoring as an act of history: told in one line, undone as a whole, done again."""

from collections.abc import Sequence
from typing import Any

from dtoolkit.core import paths
from dtoolkit.core.errors import Conflict
from gallery.actions import registry
from gallery.actions.base import Action, Params, Part, images
from gallery.backup import applying, distinct, heads, unions
from gallery.backup.aspects import ASPECTS
from gallery.backup.options import Options


class RestoreBackup(Action):
    """`gallery.backup.restoring` begins it and brings the words; nobody else can."""

    name = "restore-backup"
    title = "Restore backup"
    icon = "archive"
    group = "files"
    is_of_images = False
    fields = ()

    def sentence(self, count: int, params: Params) -> str:
        return f"{paths.display(params['of'])} restored to {images(count)}"

    def doing(self, params: Params) -> str:
        return f"Restoring {paths.display(params['of'])}"

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        targets = {pk: params["targets"][pk] for pk in ids}
        options = Options.of(params)
        return applying.apply(cursor, targets, options, params["albums"], params["tally"])

    def restore(self, cursor: Any, part: Part) -> list[int]:
        what = part.before["what"]
        if what in ASPECTS:
            return ASPECTS[what].restore(cursor, part)
        if what == unions.SIDECARS:
            unions.turn_sidecars(cursor, part.before["rows"], is_there=part.before["is_there"])
            return []
        if what == distinct.WHAT:
            distinct.turn(cursor, part.before["rows"], is_there=part.before["is_there"])
            return []
        if heads.is_ours(what):
            return heads.restore(cursor, part)
        try:
            return registry.get(what).restore(cursor, part)
        except Conflict:
            # An album that somebody put images into since stays, and all else is undone.
            return list(part.image_ids)
