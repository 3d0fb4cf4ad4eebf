"""Texts that could not be embedded: looked at, and tried again at a person's word."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from embeddings.models import Description, TextFailure
from embeddings.services import starting
from embeddings.spaces import SPACES, EmbeddingSpace
from gallery.models import Prompt, StageFailure

_SHOWN_CHARS = 200


@dataclass(frozen=True, slots=True)
class FailedText:
    failure: TextFailure
    text: str


def counts() -> list[tuple[EmbeddingSpace, int]]:
    """Those spaces that have some."""
    texts = TextFailure.objects.order_by("space").values_list("space").annotate(Count("pk"))
    found = dict(texts)
    for space in SPACES.values():
        if not space.is_of_texts:
            failed = StageFailure.objects.filter(stage=space.name, image__is_available=True)
            found[space.name] = failed.count()
    return [(SPACES[name], found[name]) for name in SPACES if found.get(name)]


def of(space: EmbeddingSpace) -> QuerySet[TextFailure]:
    """The latest first."""
    return TextFailure.objects.filter(space=space.name).order_by("-pk")


def with_texts(space: EmbeddingSpace, failures: Sequence[TextFailure]) -> list[FailedText]:
    owner = Description if space.subject == "description" else Prompt
    ids = [failure.subject_id for failure in failures]
    found = owner._default_manager.filter(pk__in=ids).values_list("pk", "text")
    texts = {pk: text[:_SHOWN_CHARS] for pk, text in found}
    return [
        FailedText(failure, texts.get(failure.subject_id, "(It is gone.)")) for failure in failures
    ]


def retry(failed: QuerySet[TextFailure]) -> int:
    """Gives them their attempts back and starts the jobs that try them; how many."""
    names = list(failed.order_by("space").values_list("space", flat=True).distinct())
    count = failed.update(attempts=0)
    for name in names:
        starting.start(SPACES[name])
    return count
