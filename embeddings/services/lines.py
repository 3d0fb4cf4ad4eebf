"""A space as the page tells of it: how far it is, what runs for it, and what keeps it from going
on."""

from dataclasses import dataclass

from django.db.models import Q

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import listing
from embeddings import job_names
from embeddings.services import coverage, readiness
from embeddings.services.coverage import Coverage
from embeddings.spaces import SPACES, EmbeddingSpace
from gallery.pipeline import registry


@dataclass(frozen=True, slots=True)
class Line:
    """`hindrance` says why it cannot be embedded, and what to do; `jobs` run for it now, and
    `building` builds its index."""

    space: EmbeddingSpace
    coverage: Coverage
    jobs: tuple[Job, ...]
    hindrance: str
    building: Job | None

    @property
    def job(self) -> Job | None:
        return self.jobs[0] if self.jobs else None

    @property
    def noun(self) -> str:
        return "texts" if self.space.is_of_texts else "pictures"


def every() -> list[Line]:
    building = {job.params["space"]: job for job in listing.active().filter(kind=job_names.INDEX)}
    return [
        Line(
            space,
            coverage.lately(space),
            tuple(running(space)),
            readiness.why_not(space),
            building.get(space.name),
        )
        for space in SPACES.values()
    ]


def running(space: EmbeddingSpace) -> list[Job]:
    """What a person would stop to stop it: jobs of this space alone."""
    mine = Q(kind=job_names.TEXTS, params__space=space.name)
    mine |= Q(kind=job_names.IMAGES, params__spaces=[space.name])
    if not space.is_of_texts:
        mine |= Q(kind=registry.JOBS["gpu"])
    if space.subject == "description":
        mine |= Q(kind=job_names.DESCRIPTIONS)
    return list(listing.active().filter(mine))


def first() -> list[Job]:
    """What was wanted before all others, in several spaces."""
    jobs = listing.active().filter(kind=job_names.IMAGES, params__has_key="selection")
    return [job for job in jobs if len(job.params.get("spaces", [])) != 1]
