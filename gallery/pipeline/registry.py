"""The stages that take part. Higher apps add theirs in `AppConfig.ready`, and nowhere else."""

from gallery.pipeline.stages import Cluster, Stage

# The job that runs the stages of a cluster.
JOBS: dict[Cluster, str] = {"default": "pipeline", "gpu": "gpu_pipeline"}
_stages: dict[str, Stage] = {}


def register(stage: Stage) -> None:
    """Runs after those registered before. A second stage of the same name is a mistake."""
    if stage.name in _stages:
        raise ValueError(f"There is a stage named {stage.name} already.")
    _stages[stage.name] = stage


def stages(cluster: Cluster | None = None) -> tuple[Stage, ...]:
    """All of them, or those of one cluster."""
    return tuple(stage for stage in _stages.values() if cluster in (None, stage.cluster))


def ready(cluster: Cluster) -> tuple[Stage, ...]:
    """Those that can run now."""
    return tuple(stage for stage in stages(cluster) if stage.is_ready())


def job_of(name: str) -> str:
    """The kind of job that runs the stage of that name."""
    stage = _stages.get(name)
    return JOBS[stage.cluster if stage else "default"]
