"""What is done to files on the person's behalf, noted before it is done: whoever comes after a
crash can tell from row and disk how far it came."""

from django.db import models
from django.db.models.functions import Now

from dtoolkit.core import paths


class FileAct(models.Model):
    """One file (with its sidecars) moved, copied, converted, written into or trashed; paths as
    `core.paths.to_text` gives them, absolute, for people; `known` has them by root for deeds."""

    class Kind(models.TextChoices):
        MOVE = "move"
        COPY = "copy"
        TRASH = "trash"
        CONVERT = "convert"
        WRITE = "write"

    class State(models.TextChoices):
        PLANNED = "planned"
        DOING = "doing", "under way"
        DONE = "done"
        UNDONE = "undone"
        REFUSED = "refused"

    entry = models.ForeignKey(
        "gallery.HistoryEntry", on_delete=models.CASCADE, related_name="file_acts", db_index=False
    )
    image = models.ForeignKey(
        "gallery.Image", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    kind = models.TextField(choices=Kind)
    state = models.TextField(choices=State, default=State.PLANNED)
    source = models.TextField()
    target = models.TextField(blank=True, default="")
    sidecars = models.JSONField(default=list, help_text="Names from and to, and how: triples.")
    known = models.JSONField(default=dict, help_text="Places by root, and what was made of it.")
    problem = models.TextField(blank=True, default="")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(fields=["entry", "state", "id"], name="fileact_entry"),)

    def __str__(self) -> str:
        return paths.display(f"{self.kind} {self.source}")
