"""The stages that take part. Higher apps add theirs in `AppConfig.ready`, and nowhere else."""

from gallery.pipeline.stages import Stage

_stages: dict[str, Stage] = {}


def register(stage: Stage) -> None:
    """Runs after those registered before. A second stage of the same name is a mistake."""
    if stage.name in _stages:
        raise ValueError(f"There is a stage named {stage.name} already.")
    _stages[stage.name] = stage


def stages() -> tuple[Stage, ...]:
    return tuple(_stages.values())
