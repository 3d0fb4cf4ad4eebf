"""Jobs that fetch: weights of a network, and the libraries that run networks."""

from collections.abc import Iterator

from dtoolkit.inference import specs
from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from embeddings.services import getting, starting

DOWNLOAD, INSTALL = "download_weights", "install_libraries"


class DownloadWeights(JobKind):
    name = DOWNLOAD
    title = "Downloading weights"
    unit = "MB"

    def describe(self, params: Params) -> str:
        return f"Downloading {specs.get(params['network']).title}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk(size=specs.get(params["network"]).size_mb)

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        getting.download(params["network"], progress)


class InstallLibraries(JobKind):
    name = INSTALL
    title = "Installing the libraries that run networks"
    unit = "sets"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk(size=1)

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        getting.install(progress)

    def finish(self, params: Params) -> None:
        """What waited for them starts."""
        starting.start_due()
