"""The texts that made images: each unique text once, whoever uses it."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Left, Now

# Characters that PostgreSQL's parser would take for tags, paths and hosts, so that `red/blue`,
# `<lora:x:1>` and `fennec_girl` are found by their words. A tsvector ends at 1 MB, hence the cut.
SEPARATORS = "/<>:()[]{}|\\_.@&=~+*"
SEARCHABLE_CHARS = 100_000


def searchable(text: models.expressions.Combinable) -> Func:
    """`text` as the index and the query both read it."""
    return Func(
        Left(text, SEARCHABLE_CHARS),
        Value(SEPARATORS),
        Value(" " * len(SEPARATORS)),
        function="translate",
        output_field=models.TextField(),
    )


class Prompt(models.Model):
    """A prompt or negative prompt; `digest` is xxh3-128 of its text (no NULs, stripped)."""

    digest = models.UUIDField(unique=True)
    text = models.TextField()
    words = models.GeneratedField(
        expression=SearchVector(searchable(F("text")), config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    first_seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (GinIndex(fields=["words"], name="prompt_words_gin", fastupdate=False),)

    def __str__(self) -> str:
        return self.text[:80]
