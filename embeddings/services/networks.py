"""The networks: what each is, whether it can be used, and where it is loaded."""

from dataclasses import dataclass

from django.conf import settings

from dtoolkit.inference import specs
from dtoolkit.inference.claims import claim
from dtoolkit.inference.pool import Pool
from dtoolkit.inference.specs import Spec
from dtoolkit.jobs.models import Job
from embeddings.models import Weights
from embeddings.network_tasks import DOWNLOAD
from embeddings.services import finding, weights
from embeddings.services.finding import Place


@dataclass(frozen=True)
class Standing:
    """A network as a person sees it. `state` is missing, downloading, unusable or ready."""

    spec: Spec
    weights: Weights | None
    download: Job | None
    places: tuple[Place, ...]

    @property
    def state(self) -> str:
        if self.download:
            return "downloading"
        if self.weights is None:
            return "missing"
        return "unusable" if self.weights.problem else "ready"

    @property
    def source_url(self) -> str:
        return f"https://huggingface.co/{self.spec.source.repository}"

    @property
    def own_folder(self) -> str:
        return str(finding.own_folder(self.spec))


def make_pool() -> Pool:
    """On the card that is this process's own."""
    return Pool(claim(settings.DEVICES, settings.ENV.data_dir / "devices"), weights.located)


def standing() -> list[Standing]:
    """All networks, with what is known of their weights."""
    known = {row.network: row for row in Weights.objects.all()}
    active = Job.objects.filter(kind=DOWNLOAD, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    downloads = {job.params.get("network"): job for job in active}
    return [
        Standing(spec, known.get(key), downloads.get(key), tuple(finding.places(spec)))
        for key, spec in specs.every().items()
    ]
